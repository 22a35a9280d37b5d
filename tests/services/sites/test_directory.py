"""The directory of sites: found by district and business, by everybody, on pages and by API."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.audit.models import Event
from apps.kernel.parties.actors import Actor
from apps.services.sites import directory, upkeep
from apps.services.sites.models import Site
from tests import factories
from tests import factories_appointments as made
from tests.factories_appointments import at

pytestmark = pytest.mark.django_db


def test_a_visitor_finds_a_site_by_district_and_business(client):
    site = made.site()
    for query, found in (("", True), ("district=310101&line=filing", True), ("district=310104", False)):
        assert (site.address in client.get(f"/offices/?{query}").content.decode()) == found
        assert bool(client.get(f"/api/v1/sites/?{query}").json()) == found
    page = client.get(f"/offices/{site.code}/").content.decode()
    for told in (site.address, "09:00–17:00", "1号综合窗口", "营业执照副本", "无台阶入口"):
        assert told in page
    one = client.get(f"/api/v1/sites/{site.code}/").json()
    assert one["matters"][0]["needs"] == ["本人居民身份证", "营业执照副本"]


def test_an_unknown_district_is_told_and_a_closed_site_is_not_there(client):
    site = made.site()
    assert client.get("/offices/?district=999999").status_code == 422
    assert client.get("/api/v1/sites/?line=magic").status_code == 400
    Site.objects.update(active=False)
    assert client.get(f"/offices/{site.code}/").status_code == 404
    assert client.get(f"/api/v1/sites/{site.code}/").status_code == 404


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(9, 0, dt.date(2026, 11, 23)), True),
        (at(8, 59, dt.date(2026, 11, 23)), False),
        (at(17, 0, dt.date(2026, 11, 23)), False),
        (at(10, 0, dt.date(2026, 11, 22)), False),  # a Sunday
        (at(10, 0, dt.date(2026, 10, 1)), False),  # National Day, a Thursday
    ],
)
def test_open_now_follows_hours_and_holidays(moment, is_open):
    assert directory.is_open(made.site(), moment) is is_open


def test_only_who_keeps_the_directory_changes_it_and_every_change_is_recorded():
    site = made.site()
    with pytest.raises(PermissionDenied):
        upkeep.keep(site, factories.staff(factories.tax_office()))
    admin = factories.user("管理员")
    admin.is_superuser = True
    admin.save()
    keeper = Actor(user=admin)
    site.phone = "021-55550000"
    upkeep.keep(site, keeper)
    assert Event.objects.filter(stream="sites", action="sites.keep", target=f"site/{site.pk}").count() == 1
    site.latitude = 31
    with pytest.raises(ValidationError, match="要么都填"):
        upkeep.keep(site, keeper)
    upkeep.strike(site.opening_hours.first(), keeper)
    assert site.opening_hours.count() == 4
