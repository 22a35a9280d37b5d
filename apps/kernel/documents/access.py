"""Who may open a paper: its owner, and whoever the business it belongs to lets in."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from apps.kernel.documents.models import IssuedDocument, Upload
from apps.kernel.parties.acting import NotActing, taxpayer_actor
from apps.kernel.parties.actors import Actor

Rule = Callable[[str, Actor], bool]
_rules: dict[str, Rule] = {}


def grant(business: str, rule: Rule) -> None:
    """Let ``rule(about, actor)`` decide on papers about ``business`` ("case" for "case/SH2026…").

    Called once at start-up by the app that owns the business.
    """
    _rules[business] = rule


def reader(paper: IssuedDocument | Upload, actor: Actor) -> Actor | None:
    """As whom somebody may read a paper, or None.

    A taxpayer reads as the party it belongs to, staff as their office.
    """
    return next((reading for reading in _readings(paper, actor) if _may_read(paper, reading)), None)


def _readings(paper: IssuedDocument | Upload, actor: Actor) -> Iterator[Actor]:
    """Everyone this user could be towards the paper."""
    if actor.user is None:
        return
    if paper.party is not None:
        with suppress(NotActing):
            yield taxpayer_actor(actor.user, paper.party.ref)
    if actor.office is not None:
        yield actor


def _may_read(paper: IssuedDocument | Upload, actor: Actor) -> bool:
    if type(paper).objects.visible_to(actor).filter(pk=paper.pk).exists():
        return True
    rule = _rules.get(paper.about.partition("/")[0])
    return rule is not None and rule(paper.about, actor)
