"""Credit and qualification recognised across provinces: asked for a purpose, answered with consent, logged (Art 9)."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.facts import reading
from apps.kernel.notifications import outbox
from apps.kernel.parties import identifiers
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Party
from apps.kernel.workcalendar import clock
from apps.services.agencies import credit
from apps.services.agencies.models import Agency
from apps.services.regions import sending
from apps.services.regions.models import RecognitionConsent, RecognitionKind, RecognitionQuery, Region

Outcome, Direction = RecognitionQuery.Outcome, RecognitionQuery.Direction
LONGEST = dt.timedelta(days=366)


# --- consent -----------------------------------------------------------------------------------


@transaction.atomic
def consent(actor: Actor, *, region: Region, kind: str, valid_to: dt.date) -> RecognitionConsent:
    """Let a province ask about the party acted for, by whoever manages it.

    :raises ValidationError: naming the field.
    """
    _manages(actor)
    if not clock.today() <= valid_to <= clock.today() + LONGEST:
        raise ValidationError({"valid_to": _("请填写今天起一年以内的日期。")})
    given = RecognitionConsent.objects.filter(party=actor.party, region=region, kind=kind, revoked_at__isnull=True)
    given.filter(valid_to__lt=clock.today()).update(revoked_at=clock.now())
    try:
        with transaction.atomic():
            row = RecognitionConsent.objects.create(party=actor.party, region=region, kind=kind, valid_to=valid_to)
    except IntegrityError as error:
        raise ValidationError({"region": _("对这个省市的同类授权已经有效；需要改期限时请先撤回。")}) from error
    log.record(f"consents/{actor.party.ref}", "given", actor=actor, target=row.ref, data={"region": region.code})
    return row


@transaction.atomic
def revoke(row: RecognitionConsent, actor: Actor) -> None:
    """Take consent back; the next question is not answered any more."""
    _manages(actor)
    if row.party_id != actor.party.pk:
        raise PermissionDenied
    RecognitionConsent.objects.filter(pk=row.pk, revoked_at__isnull=True).update(revoked_at=clock.now())
    log.record(f"consents/{actor.party.ref}", "revoked", actor=actor, target=row.ref)


def _manages(actor: Actor) -> None:
    if actor.party is None or (actor.mandate is not None and actor.mandate.kind not in Mandate.MANAGING_KINDS):
        log.denied(
            "recognition.consent", actor=actor, target=actor.party.ref if actor.party else "", reason="manages not"
        )
        raise PermissionDenied(_("只有本人或者法定代表人可以授权。"))


# --- asking ------------------------------------------------------------------------------------


@transaction.atomic
def ask(actor: Actor, *, region: Region, kind: str, credit_code: str, name: str, purpose: str) -> RecognitionQuery:
    """Ask a province about a taxpayer of theirs; the answer comes back as a message.

    :raises ValidationError: naming the field.
    """
    if actor.office is None or not actor.office.is_tax:
        log.denied("recognition.ask", actor=actor, target=region.code, reason="not a tax office")
        raise PermissionDenied(_("只有税务机关可以查询。"))
    try:
        number = identifiers.clean_credit_code(credit_code)
    except ValidationError as error:
        raise ValidationError({"credit_code": error.messages}) from error
    row = RecognitionQuery.objects.create(
        direction=Direction.ASKED,
        region=region,
        kind=kind,
        credit_code=number,
        name=name.strip(),
        purpose=purpose.strip(),
        office=actor.office,
    )
    log.record(f"recognition/{row.ref}", "asked", actor=actor, target=region.code, data={"kind": kind})
    sending.send(
        region,
        f"recognition/{row.ref}",
        "recognition.question",
        {"ref": row.ref, "kind": kind, "credit_code": number, "name": row.name, "purpose": row.purpose},
    )
    return row


def learn(region: Region, content: dict[str, Any]) -> str:
    """The answer to a question of ours; a second one changes nothing."""
    row = (
        RecognitionQuery.objects.select_for_update(no_key=True)
        .filter(ref=content["your_ref"], region=region, direction=Direction.ASKED)
        .first()
    )
    if row is None:
        raise ValidationError({"your_ref": _("没有向贵省市提出过这项查询。")})
    if row.outcome == Outcome.WAITING:
        row.outcome, row.answer, row.answered_at = content["outcome"], content["answer"], clock.now()
        row.save(update_fields=["outcome", "answer", "answered_at"])
        log.record(f"recognition/{row.ref}", "answered", actor=Actor.system("regions"), target=region.code)
    return row.ref


# --- answering ---------------------------------------------------------------------------------


def answer(region: Region, content: dict[str, Any]) -> str:
    """Answer a province's question as far as the taxpayer consented; the taxpayer is told of it."""
    party = Party.objects.filter(
        organisation__uscc=content["credit_code"], name=content["name"].strip(), active=True
    ).first()
    outcome, words = _known(region, content["kind"], party)
    row = RecognitionQuery.objects.create(
        direction=Direction.ANSWERED,
        region=region,
        their_ref=content["ref"],
        kind=content["kind"],
        credit_code=content["credit_code"],
        name=content["name"],
        purpose=content["purpose"],
        outcome=outcome,
        answer=words,
        answered_at=clock.now(),
    )
    if party is not None:
        log.read(
            actor=Actor.system("regions"),
            party_id=party.pk,
            what=f"recognition/{row.ref}",
            purpose=Purpose.RECOGNITION,
            basis=f"{region.name}：{content['purpose']}",
        )
        outbox.send(
            "recognition-asked",
            party,
            {
                "region": region.name,
                "kind": str(RecognitionKind(content["kind"]).label),
                "purpose": content["purpose"],
                "outcome": str(Outcome(outcome).label),
            },
            about=f"recognition/{row.ref}",
        )
    sending.send(
        region,
        f"recognition/{row.ref}",
        "recognition.answer",
        {"your_ref": content["ref"], "outcome": outcome, "answer": words},
    )
    return row.ref


def _known(region: Region, kind: str, party: Party | None) -> tuple[str, str]:
    """What may be told: to the asker, a party unknown here looks like one that has not consented."""
    if party is None:
        return Outcome.NO_CONSENT, ""
    given = RecognitionConsent.objects.in_force().filter(party=party, region=region, kind=kind, revoked_at__isnull=True)
    if not given.exists():
        return Outcome.NO_CONSENT, ""
    words = _credit(party) if kind == RecognitionKind.CREDIT else _agency(party)
    return (Outcome.KNOWN, words) if words else (Outcome.UNKNOWN, "")


def _credit(party: Party) -> str:
    return str(reading.profile(party)["credit_rating"] or "")


def _agency(party: Party) -> str:
    agency = Agency.objects.listed().with_points().filter(party=party).first()
    if agency is None:
        return ""
    return f"{agency.number} {agency.get_kind_display()} {credit.Scale.on().grade(agency.conduct_points)}"
