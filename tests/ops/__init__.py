"""Running the portal: its runner, its gates, the fixtures that start real processes."""
