"""The departments' data interfaces of the demonstration, as a separate process."""
