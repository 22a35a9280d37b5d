"""Keeping the calendar: every change is recorded, and whoever derived a due moment from it is told."""

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor

# Sent after commit: due moments that rest on the calendar must be derived anew.
calendar_changed = Signal()


@transaction.atomic
def keep(row: models.Model, actor: Actor) -> None:
    """Add or correct a year, a day or an announced filing date.

    :raises ValidationError: naming what is wrong with the row.
    :raises PermissionDenied: when the actor may not keep the calendar.
    """
    _allowed(actor, "add" if row._state.adding else "change", row)  # noqa: SLF001 - whether it is new
    row.full_clean()
    row.save()
    _changed("calendar.keep", row, actor)


@transaction.atomic
def strike(row: models.Model, actor: Actor) -> None:
    """Take a row out of the calendar.

    :raises PermissionDenied: when the actor may not keep the calendar.
    """
    _allowed(actor, "delete", row)
    _changed("calendar.strike", row, actor)
    row.delete()


def _allowed(actor: Actor, action: str, row: models.Model) -> None:
    permission = f"workcalendar.{action}_{row._meta.model_name}"  # noqa: SLF001 - the model's own name
    if actor.user is None or not actor.user.has_perm(permission):
        log.denied(permission, actor=actor, target=str(row), reason="no permission")
        raise PermissionDenied(_("您没有维护工作日历的权限。"))


def _changed(action: str, row: models.Model, actor: Actor) -> None:
    log.record("calendar", action, actor=actor, target=str(row.pk), data={"row": str(row)})
    transaction.on_commit(lambda: calendar_changed.send(sender=type(row)))
