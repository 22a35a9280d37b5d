"""Whose a source is: by code, then by exact name; what nobody answers to is a clerk's work (Art 25)."""

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.fees import access, billing, history
from apps.collaboration.fees.models import FeeSource, SourceEvent
from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, Party, Person

Kind = SourceEvent.Kind


def find(rows: list[dict[str, Any]]) -> dict[str, Party]:
    """The party of each row's number, in a few statements for all of them.

    A code that is known counts only with the name it is registered under: money is not billed to a wrong
    digit. Without a code, a name counts when exactly one organisation bears it; people share names.
    """
    codes = {row["payer_code"] for row in rows} - {""}
    by_code = {
        each.uscc: each.party for each in Organisation.objects.filter(uscc__in=codes).select_related("party")
    } | {each.id_number: each.party for each in Person.objects.filter(id_number__in=codes).select_related("party")}
    by_name = _alone({row["payer"] for row in rows if not row["payer_code"]})
    found = {}
    for row in rows:
        party = by_code.get(row["payer_code"]) if row["payer_code"] else by_name.get(row["payer"])
        if party is not None and party.active and _plain(party.name) == _plain(row["payer"]):
            found[row["number"]] = party
    return found


def by_code(code: str) -> Party:
    """The party a clerk names by its full code.

    :raises ValidationError: on ``code``, when there is none.
    """
    code = "".join(code.split()).upper()
    found = Party.objects.filter(active=True, organisation__uscc=code) | Party.objects.filter(
        active=True, person__id_number=code
    )
    party = found.first()
    if party is None:
        raise ValidationError({"code": _("登记信息里没有这个代码。请核对 18 位代码；仍没有的，请退回费源部门。")})
    return party


def assign(source: FeeSource, code: str, *, actor: Actor) -> FeeSource:
    """A clerk has found whose it is: it is billed.

    :raises PermissionDenied: unless the actor is a tax clerk.
    :raises ValidationError: when no such payer exists, or it no longer waits.
    """
    access.require_clerk(source, actor, "fees.assign")
    party = by_code(code)
    with transaction.atomic():
        source = _waiting(source)
        source.party = party
        history.write(Kind.MATCHED, source, actor)
        log.read(actor=actor, party_id=party.pk, what=source.about, purpose="fee source matched")
        billing.bill([source], about=source.about, actor=actor)
    return source


def send_back(source: FeeSource, reason: str, *, actor: Actor) -> FeeSource:
    """Nobody can be found: the department mends it and delivers the number again.

    :raises PermissionDenied: unless the actor is a tax clerk.
    :raises ValidationError: without a reason, or when it no longer waits.
    """
    access.require_clerk(source, actor, "fees.send_back")
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("请写明退回的原因和需要更正的内容。")})
    with transaction.atomic():
        source = _waiting(source)
        source.state = FeeSource.State.RETURNED
        source.save(update_fields=["state"])
        history.write(Kind.RETURNED, source, actor, note=reason)
        log.record(f"office/{source.office.code}", "fees.returned", actor=actor, target=source.about)
        outbox.send(
            "fee-source-returned", source.office, {"number": source.number, "reason": reason}, about=source.about
        )
    return source


def _waiting(source: FeeSource) -> FeeSource:
    row = FeeSource.objects.select_for_update(of=("self",)).select_related("office", "levy").get(pk=source.pk)
    if row.state != FeeSource.State.UNMATCHED:
        raise ValidationError(_("这条费源已经处理过了，请刷新页面。"))
    return row


def _alone(names: set[str]) -> dict[str, Party]:
    """Organisations by name, those who bear it alone."""
    rows = list(Party.objects.filter(kind=Party.Kind.ORGANISATION, name__in=names, active=True))
    times = Counter(party.name for party in rows)
    return {party.name: party for party in rows if times[party.name] == 1}


def _plain(name: str) -> str:
    """A name without the differences of typing: spaces, and full-width brackets."""
    return "".join(name.split()).translate(str.maketrans("（）", "()")).casefold()
