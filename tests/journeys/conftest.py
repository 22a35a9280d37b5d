"""Who takes part in a journey: a visitor each, in a browser profile of their own."""

from collections.abc import Callable

import pytest

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import User
from tests.journeys.people import Visitor, Way


@pytest.fixture
def visitor(new_page, sign_in, portal, way: Way) -> Callable[..., Visitor]:
    """``visitor()`` is anybody; ``visitor(actor)`` has signed in."""

    def comes(actor: Actor | None = None) -> Visitor:
        page = new_page(viewport={"width": way.width, "height": 900}, java_script_enabled=way.javascript)
        page.context.add_cookies([{"name": "django_language", "value": way.language, "url": portal}])
        if actor is not None:
            sign_in(page, User.objects.get(pk=actor.user.pk))
        return Visitor(page, way)

    return comes
