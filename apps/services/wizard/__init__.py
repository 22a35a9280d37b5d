"""Guided question trees (智能导办, Art 12): one question a page, ending in a matter, an answer or a person."""
