"""How dates are written where a page says nothing else; a language not here follows Django's own."""
