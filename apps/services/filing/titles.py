"""What a return is called: kept in Chinese with its period, said in the language of whoever reads it (Art 11)."""

from functools import cache

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy

from apps.kernel.casework.procedures import Words, recorded
from apps.kernel.workcalendar.periods import Period
from apps.services.filing.kinds import KINDS, ReturnKind

TITLE, CORRECTION = gettext_lazy("%(period)s %(kind)s申报"), gettext_lazy("%(period)s %(kind)s更正申报")


def record(period: Period | str, kind: ReturnKind, *, correct: bool = False) -> str:
    """The title as it is kept."""
    return recorded(CORRECTION if correct else TITLE) % {"period": period, "kind": recorded(kind.title)}


def say(title: str) -> str:
    """A kept title in the reader's language; one of a kind that is no longer filed as it was kept."""
    period = title.partition(" ")[0]
    words, kind = _kept().get(title.removeprefix(period), (title, ""))
    return str(words) % {"period": period, "kind": kind} if kind else title


# The same for a letter, which is written in the language of whoever gets it.
saying = lazy(say, str)


@cache
def _kept() -> dict[str, tuple[Words, Words]]:
    """Every title without its period, with the words and the kind it is made of."""
    return {
        record("", kind, correct=words is CORRECTION): (words, kind.title)
        for kind in KINDS.values()
        for words in (TITLE, CORRECTION)
    }
