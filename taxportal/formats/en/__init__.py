"""English as it is written in the portal's own filters."""
