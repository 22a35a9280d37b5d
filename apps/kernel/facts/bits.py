"""Bit strings in tables: many yes-or-no answers about one party in a few bytes (Art 13)."""

from typing import Any

from django.db import models


class BitStringField(models.Field):
    """PostgreSQL's ``bit varying``; in Python a text of 0 and 1."""

    def db_type(self, connection: Any) -> str:
        return "bit varying"


class Bit(models.Func):
    """The bit at a place of a bit string, counted from 0: ``Bit("met", 3)`` is 0 or 1."""

    function = "get_bit"
    output_field = models.IntegerField()
