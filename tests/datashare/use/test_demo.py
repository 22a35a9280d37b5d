"""The demonstration shows sharing in every state, and seeding it again changes nothing."""

import pytest

from apps.datashare import demo
from apps.datashare.adhoc.models import Consultation
from apps.datashare.requests.models import DataGrant, DataRequest
from apps.datashare.supply.models import SupplyDelivery, SupplyDuty
from apps.datashare.use.models import DataAccess, DataExport, Precondition, UseFinding
from apps.kernel.parties import demo as accounts
from apps.kernel.parties.models import User
from tests import factories_sharing

pytestmark = pytest.mark.django_db
TABLES = (
    DataRequest,
    DataGrant,
    Consultation,
    SupplyDuty,
    SupplyDelivery,
    DataAccess,
    DataExport,
    UseFinding,
    Precondition,
)


def test_every_state_has_something_to_look_at(settings):
    settings.PORTAL_DEMO = True
    accounts.seed()
    clerk = User.objects.get(username="clerk").memberships.get().office
    factories_sharing.matter(factories_sharing.asker(clerk))
    for _name, seed in demo.steps():
        seed()
    states = set(DataRequest.objects.values_list("case__state", flat=True))
    assert {"provided", "routing", "review", "approved", "refused", "disputed", "withdrawn"} <= states
    assert DataGrant.objects.filter(reported_at__isnull=False).count() == 1
    assert DataGrant.objects.with_use().filter(used_at__isnull=False).exists()
    assert UseFinding.objects.filter(state="open").exists()
    assert UseFinding.objects.filter(state="explained").exists()
    before = [table.objects.count() for table in TABLES]
    for _name, seed in demo.steps():
        seed()
    assert [table.objects.count() for table in TABLES] == before
