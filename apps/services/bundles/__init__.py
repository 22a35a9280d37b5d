"""Integrated handling (一件事, Article 10): one application, one set of papers, several departments."""
