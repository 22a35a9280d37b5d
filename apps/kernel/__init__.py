"""What every chapter stands on; knows no chapter."""
