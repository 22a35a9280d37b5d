"""Keeping the directory of sites: the one way it changes, each change recorded (Art 10)."""

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor


@transaction.atomic
def keep(row: models.Model, actor: Actor) -> None:
    """Add or correct a site, a window, opening hours or a business line.

    :raises ValidationError: naming what is wrong with the row.
    :raises PermissionDenied: when the actor may not keep the directory.
    """
    _allowed(actor, "add" if row._state.adding else "change", row)  # noqa: SLF001 - whether it is new
    row.full_clean()
    row.save()
    _recorded("sites.keep", row, actor)


@transaction.atomic
def strike(row: models.Model, actor: Actor) -> None:
    """Take a row out of the directory.

    :raises PermissionDenied: when the actor may not keep the directory.
    """
    _allowed(actor, "delete", row)
    _recorded("sites.strike", row, actor)
    row.delete()


def _allowed(actor: Actor, action: str, row: models.Model) -> None:
    permission = f"services.{action}_{row._meta.model_name}"  # noqa: SLF001 - the model's own name
    if actor.user is None or not actor.user.has_perm(permission):
        log.denied(permission, actor=actor, target=str(row), reason="no permission")
        raise PermissionDenied(_("您没有维护服务网点的权限。"))


def _recorded(action: str, row: models.Model, actor: Actor) -> None:
    log.record("sites", action, actor=actor, target=f"{row._meta.model_name}/{row.pk}", data={"row": str(row)})  # noqa: SLF001 - as above
