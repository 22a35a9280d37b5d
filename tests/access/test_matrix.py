"""Role x route: every route has a declared policy, and every role is tried on it.

"Reached" means the view did its work (any 2xx, a redirect that is not to the sign-in page, or a
complaint about the input); "kept out" means sign-in, 403 or 404. A route nobody has declared a
policy for fails, and so does a declared route that no longer exists.
"""

import pytest
from django.test import Client
from django.urls import path, reverse

from taxportal import urls as portal_urls
from tests.access.policies import POLICIES, PREFIXES
from tests.access.roles import Role
from tests.access.routes import Route, routes
from tests.access.world import World

SIGN_IN = "/accounts/login/"
ABSENT = "0" * 12
ROUTES = list(routes())
PARTS = 4  # ten thousand requests: no process of the tests has them all to itself


def policy_of(route: Route) -> Role | None:
    """The declared policy: by name, or by the prefix of a packaged family of routes."""
    if route.key in POLICIES:
        return POLICIES[route.key]
    return next((policy for prefix, policy in PREFIXES.items() if route.key.startswith(prefix)), None)


def reached(client: Client, url: str) -> bool:
    """Whether a GET, or a POST where only that is allowed, gets past the door."""
    response = client.get(url)
    if response.status_code == 405:
        response = client.post(url)
    if response.status_code in (301, 302):
        return not response["Location"].startswith(SIGN_IN)
    return response.status_code not in (401, 403, 404)


def differences(route: Route, world: World) -> list[str]:
    """Where the portal and the declared policy disagree about a route."""
    policy = policy_of(route)
    if policy is None:
        return [f"{route}: no policy is declared in tests/access/policies.py"]
    samples = {name: world.sample(route, name) for name in route.arguments}
    url = reverse(route.name, kwargs={name: value or ABSENT for name, value in samples.items()})
    told = []
    for role in Role:
        if role & policy and None in samples.values():
            continue  # there is no such object in the sample world; only that nobody else gets in can be tried
        got_in = reached(world.client(role), url)
        if got_in != bool(role & policy):
            told.append(f"{route} {url}: {role.name} was {'let in' if got_in else 'kept out'}")
    return told


def test_every_route_has_a_policy_and_every_policy_a_route():
    undeclared = [route.key for route in ROUTES if policy_of(route) is None]
    stale = sorted(set(POLICIES) - {route.key for route in ROUTES})
    assert (undeclared, stale) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_every_role_on_every_route(part):
    world = World.build()
    ours = [route for route in ROUTES if route.key in POLICIES]
    told = [line for route in ours[part::PARTS] for line in differences(route, world)]
    assert not told, "\n".join(told)


@pytest.mark.django_db
def test_a_planted_leak_turns_the_matrix_red(monkeypatch, settings):
    """A page that forgets to ask who is there is named by the matrix."""
    from django.http import HttpResponse  # noqa: PLC0415 - the planted view only

    settings.ROOT_URLCONF = __name__
    leak = Route("planted-leak", ())
    monkeypatch.setitem(POLICIES, "planted-leak", Role.OWNER)
    monkeypatch.setattr(
        "tests.access.test_matrix.urlpatterns",
        [path("leak/", lambda request: HttpResponse("everyone's data"), name="planted-leak"), *portal_urls.urlpatterns],
        raising=False,
    )
    told = differences(leak, World.build())
    assert any("ANONYMOUS was let in" in line for line in told)
    assert any("STRANGER was let in" in line for line in told)
    monkeypatch.delitem(POLICIES, "planted-leak")
    assert differences(leak, World.build()) == ["planted-leak: no policy is declared in tests/access/policies.py"]
