"""Before a registration the registry checks the tax certificate: at once, on record, and nobody else may (Art 28)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from apps.collaboration.registry import checking
from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.audit.models import Event
from apps.kernel.documents import letters
from apps.kernel.notifications.models import Message
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """A payer with a certificate, a registry with an officer, and a tax clerk."""
    with time_machine.travel(dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC), tick=False):

        class World:
            office = factories.tax_office()
            payer = factories.company("上海浦江精密仪器有限公司（普通合伙）", office=office)
            registry = factories.department("上海市不动产登记中心", kind=Office.Kind.REGISTRY)
            officer = factories.staff(registry, Role.OFFICER, name="邹明辉")
            clerk = factories.staff(office, Role.CLERK)

        World.certificate = letters.issue(
            "tax-payment-certificate",
            World.payer,
            {
                "rows": [{"levy": "契税", "period": "2026-09", "amount": "100.00", "paid_on": "2026-10-20"}],
                "total": "100.00",
            },
            actor=World.clerk,
            about="case/SH1",
        )
        yield World


def ask(world, **changed) -> CertificateCheck:
    given = {
        "asked": world.certificate.printed_code,
        "payer": world.payer.name,
        "matter": "real_estate",
        "matter_number": "沪黄2026-0081",
        "actor": world.officer,
    }
    return checking.check(**{**given, **changed})


def test_a_valid_certificate_passes_by_code_and_by_number_and_the_payer_is_told(world):
    assert ask(world).outcome == "passed"
    assert ask(world, asked=world.certificate.number).passed
    assert Message.objects.filter(party=world.payer, template="certificate-checked").count() == 2
    assert Event.objects.filter(stream__startswith="certificate-check/", action="registry.check").count() == 2
    assert Event.objects.filter(stream=f"reads/{world.payer.pk}", action="read").count() == 2


def test_brackets_and_spaces_typed_otherwise_are_the_same_name(world):
    assert ask(world, payer=" 上海浦江精密仪器有限公司(普通合伙)").passed


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"payer": "上海别的公司"}, "mismatch"),
        ({"asked": "沪税证〔2026〕999999号"}, "unknown"),
        ({"asked": "x"}, "unknown"),
    ],
)
def test_what_does_not_match_does_not_pass_and_tells_the_payer_nothing(world, changed, outcome):
    assert ask(world, **changed).outcome == outcome
    assert not Message.objects.filter(template="certificate-checked").exists()


def test_a_revoked_certificate_is_named_as_such(world):
    letters.revoke(world.certificate, actor=world.clerk, reason="error")
    assert ask(world).outcome == "revoked"


def test_a_doubled_request_is_one_check(world):
    assert ask(world, idempotency_key="reg-1") == ask(world, idempotency_key="reg-1")
    assert CertificateCheck.objects.count() == 1


@pytest.mark.parametrize("who", ["clerk", "citizen", "grid"])
def test_nobody_else_may_check_and_the_attempt_stays_on_record(world, who):
    actor: Actor = {
        "clerk": world.clerk,
        "citizen": factories.citizen(),
        "grid": factories.staff(world.registry, Role.GRID, name="网格员"),
    }[who]
    with pytest.raises(PermissionDenied):
        ask(world, actor=actor)
    assert Event.objects.using("evidence").filter(action="registry.check", stream__startswith="denied/").exists()
    assert not CertificateCheck.objects.exists()


def test_a_check_belongs_to_the_office_that_made_it(world):
    other = factories.staff(factories.department("市规划资源局"), Role.OFFICER, name="周敏")
    ask(world)
    assert CertificateCheck.objects.visible_to(world.officer).count() == 1
    assert not CertificateCheck.objects.visible_to(other).exists()
    assert not CertificateCheck.objects.visible_to(factories.citizen()).exists()
