"""An employer hands in a month's sheet of employees; a worker reads it while the page shows how far it is (Art 24).

The declaration with its lines is the basis of the employer's contributions. The return by totals (社会保险费申报表)
is another way to declare the same month; whichever comes first is charged, the other is refused.
"""

import datetime as dt
import gzip
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.insurance import access
from apps.collaboration.insurance.models import InsuranceDeclaration, InsuranceRegistration
from apps.kernel import workers
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock, filing
from apps.kernel.workcalendar.periods import Period

LARGEST = 20 * 1024 * 1024
State = InsuranceDeclaration.State
OPEN = (State.READING, State.REFUSED, State.READY)


def upload(
    file: UploadedFile,
    *,
    period: str,
    actor: Actor,
    injury_rate: Decimal | None = None,
    idempotency_key: str | None = None,
) -> InsuranceDeclaration:
    """Keep a sheet and have it read. A sheet of the month that was not submitted is replaced by it.

    :raises PermissionDenied: unless the actor acts for an organisation.
    :raises ValidationError: naming ``period``, ``injury_rate`` or ``file``.
    """
    access.require(
        actor, "insurance.upload", f"party/{actor.party.ref if actor.party else ''}", allowed=access.declares(actor)
    )
    month = month_of(period)
    rate = _rate(actor.party, injury_rate, month.start)
    if file.size > LARGEST:
        raise ValidationError({"file": _("文件不能超过 20 MB，请分成几个文件。")})
    if not file.size:
        raise ValidationError({"file": _("文件是空的。")})
    file.seek(0)
    content = gzip.compress(file.read(), compresslevel=1, mtime=0)
    with transaction.atomic():
        Party.objects.select_for_update(no_key=True).get(pk=actor.party.pk)
        first = (
            InsuranceDeclaration.objects.filter(party=actor.party, idempotency_key=idempotency_key).first()
            if idempotency_key
            else None
        )
        if first is not None:
            return first
        InsuranceDeclaration.objects.filter(party=actor.party, period=period, state__in=OPEN).update(
            state=State.REPLACED
        )
        declaration = InsuranceDeclaration.objects.create(
            party=actor.party,
            period=period,
            injury_rate=rate,
            file_name=(file.name or "")[-120:],
            content=content,
            due=filing.period_due(month).due,
            created_by=actor.user,
            idempotency_key=idempotency_key,
        )
        log.record(f"party/{actor.party.ref}", "insurance.uploaded", actor=actor, target=declaration.about)
        workers.hand_over("insurance.read_declaration", declaration.pk)
    return declaration


def month_of(period: str) -> Period:
    """A month that can be declared: one whose bases are known, up to the current one.

    :raises ValidationError: on ``period``.
    """
    try:
        month = Period.parse(period)
    except ValueError:
        month = None
    if month is None or not month.is_month:
        raise ValidationError({"period": _("所属期请写成 2026-09。")})
    if month.start > clock.today():
        raise ValidationError({"period": _("这个月还没有开始，不能申报。")})
    try:
        parameters.row("si.base.floor", month.start)
    except parameters.UnknownLaw as error:
        raise ValidationError({"period": _("这个月的缴费基数上下限不在本系统内，请到窗口办理。")}) from error
    return month


def _rate(party: Party, given: Decimal | None, on: dt.date) -> Decimal:
    """The injury rate hrss has registered; only an employer it has not delivered states its own."""
    known = InsuranceRegistration.objects.filter(party=party).values_list("injury_rate", flat=True).first()
    if known is not None:
        return known
    low, high = parameters.row("si.injury.lowest", on).number, parameters.row("si.injury.highest", on).number
    if given is None or not low <= given <= high:
        message = _("工伤保险费率须在 %(low)s 至 %(high)s 之间。") % {"low": low, "high": high}
        raise ValidationError({"injury_rate": message})
    return given
