"""Tax status as a precondition for other matters: refused unless a law itself says so (Art 21 para 1).

The legal bases are dated data (``precondition_bases.yaml``); departments declare, everyone can look.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.datashare.access import provides, require
from apps.datashare.use.models import Precondition
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

FILE = Path(__file__).with_name("precondition_bases.yaml")
State = Precondition.State


class Status(models.TextChoices):
    """The tax status a matter is said to require."""

    PAID = "paid", gettext_lazy("该事项的税款已缴清")
    CLEARED = "cleared", gettext_lazy("全部税费已结清")
    NO_ARREARS = "no_arrears", gettext_lazy("没有欠税")
    FILED = "filed", gettext_lazy("按期申报")
    CREDIT = "credit", gettext_lazy("纳税缴费信用级别")


@dataclass(frozen=True)
class Basis:
    """A clause that makes a tax status a condition for a matter."""

    code: str
    document: str
    clause: str
    matter: str
    status: tuple[str, ...]
    confidence: str

    def __str__(self) -> str:
        return f"《{self.document}》{self.clause}：{self.matter}"


@cache
def bases() -> dict[str, Basis]:
    """Every listed basis by code."""
    rows: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))
    return {row["code"]: Basis(**{**row, "status": tuple(row["status"])}) for row in rows}


def declare(actor: Actor, *, matter: str, status: str, basis: str = "", claimed: str = "") -> Precondition:
    """Declare that a matter requires a tax status. What no listed basis carries is refused, and stays on record.

    :raises PermissionDenied: for anyone but an officer of a department.
    :raises ValidationError: when the matter is named badly, or is listed already.
    """
    require(provides(actor), "precondition.declare", actor)
    if status not in Status.values:
        raise ValidationError({"status": _("请选择要求的纳税缴费情况。")})
    if not matter.strip():
        raise ValidationError({"matter": _("请写明业务事项。")})
    found = bases().get(basis)
    allowed = found is not None and status in found.status
    try:
        with transaction.atomic():
            row = Precondition.objects.create(
                office=actor.office,
                matter=matter.strip(),
                status=status,
                basis=found.code if found else "",
                claimed=claimed.strip(),
                state=State.LISTED if allowed else State.REFUSED,
                ruling=_in_chinese(found, status),
                by=actor.user,
            )
            log.record("preconditions", f"precondition.{row.state}", actor=actor, target=str(row.pk))
    except IntegrityError as error:
        raise ValidationError({"matter": _("这个事项的同一要求已经登记。")}) from error
    return row


def _in_chinese(found: Basis | None, status: str) -> str:
    """A ruling is kept in Chinese, whoever declares."""
    with translation.override(settings.LANGUAGE_CODE):
        return _ruling(found, status)


def _ruling(found: Basis | None, status: str) -> str:
    if found is None:
        return _("没有列明的法定依据。依照《办法》第二十一条，不得擅自将纳税缴费情况作为办理业务事项的前置条件。")
    if status not in found.status:
        return _("%(basis)s没有规定“%(status)s”这一要求，依照《办法》第二十一条不予登记。") % {
            "basis": found,
            "status": Status(status).label,
        }
    return str(found)


@transaction.atomic
def withdraw(row: Precondition, actor: Actor) -> Precondition:
    """A department no longer asks for it."""
    require(provides(actor) and row.office_id == actor.office.pk, "precondition.withdraw", actor, str(row.pk))
    row = Precondition.objects.select_for_update(no_key=True).get(pk=row.pk)
    if row.state != State.LISTED:
        raise ValidationError(_("只有已登记的前置条件可以取消。"))
    row.state, row.withdrawn_at = State.WITHDRAWN, clock.now()
    row.save(update_fields=["state", "withdrawn_at"])
    log.record("preconditions", "precondition.withdrawn", actor=actor, target=str(row.pk))
    return row
