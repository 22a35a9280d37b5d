"""While the cache is away people go on working: sessions and to-dos are in the database as well."""

import pytest
from django.core.cache import caches
from django.urls import reverse
from redis import RedisError

from apps.kernel.casework.models import Case
from ops import ports
from ops.chaos.load import SUBMISSION
from taxportal.cache import Cache, Spare
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nowhere() -> str:
    return f"redis://127.0.0.1:{ports.free()}/0"


def test_what_is_merely_kept_is_missing_and_what_must_be_remembered_says_so(nowhere):
    spare, strict = Spare(nowhere, {}), Cache(nowhere, {})
    spare.set("a", 1)
    assert spare.get("a", "nothing") == "nothing"
    assert spare.get_many(["a"]) == {}
    assert spare.set_many({"a": 1}) == ["a"]
    for forget in (lambda: spare.delete("a"), lambda: strict.get("a"), lambda: strict.incr("a")):
        with pytest.raises(RedisError):
            forget()


def test_people_stay_signed_in_see_their_page_and_submit(settings, client, nowhere):
    owner = factories.representative(factories.company(office=factories.tax_office()))
    client.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    settings.CACHES = {**settings.CACHES, "kept": {**settings.CACHES["kept"], "LOCATION": nowhere}}
    assert caches["kept"].get("anything") is None
    assert client.get(reverse("acting_home", args=[owner.party.ref])).status_code == 200
    asked = {"Idempotency-Key": "cache-away-1", "X-Acting-For": owner.party.ref}
    assert client.post("/api/v1/cases/", SUBMISSION, "application/json", headers=asked).status_code == 201
    assert Case.objects.get().state == "submitted"
    assert "SH" in client.get(reverse("cases:list", args=[owner.party.ref])).content.decode()
