"""Who asks for data, who provides, who supervises: what every room of chapter 3 has to know (Arts 16-21)."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from rest_framework.request import Request

from apps.kernel.audit import log
from apps.kernel.casework.rights import ASKERS
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.api_auth import api_actor
from apps.kernel.parties.models import Office, Role


def asks(actor: Actor) -> bool:
    """Whether the actor may ask for shared data and read it: tax staff who handle or decide matters."""
    return actor.front_door == "counter" and bool(actor.roles & ASKERS)


def provides(actor: Actor) -> bool:
    """Whether the actor is an officer of a department, the data centre or another unit that holds data."""
    return actor.front_door == "partner" and Role.OFFICER in actor.roles


def supervises(actor: Actor) -> bool:
    """Whether the actor is an officer of the data centre."""
    return provides(actor) and actor.office.kind == Office.Kind.DATA_CENTRE


def shares(actor: Actor) -> bool:
    """Whether the actor may agree with another unit on sharing case by case."""
    return asks(actor) or provides(actor)


def department(request: Request, action: str) -> Actor:
    """The officer or system of a unit that provides data, at the API; anyone else is refused, on record.

    :raises PermissionDenied: the caller speaks for no such unit.
    """
    actor = api_actor(request)
    if not provides(actor):
        log.denied(action, actor=actor, target=action.partition(".")[0], reason="not a providing unit")
        raise PermissionDenied(_("只有供数单位可以使用。"))
    return actor


def require(allowed: bool, action: str, actor: Actor, target: str = "") -> None:  # noqa: FBT001 - reads as a sentence
    """Refuse and put the attempt on record.

    :raises PermissionDenied: unless allowed.
    """
    if not allowed:
        log.denied(action, actor=actor, target=target, reason="role")
        raise PermissionDenied(_("您的岗位不能进行这个操作。"))


def only(rule: Callable[[Actor], bool]) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Lets in whom the rule allows, at the door where they work; for anyone else the page is not there.

    The same view may serve both doors; nothing of it is cached.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @never_cache
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not rule(request.actor) or not request.path_info.startswith(f"/{request.actor.front_door}/"):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate
