"""The invoice API, one file a subject: the same use cases as the pages."""
