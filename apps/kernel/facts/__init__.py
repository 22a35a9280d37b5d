"""What is known of each party: typed profile columns with source and date; one writer, one reader."""
