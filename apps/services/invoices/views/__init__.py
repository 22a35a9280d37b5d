"""Pages of the invoice room, one file a subject."""
