"""Messages of partner systems: signed, refused with a code, kept and replayed; Articles 22-30."""
