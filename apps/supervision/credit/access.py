"""Who works with credit at the counter, and whose files they reach (Art 34)."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role

PROPOSERS = frozenset({Role.CLERK, Role.RISK})
DECIDERS = frozenset({Role.CHIEF})
STARTERS = frozenset({Role.CHIEF, Role.RISK})


def may_propose(actor: Actor) -> bool:
    """Whether the actor enters deductions: clerks and risk staff of a tax office."""
    return actor.front_door == "counter" and bool(PROPOSERS & actor.roles)


def may_decide(actor: Actor) -> bool:
    """Whether the actor decides on what others entered: a chief of a tax office."""
    return actor.front_door == "counter" and bool(DECIDERS & actor.roles)


def may_run(actor: Actor) -> bool:
    """Whether the actor starts and publishes the yearly evaluation: chiefs and risk staff of the city's authority."""
    return actor.front_door == "counter" and actor.office.kind == Office.Kind.TAX_CITY and bool(STARTERS & actor.roles)


def payers(actor: Actor) -> QuerySet[Party]:
    """The payers in the charge of the actor's tax office and the offices below it."""
    if actor.front_door != "counter":
        return Party.objects.none()
    if actor.office.kind == Office.Kind.TAX_CITY:
        return Party.objects.all()
    return Party.objects.filter(
        Q(office=actor.office) | Q(office__parent=actor.office) | Q(office__parent__parent=actor.office)
    )


def require(allowed: bool, actor: Actor, action: str, target: str) -> None:  # noqa: FBT001 - the answer of one of the above
    """Refuse, on record.

    :raises PermissionDenied: when it is not allowed.
    """
    if not allowed:
        log.denied(action, actor=actor, target=target, reason="role or office")
        raise PermissionDenied(_("您没有办理这一步的权限。"))
