"""What Prometheus may ask of the portal: how requests go, and how the work stands. Numbers only, nobody's data."""
