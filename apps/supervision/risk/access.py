"""Who works on risk: analysts of the risk posts run and read, handlers answer tasks, chiefs decide (Art 32)."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role

ANALYSTS = frozenset({Role.RISK, Role.CHIEF})


def is_analyst(actor: Actor) -> bool:
    """Whether the actor starts runs and reads scores: risk posts and chiefs of tax offices."""
    return actor.front_door == "counter" and bool(ANALYSTS & actor.roles)


def require_analyst(actor: Actor, action: str, target: str) -> None:
    """Refuse whoever is not an analyst; the attempt is on record.

    :raises PermissionDenied: unless the actor is one.
    """
    if not is_analyst(actor):
        log.denied(action, actor=actor, target=target, reason="role")
        raise PermissionDenied(_("只有风险管理岗和审批岗可以这样做。"))


def for_analysts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for analysts; to everybody else the page is not there."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not is_analyst(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def within_reach(actor: Actor, party: str = "") -> Q:
    """Narrows rows to an actor's reach: the city sees all, a bureau its district, an office its own payers."""
    prefix = f"{party}__" if party else ""
    office = actor.office
    if office is None or actor.party is not None or not office.is_tax:
        return Q(pk__in=[])
    if office.kind == Office.Kind.TAX_CITY:
        return Q()
    own = Q(**{f"{prefix}office": office}) | Q(**{f"{prefix}office__parent": office})
    if office.kind == Office.Kind.TAX_DISTRICT and office.district:
        return own | Q(**{f"{prefix}district": office.district, f"{prefix}office__isnull": True})
    return own


def in_charge(party: Party, bureaus: dict[str, Office] | None = None) -> Office | None:
    """Who answers the risks of a payer: the bureau above its office, which has the risk posts; else that office.

    A payer without an office belongs to the bureau of its district; for many payers ``bureaus`` is looked up once.
    """
    if party.office is not None:
        parent = party.office.parent
        return parent if parent is not None and parent.kind == Office.Kind.TAX_DISTRICT else party.office
    return (by_district() if bureaus is None else bureaus).get(party.district)


def by_district() -> dict[str, Office]:
    """The bureau of each district."""
    found = Office.objects.filter(kind=Office.Kind.TAX_DISTRICT, active=True).exclude(district="").order_by("-pk")
    return {office.district: office for office in found}
