"""Who may open a paper: its owner, and whoever the business it belongs to lets in."""

from collections.abc import Callable

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
    if actor.user is None:
        return None
    if paper.party is not None:
        try:
            return taxpayer_actor(actor.user, paper.party.ref, channel=actor.channel)
        except NotActing:
            pass
    if actor.office is None:
        return None
    if type(paper).objects.visible_to(actor).filter(pk=paper.pk).exists():
        return actor
    rule = _rules.get(paper.about.partition("/")[0])
    return actor if rule and rule(paper.about, actor) else None
