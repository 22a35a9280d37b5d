"""Each partner that the sandbox plays works once against a real portal process, and once more without doubling."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from apps.collaboration.fees.models import FeeDuty, FeeSource
from apps.collaboration.messages.models import PartnerKey, RefusedMessage
from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.ledger.models import Levy
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Organisation, PartnerClient
from apps.kernel.workcalendar import clock
from sandbox.partners.__main__ import Part, found
from sandbox.partners.api import Api, Away, Refused
from sandbox.partners.known import COMPANIES
from sandbox.partners.players import bank, court, planning, registry, water
from tests import factories, factories_judicial

SECRET = "Portal-demo-2026"


def client(officer: Actor, client_id: str, *scopes: str) -> None:
    made = PartnerClient.objects.create(
        client_id=client_id,
        name=client_id,
        user=officer.user,
        office=officer.office,
        client_type=PartnerClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=PartnerClient.GRANT_CLIENT_CREDENTIALS,
        scopes_allowed=list(scopes),
    )
    # The portal's process hashes as in production; the tests' own quick hasher means nothing to it.
    hashed = PBKDF2PasswordHasher().encode(SECRET, "partners", iterations=1000)
    PartnerClient.objects.filter(pk=made.pk).update(client_secret=hashed)
    PartnerKey.objects.create(client=made, secret=SECRET)


def test_every_player_says_who_it_is():
    assert {module.CLIENT for module in found()} >= {"demo-bank", "demo-court", "demo-water", "demo-registry"}
    assert all(module.NAME and module.EVERY > 0 and callable(module.play) for module in found())


def test_the_partners_play_against_the_portal(portal):
    w = factories_judicial.world()
    for number, (name, code) in enumerate(COMPANIES):
        party = w.company if not number else factories.company(name, office=w.office)
        type(party).objects.filter(pk=party.pk).update(name=name)
        Organisation.objects.filter(party=party).update(uscc=code)
    client(w.bank, "demo-bank", "accounts.answer")
    client(w.court, "demo-court", "enforcement.write")
    asked = [factories_judicial.at_bank(w, "accounts", wants_accounts=True, wants_balances=True) for _ in range(3)]

    assert bank.play(Api(portal, "demo-bank", SECRET)) == 1  # the newest two stay for people
    assert Case.objects.get(pk=asked[0].pk).state == "answered"
    assert bank.play(Api(portal, "demo-bank", SECRET)) == 0

    assert court.play(Api(portal, "demo-court", SECRET)) == 1
    assert court.play(Api(portal, "demo-court", SECRET)) == 0
    sale = cases.perform(Case.objects.get(procedure="court-sale"), "answer", w.clerk)
    sale = cases.perform(sale, "sold", w.court, price=sale.detail.price, sold_on=clock.today())
    assert court.play(Api(portal, "demo-court", SECRET)) == 1
    sale.refresh_from_db()
    assert sale.state == "remitted"

    for player, office, levy in (
        (planning, "上海市规划和自然资源局", "land-transfer"),
        (water, "上海市水务局", "soil-conservation"),
    ):
        officer = factories.staff(factories.department(office), "officer")
        FeeDuty.objects.create(office=officer.office, levy=Levy.objects.get(pk=levy))
        client(officer, player.CLIENT, "fees.write", "fees.read")
        assert player.play(Api(portal, player.CLIENT, SECRET)) == 1
        player.play(Api(portal, player.CLIENT, SECRET))
        assert FeeSource.objects.filter(office=officer.office, state="billed").count() == 1

    officer = factories.staff(factories.department("上海市不动产登记中心", Office.Kind.REGISTRY), "officer")
    client(officer, "demo-registry", "registry.check")
    for _ in range(2):
        assert registry.play(Api(portal, "demo-registry", SECRET)) == 1
    assert CertificateCheck.objects.get().outcome == "unknown"

    assert not RefusedMessage.objects.exists()  # every player has signed as the portal wants it
    forger = Api(portal, "demo-registry", SECRET, signing="guessed")
    with pytest.raises(Refused) as refusal:
        forger.post("registry/checks/", {"asked": "x"}, idempotency_key="forged-0001")
    assert (refusal.value.status, refusal.value.answer["code"]) == (401, "wrong_signature")
    with pytest.raises(Refused) as refusal:
        Api(portal, "demo-bank", "wrong").get("accounts/requests/")
    assert refusal.value.status == 401


def test_a_portal_that_is_away_makes_longer_and_longer_pauses():
    with pytest.raises(Away):
        Api("http://127.0.0.1:9", "demo-bank", SECRET).get("accounts/requests/")
    part = Part(bank, "http://127.0.0.1:9", SECRET)
    pauses = []
    for _ in range(8):
        before = part.next_turn
        assert not part.turn()
        pauses.append(part.next_turn > before)
    assert all(pauses)
    assert part.failures == 8


def test_an_order_is_carried_out_within_its_limit_and_a_living_is_left():
    row = {
        "measure": "freeze",
        "identifier": "310101199104170012",
        "limit": "999999.00",
        "kept": "9570.00",
        "number": "SH2026000000001",
    }
    given = bank.answer(row)
    assert float(given["executed"]) <= 999999.00
    assert float(given["left"]) >= min(9570.00, float(given["left"]) + float(given["executed"]))
    assert given["executed_on"] == clock.today().isoformat()
