"""What is known of each party: typed profile columns with source, date and run."""
