"""The four front doors and the pages common to all of them."""
