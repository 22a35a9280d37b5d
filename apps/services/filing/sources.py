"""The register of tax sources (税源明细): added, amended, struck off; the combined return reads it (Art 11)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.audit import log
from apps.kernel.casework.procedures import recorded
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules.calculators import property_behaviour
from apps.kernel.workcalendar import clock
from apps.services.filing import falling_due
from apps.services.filing.kinds import property_behaviour as combined
from apps.services.filing.models import SourceDetail

STATED = gettext_lazy("纳税人登记")


def register(party: Party) -> list[SourceDetail]:
    """The sources that count, tax by tax."""
    order = list(property_behaviour.TAXES)
    return sorted(combined.register([party]), key=lambda row: (order.index(row.levy), row.pk))


def of(actor: Actor) -> QuerySet[SourceDetail]:
    """The sources that count of the party the actor acts for."""
    return combined.register([actor.party])


def authorise(actor: Actor) -> None:
    """
    :raises PermissionDenied: the actor may not file the combined return for this party.
    """
    if actor.party is None or actor.party.kind != Party.Kind.ORGANISATION:
        raise PermissionDenied(_("税源明细由单位登记，请切换身份后再试。"))
    combined.COMBINED.authorise(actor)


@transaction.atomic
def add(actor: Actor, levy: str, detail: dict[str, Any]) -> SourceDetail:
    """Register a source.

    :raises ValidationError: naming the field.
    """
    authorise(actor)
    row = _checked(SourceDetail(party=actor.party, levy=levy, by=actor.user, source=recorded(STATED), **detail))
    row.save()
    log.record(f"party/{actor.party.ref}", "source.added", actor=actor, target=row.ref, data={"levy": levy})
    return row


@transaction.atomic
def amend(row: SourceDetail, actor: Actor, detail: dict[str, Any]) -> SourceDetail:
    """Register what a source is from now on; what was filed on the former row stays as it was."""
    authorise(actor)
    former = _close(row, actor)
    fresh = SourceDetail(
        party=former.party, ref=former.ref, levy=former.levy, by=actor.user, source=recorded(STATED), **detail
    )
    _checked(fresh).save()
    log.record(f"party/{actor.party.ref}", "source.amended", actor=actor, target=fresh.ref, data={"levy": fresh.levy})
    return fresh


@transaction.atomic
def strike(row: SourceDetail, actor: Actor) -> None:
    """Take a source off the register, as one entered by mistake."""
    authorise(actor)
    _close(row, actor)
    log.record(f"party/{actor.party.ref}", "source.struck", actor=actor, target=row.ref, data={"levy": row.levy})


def _close(row: SourceDetail, actor: Actor) -> SourceDetail:
    found = SourceDetail.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk=row.pk, party=actor.party, closed_at__isnull=True
    )
    former = found.first()
    if former is None:
        raise ValidationError(_("这条税源明细已被更新，请刷新页面后再试。"))
    former.closed_at = clock.now()
    former.save(update_fields=["closed_at"])
    return former


def _checked(row: SourceDetail) -> SourceDetail:
    """The row's own limits, and what goes with the tax."""
    row.full_clean(exclude=["party", "by"], validate_constraints=False)
    property_behaviour.check(
        row.levy, row.item or None, row.deductions, basic_farmland=row.basic_farmland, relief=row.relief
    )
    if row.occasional and not falling_due.may_be_occasional(row.levy, row.since):
        raise ValidationError(
            {"occasional": _("“%(tax)s”的纳税期限由法律规定，不能选择按次申报。") % {"tax": row.tax.title}}
        )
    if row.until is None and falling_due.needs_event(row.levy, row.since):
        raise ValidationError({"until": _("请填写您准备办理权属登记的日期，应当在此之前申报。")})
    if row.until is not None and row.until < row.since:
        raise ValidationError({"until": _("终止日期不能早于取得日期。")})
    return row
