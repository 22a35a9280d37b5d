"""The payer's pages, the counter's refunds, the API and the admin: who sees what, and what they do."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger import charges, payments, refunds
from apps.kernel.ledger.models import Overpayment, Payment, PaymentException, Refund
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from tests import factories
from tests.factories_ledger import begun, notice, owed, paid

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


@pytest.fixture
def payer() -> Actor:
    return factories.citizen()


@pytest.fixture
def signed_in(client, payer):
    client.force_login(payer.user, backend=BACKEND)
    return client


def at(name: str, actor: Actor, *args: str) -> str:
    return reverse(f"ledger:{name}", args=[actor.party.ref, *args])


# --- account and payment ---------------------------------------------------------------------------


def test_the_account_opens_the_late_fee_to_its_lines(signed_in, payer):
    owed(payer.party, "1000.00", due=dt.date(2026, 1, 1))
    page = signed_in.get(at("account", payer)).content.decode()
    assert "1,000.00 × 0.05" in page
    assert "税收征收管理法" in page


def test_what_is_to_be_paid_is_one_press_from_the_list_of_things_to_do(signed_in, payer):
    charge = owed(payer.party, "1000.00")
    (todo,) = [each for each in todos.for_actor(payer) if each.kind == "pay"]
    assert todo.url == at("charge", payer, charge.ref)
    to_pay = f"{at('pay', payer)}?charge={charge.ref}"
    assert f'href="{to_pay}"' in signed_in.get(todo.url).content.decode()
    paid(charge, actor=payer)
    assert to_pay not in signed_in.get(todo.url).content.decode()


def test_checking_then_paying_leads_to_the_gateway_or_says_it_is_away(signed_in, payer, settings):
    settings.PAYMENT_GATEWAY_SECRET = settings.PAYMENT_CALLBACK_SECRET = "x"
    charge = owed(payer.party, "1000.00")
    check = signed_in.get(at("pay", payer), {"charge": charge.ref})
    assert "1,000.00" in check.content.decode()
    assert not Payment.objects.exists()
    answer = signed_in.post(at("pay", payer), {"charge": charge.ref})
    payment = Payment.objects.get()
    assert answer.headers["Location"] == at("payment", payer, payment.number)
    page = signed_in.get(answer.headers["Location"]).content.decode()
    assert "还没有扣款" in page
    assert "缴款成功" not in page


def test_choosing_nothing_says_how_to_mend_it(signed_in, payer):
    answer = signed_in.post(at("pay", payer))
    assert answer.status_code == 422
    assert "请至少选择一笔税费" in answer.content.decode()


def test_a_charge_being_paid_leads_to_its_payment(signed_in, payer):
    one, two = owed(payer.party), owed(payer.party, levy="stamp")
    payment = begun(one, actor=payer)
    answer = signed_in.post(at("pay", payer), {"charge": [one.ref, two.ref]})
    assert answer.status_code == 422
    assert at("payment", payer, payment.number) in answer.content.decode()


@pytest.mark.parametrize("after", ["x", "-1", "1.5"])
def test_a_wrong_page_is_not_found(signed_in, payer, after):
    assert signed_in.get(at("account", payer), {"after": after}).status_code == 404


def test_a_receipt_shows_what_was_booked_and_gives_one_certificate(signed_in, payer):
    payment = paid(owed(payer.party, "1000.00"), actor=payer)
    page = signed_in.get(at("payment", payer, payment.number)).content.decode()
    assert "缴款成功，已入账" in page
    for _ in range(2):
        signed_in.post(at("certificate", payer, payment.number))
    document = IssuedDocument.objects.get()
    assert (document.kind, document.amount) == ("tax-payment-certificate", Decimal("1000.00"))
    assert document.number in signed_in.get(at("payment", payer, payment.number)).content.decode()


def test_a_certificate_needs_money_that_stayed(signed_in, payer):
    charge = owed(payer.party)
    payment = paid(charge, actor=payer)
    charges.adjust(charge, Decimal(0), reason="作废", actor=payer)
    signed_in.post(at("certificate", payer, payment.number))
    assert not IssuedDocument.objects.exists()


def test_foreign_and_absent_objects_are_the_same(signed_in, payer):
    stranger = factories.citizen()
    charge = owed(stranger.party)
    payment = paid(charge, actor=stranger)
    pairs = [
        (at("charge", payer, charge.ref), at("charge", payer, "0" * 12)),
        (at("payment", payer, payment.number), at("payment", payer, "P" + "0" * 15)),
        (f"{at('pay', payer)}?charge={charge.ref}", f"{at('pay', payer)}?charge={'0' * 12}"),
        (at("account", stranger), at("account", payer).replace(payer.party.ref, "0" * 10)),
    ]
    for foreign, absent in pairs:
        assert signed_in.get(foreign).status_code == signed_in.get(absent).status_code == 404
    for action in ("refresh", "cancel", "certificate"):
        assert signed_in.post(at(action, payer, payment.number)).status_code == 404


def test_without_signing_in_there_is_no_account(client, payer):
    answer = client.get(at("account", payer))
    assert answer.status_code in {302, 404}
    assert b"account" not in answer.content


# --- refunds ---------------------------------------------------------------------------------------


def overpaid_by(payer: Actor, office) -> Overpayment:
    payer.party.office = office
    payer.party.save()
    charge = owed(payer.party, "100.00")
    paid(charge, actor=payer)
    charges.adjust(charge, Decimal("60.00"), reason="更正申报", actor=payer)
    return Overpayment.objects.get()


@pytest.fixture
def work(client):
    """Signs a staff member in."""

    def sign_in(actor: Actor):
        client.force_login(actor.user, backend=BACKEND)
        return client

    return sign_in


def test_asking_back_and_deciding(signed_in, payer, work):
    office = factories.tax_office()
    overpayment = overpaid_by(payer, office)
    page = at("ask_back", payer, overpayment.ref)
    assert signed_in.post(page, {"reason": ""}).status_code == 422
    assert signed_in.post(page, {"reason": "更正申报后多缴"}).status_code == 302
    assert signed_in.get(page).status_code == 404  # asked back already
    refund = Refund.objects.get()
    counter = work(factories.staff(office, Role.CHIEF))
    assert refund.number in counter.get(reverse("ledger_counter:refunds")).content.decode()
    place = reverse("ledger_counter:refund", args=[refund.number])
    assert counter.post(place, {"decision": "reject", "reason": ""}).status_code == 422
    assert counter.post(place, {"decision": "reject", "reason": "材料不足"}).status_code == 302
    refund.refresh_from_db()
    assert refund.state == Refund.State.REJECTED


@pytest.mark.parametrize("who", ["clerk", "other_office", "department", "payer"])
def test_who_may_not_decide_a_refund(payer, work, who):
    office = factories.tax_office()
    refund = refunds.request(overpaid_by(payer, office), reason="多缴", actor=payer)
    actor = {
        "clerk": lambda: factories.staff(office, Role.CLERK),
        "other_office": lambda: factories.staff(factories.tax_office("静安区税务局"), Role.CHIEF),
        "department": lambda: factories.staff(factories.department(), Role.OFFICER),
        "payer": lambda: payer,
    }[who]()
    answer = work(actor).post(
        reverse("ledger_counter:refund", args=[refund.number]), {"decision": "approve", "reason": "x"}
    )
    assert answer.status_code == (403 if who == "clerk" else 404)
    refund.refresh_from_db()
    assert refund.state == Refund.State.REQUESTED


# --- API and admin -----------------------------------------------------------------------------------


def test_the_account_by_api_has_the_same_figures(signed_in, payer):
    charge = owed(payer.party, "1000.00")
    paid(owed(payer.party, levy="stamp"), actor=payer)
    data = signed_in.get("/api/v1/account/").json()
    assert (data["principal"], data["balance"]) == ("1000.00", "1000.00")
    assert [row["ref"] for row in data["owed"]] == [charge.ref]
    assert [row["state"] for row in signed_in.get("/api/v1/payments/").json()["results"]] == ["succeeded"]


def test_the_api_is_the_payers_alone(client, signed_in, payer):
    owed(factories.citizen().party)
    assert signed_in.get("/api/v1/account/").json()["owed"] == []
    answer = signed_in.get("/api/v1/account/", headers={"X-Acting-For": factories.company().ref})
    assert answer.status_code == 404
    signed_in.logout()
    assert signed_in.get("/api/v1/account/").status_code in {401, 403}


@pytest.mark.parametrize("after", ["x", "9" * 30])
def test_the_api_names_a_wrong_parameter(signed_in, after):
    answer = signed_in.get("/api/v1/account/", {"after": after})
    assert answer.status_code == 400
    assert "after" in answer.content.decode()


@pytest.fixture
def administrator(work):
    user = factories.user("系统管理员")
    user.is_staff = user.is_superuser = True
    user.save()
    factories.second_factor(user)
    return work(Actor(user=user))


def test_the_admin_shows_the_ledger_and_changes_nothing(administrator, payer):
    payment = paid(owed(payer.party), actor=payer)
    for model in ("charge", "payment", "journalentry", "levy", "account", "refund", "reconciliation", "gatewaynotice"):
        assert administrator.get(reverse(f"admin:ledger_{model}_changelist")).status_code == 200
    change = reverse("admin:ledger_payment_change", args=[payment.pk])
    assert administrator.get(change).status_code == 200
    assert administrator.post(change, {"state": "failed"}).status_code == 403
    assert administrator.get(reverse("admin:ledger_charge_add")).status_code == 403


def test_an_exception_is_resolved_in_the_admin_through_its_use_case(administrator, payer):
    payment = begun(owed(payer.party, "100.00"), actor=payer)
    payments.settle(notice(payment, amount="60.00"))
    exception = PaymentException.objects.get()
    change = reverse("admin:ledger_paymentexception_change", args=[exception.pk])
    assert "这一项不能空着" in administrator.post(change, {"decision": "book", "note": ""}).content.decode()
    assert administrator.post(change, {"decision": "book", "note": "实收 60 元"}).status_code == 302
    payment.refresh_from_db()
    assert payment.received == Decimal("60.00")
    assert administrator.post(change, {"decision": "dismiss", "note": "x"}).status_code == 403


def test_the_admin_refuses_to_book_what_cannot_be(administrator):
    payments.settle(notice(Payment(number="P-nobody", amount=Decimal("5.00"))))
    exception = PaymentException.objects.get()
    change = reverse("admin:ledger_paymentexception_change", args=[exception.pk])
    page = administrator.post(change, {"decision": "book", "note": "x"}).content.decode()
    assert "只有金额不符的缴款可以按实收金额入账" in page
