"""What hardly ever changes, kept by each process until somebody changes it."""
