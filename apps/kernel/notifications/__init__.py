"""Transactional outbox; in-site inbox, e-mail, SMS and 一网通办 push."""
