"""The one door to shared data (合规使用): a live grant, an open case, a record first, masked values after (Art 21).

Nothing is read before its record is committed: when the log cannot be written, nobody sees anything.
"""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.datashare.catalogue.models import DataField
from apps.datashare.requests.models import DataGrant
from apps.datashare.use import masking, sources
from apps.datashare.use.models import DataAccess
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework.models import Case
from apps.kernel.lists import joined
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party

Refusal = DataAccess.Refusal


@dataclass(frozen=True)
class Request:
    """What somebody wants to read: fields (all the grant reaches when none are named), and which unmasked and why."""

    case: str
    party: str = ""  # the reference, or the number, of somebody else than the case's own party
    fields: tuple[str, ...] = ()
    unmask: tuple[str, ...] = ()
    reason: str = ""
    after: str = ""


@dataclass(frozen=True)
class Reading:
    """What is shown: the record it is shown under, the fields, the rows as text, and where to continue."""

    access: DataAccess
    fields: list[DataField]
    rows: list[list[str]] = field(default_factory=list)
    next: str = ""
    available: bool = True


def read(grant: DataGrant, actor: Actor, asked: Request) -> Reading:
    """Read under a grant for a case. Every page is a read of its own, so a revocation bites on the next one.

    :raises PermissionDenied: the grant is not live, or not this office's.
    :raises ValidationError: on ``case``, ``party``, ``fields``, ``unmask`` or ``reason``.
    """
    case, party, fields = _checked(grant, actor, asked)
    access = _on_record(
        actor,
        DataAccess(
            grant=grant,
            case=case,
            party=party,
            office=actor.office,
            user=actor.person,
            fields=[each.name for each in fields],
            unmasked=sorted(asked.unmask),
            reason=asked.reason.strip(),
            own=party in parties_of(case),
        ),
    )
    found = sources.read(grant.dataset, party, [each.name for each in fields], asked.after)
    if found is None:
        return Reading(access, fields, available=False)
    rows = [
        [
            masking.text(row.get(each.name))
            if each.name in access.unmasked
            else masking.masked(each, row.get(each.name))
            for each in fields
        ]
        for row in found.rows
    ]
    return Reading(access, fields, rows, found.next)


def parties_of(case: Case) -> list[Party]:
    """Whom a case is about: its applicant, or the party its detail names."""
    named = [case.applicant, getattr(case.detail, "party", None)]
    return list(dict.fromkeys(each for each in named if isinstance(each, Party)))


def _checked(grant: DataGrant, actor: Actor, asked: Request) -> tuple[Case, Party, list[DataField]]:
    grant = DataGrant.objects.select_related("dataset__current").get(pk=grant.pk)
    if actor.office is None or grant.office_id != actor.office.pk:
        log.denied("data.read", actor=actor, target=grant.about, reason="another office's grant")
        raise PermissionDenied(_("这项授权不属于您的单位。"))
    if not grant.is_live:
        _refused(grant, actor, Refusal.GRANT, asked)
        raise PermissionDenied(
            _("授权%(state)s，不能再查阅。需要继续使用的，请重新提出共享申请。") % {"state": grant.standing[1]}
        )
    case = Case.objects.visible_to(actor).filter(number=asked.case.strip()).first()
    if case is None or case.office_id != actor.office.pk:
        _refused(grant, actor, Refusal.CASE, asked)
        raise ValidationError({"case": _("没有找到由您的单位办理的这个办件。请核对编号。")})
    if case.closed_at is not None or case.submitted_at is None:
        _refused(grant, actor, Refusal.CASE, asked, case)
        raise ValidationError({"case": _("这个办件已经办结，不能再凭它查阅共享数据。")})
    party = _party(case, asked)
    fields = _fields(grant, actor, asked, case)
    hidden = {each.name for each in fields if masking.needs_mask(each)}
    if unknown := set(asked.unmask) - hidden:
        raise ValidationError({"unmask": _("这些数据项不在所选范围内：%s。") % joined(sorted(unknown))})
    if asked.unmask and not asked.reason.strip():
        raise ValidationError({"reason": _("显示完整内容必须写明理由。")})
    if party not in parties_of(case) and not asked.reason.strip():
        raise ValidationError({"reason": _("查阅对象不是办件当事人，请写明与办件的关系。")})
    return case, party, fields


def _party(case: Case, asked: Request) -> Party:
    number = asked.party.strip()
    if not number:
        own = parties_of(case)
        if not own:
            raise ValidationError({"party": _("这个办件没有当事人，请填写查阅对象。")})
        return own[0]
    found = (
        Party.objects.filter(ref=number).first()
        or Party.objects.filter(organisation__uscc=number).first()
        or Party.objects.filter(person__id_number=number).first()
    )
    if found is None:
        raise ValidationError({"party": _("登记信息中没有这个查阅对象。请核对号码。")})
    return found


def _fields(grant: DataGrant, actor: Actor, asked: Request, case: Case) -> list[DataField]:
    allowed = list(grant.allowed)
    if not asked.fields:
        return allowed
    names = {each.name for each in allowed}
    if beyond := [name for name in asked.fields if name not in names]:
        _refused(grant, actor, Refusal.FIELDS, asked, case)
        raise ValidationError({"fields": _("授权不包括这些数据项：%s。") % joined(beyond)})
    return [each for each in allowed if each.name in asked.fields]


@transaction.atomic
def _on_record(actor: Actor, access: DataAccess) -> DataAccess:
    """Commit the record of the read: the typed row and the chained evidence, or neither."""
    access.save(force_insert=True)
    about, case = access.grant.about, access.case.number
    log.read(actor=actor, party_id=access.party_id, what=about, purpose=Purpose.DATA_GRANT, basis=case)
    data = {"access": access.ref, "fields": access.fields, "unmasked": access.unmasked}
    log.record(about, "data.read", actor=actor, target=case, data=data)
    return access


def _refused(grant: DataGrant, actor: Actor, why: str, asked: Request, case: Case | None = None) -> None:
    """A refused attempt is evidence for the detector as well."""
    log.denied("data.read", actor=actor, target=grant.about, reason=why)
    DataAccess.objects.create(
        grant=grant,
        case=case,
        office=actor.office,
        user=actor.person,
        fields=list(asked.fields)[:50],
        reason=asked.reason.strip(),
        released=False,
        refusal=why,
    )
