"""Who calls the API for a unit that provides data: the door of the departments' own systems (Arts 16, 18, 19, 20)."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework.request import Request

from apps.datashare.requests import access
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import api_actor


def department(request: Request, action: str) -> Actor:
    """The officer or system of a unit that provides data; anyone else is refused, on record.

    :raises PermissionDenied: the caller speaks for no such unit.
    """
    actor = api_actor(request)
    if not access.provides(actor):
        log.denied(action, actor=actor, target=action.partition(".")[0], reason="not a providing unit")
        raise PermissionDenied(_("只有供数单位可以使用。"))
    return actor
