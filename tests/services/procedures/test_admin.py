"""Applications in admin: every one can be looked at, none changed."""

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from apps.kernel.casework import cases, procedures
from apps.services.filing.models import FilingBatch
from apps.services.procedures.deferral import DEFERRAL
from tests import factories
from tests.access.roles import Role
from tests.access.world import World
from tests.services.procedures.test_rights import deferral

pytestmark = pytest.mark.django_db

DETAILS = sorted(
    {each.detail for each in procedures.all() if each.chapter == "2" and each.detail.__name__ != "PartRecord"},
    key=lambda model: model.__name__,
)


@pytest.fixture
def administrator():
    user = factories.user()
    user.is_staff = user.is_superuser = True
    user.save()
    return World({Role.ADMIN: user}, {}).client(Role.ADMIN)


@pytest.mark.parametrize("model", [*DETAILS, FilingBatch])
def test_every_application_is_registered_and_read_only(model):
    request = RequestFactory().get("/")
    found = admin.site._registry[model]
    assert not found.has_add_permission(request)
    assert not found.has_change_permission(request)
    assert not found.has_delete_permission(request)


def test_an_application_and_the_batches_are_listed(administrator):
    payer = factories.representative(factories.company(office=factories.tax_office()))
    case = cases.open_submitted(DEFERRAL, payer, deferral(), idempotency_key="admin-0001")
    assert case.number in administrator.get(reverse("admin:services_deferral_changelist")).content.decode()
    assert administrator.get(reverse("admin:services_filingbatch_changelist")).status_code == 200
