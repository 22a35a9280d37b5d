"""How corrections come to be: a disputed fact, a clerk, an audit, a source whose structure has changed (Art 19)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.datashare import centre
from apps.datashare.access import asks, require
from apps.datashare.corrections import providers
from apps.datashare.corrections.models import DataCorrection
from apps.datashare.pulls.models import Pull
from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import recorded
from apps.kernel.facts import catalogue, reading
from apps.kernel.facts.models import Dispute
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party

Origin = DataCorrection.Origin
TITLE = gettext_lazy("数据校核：%s")


def report(actor: Actor, *, party: Party, field: str, claimed: str, reason: str, key: str) -> Case:
    """A clerk says that a value of a taxpayer is wrong.

    :raises PermissionDenied: the actor does not handle tax matters.
    :raises ValidationError: naming the field; also when the value is already being verified.
    """
    require(asks(actor), "correction.report", actor, field)
    with transaction.atomic():
        return _submitted(_begun(actor, party, field, key, claimed=claimed, reason=reason), actor, key)


def opened(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """A draft from ``{party, field, claimed, reason}``, the party by its reference: the API's door.

    :raises ValidationError: naming each field.
    """
    require(asks(actor), "correction.report", actor, str(given.get("field", ""))[:80])
    missing = {name: _("请填写这一项。") for name in ("party", "field", "claimed", "reason") if not given.get(name)}
    if missing:
        raise ValidationError(missing)
    party = Party.objects.filter(ref=str(given["party"])).first()
    if party is None:
        raise ValidationError({"party": _("没有这个纳税人、缴费人，请核对编号。")})
    return _begun(actor, party, str(given["field"]), key, claimed=str(given["claimed"]), reason=str(given["reason"]))


def from_dispute(dispute: Dispute) -> Case | None:
    """The dispute of a taxpayer becomes a case they can follow; None when the value is being verified already."""
    row = DataCorrection.objects.filter(dispute=dispute).select_related("case").first()
    if row is not None:
        return row.case
    if _open_for(dispute.party, dispute.field) or centre.known() is None:
        return None
    actor = Actor(party=dispute.party, name=str(dispute.by))
    source = providers.speaking(dispute.party, dispute.field)
    return _open(
        actor,
        f"dispute-{dispute.ref}",
        origin=Origin.DISPUTE,
        party=dispute.party,
        field=dispute.field,
        source=source,
        provider=providers.of(source, dispute.field, dispute.party),
        dispute=dispute,
        stated=dispute.stated,
        claimed=dispute.claimed,
        reason=dispute.reason,
    )


def from_audit(audit: str, found: Iterable[dict[str, Any]]) -> list[Case]:
    """An audit found two sources that do not agree, of many parties: what is wrong with each, written together."""
    asked = [
        cases.Asked(
            {**each, "audit": audit, "origin": Origin.AUDIT},
            _title(each["field"])[:120],
            f"audit-{audit}-{each['party'].pk}-{each['stated']}-{each['claimed']}"[:80],
        )
        for each in found
    ]
    return cases.open_many(procedures.get("data-correction"), Actor.system("audit"), asked)


def from_drift(run: Pull) -> Case | None:
    """A source no longer fits its contract: one correction while it lasts."""
    dataset = run.source.dataset
    if (
        DataCorrection.objects.filter(dataset=dataset, origin=Origin.DRIFT, settled_at=None).exists()
        or centre.known() is None
    ):
        return None
    return _open(
        Actor.system("pulls"),
        f"drift-{run.ref}",
        origin=Origin.DRIFT,
        dataset=dataset,
        provider=dataset.provider,
        reason=run.message[:1000],
    )


def _begun(actor: Actor, party: Party, field: str, key: str, *, claimed: str, reason: str) -> Case:
    if field not in catalogue.entries():
        raise ValidationError({"field": _("没有这一项数据。")})
    first = Case.objects.filter(opened_by=actor.user, idempotency_key=key).first()
    if first is not None:
        return first
    if _open_for(party, field):
        raise ValidationError({"field": _("这一项已经在校核中，请等待结果。")})
    statement = reading.current(party).get(field)
    source = providers.speaking(party, field)
    detail = {
        "origin": Origin.CLERK,
        "office": actor.office,
        "party": party,
        "field": field,
        "source": source,
        "provider": providers.of(source, field, party),
        "stated": statement.value if statement else None,
        "claimed": claimed,
        "reason": reason,
    }
    DataCorrection(**detail).full_clean(exclude=["case"], validate_constraints=False)
    return cases.open_case(procedures.get("data-correction"), actor, detail, title=_title(field), idempotency_key=key)


def _open(actor: Actor, key: str, **detail: Any) -> Case:
    title = _title(detail.get("field", "")) if detail.get("field") else ""
    title = title or recorded(TITLE) % detail["dataset"].current.title
    with transaction.atomic():
        case = cases.open_case(procedures.get("data-correction"), actor, detail, title=title[:120], idempotency_key=key)
        return _submitted(case, actor, key)


def _submitted(case: Case, actor: Actor, key: str) -> Case:
    return cases.perform(case, "submit", actor, idempotency_key=key)


def _title(field: str) -> str:
    return recorded(TITLE) % recorded(catalogue.entries()[field].label)


def _open_for(party: Party, field: str) -> bool:
    return DataCorrection.objects.filter(party=party, field=field, settled_at=None).exists()
