"""What each room adds to the matrix: one module a room, found by being here.

A module declares ``POLICIES`` (route -> who gets in) and, when its routes take arguments,
``samples(people)``, which makes the room's sample objects and gives ``{"route:argument": value}``.
``SCOPES`` are what its partner API asks of the sample token.
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from apps.kernel.parties.actors import Actor
from tests.access.roles import Role


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(__path__):
        yield import_module(f"{__name__}.{found.name}")


def policies() -> dict[str, Role]:
    """Every room's declared policies."""
    return {route: policy for module in _modules() for route, policy in module.POLICIES.items()}


def scopes() -> list[str]:
    """What the sample token of a partner system may do in the rooms."""
    return [scope for module in _modules() for scope in getattr(module, "SCOPES", ())]


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """The rooms' sample objects, by the route and argument they stand for."""
    makers = (module.samples for module in _modules() if hasattr(module, "samples"))
    return {name: value for make in makers for name, value in make(people).items()}
