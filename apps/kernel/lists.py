"""Words told as one list, the way the reader's language strings them together."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def joined(words: Iterable[object]) -> str:
    """``增值税、契税``, or ``value added tax, deed tax`` in English."""
    return _("、").join(map(str, words))
