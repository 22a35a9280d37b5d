"""The first journey, with real processes: invoice files, a prefilled return, payment, a certificate anyone can check.

The September 2026 return of the demonstration company comes to the worked example VAT-1, whose figures
stand here as they are published. What a late payment adds depends on the day the test runs.
"""

import datetime as dt
import re
import time
from decimal import Decimal

import httpx
import pytest
from django.conf import global_settings
from django.core.management import call_command
from playwright.sync_api import expect

from apps.kernel.audit.models import Event
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.facts import runs, writer
from apps.kernel.facts.models import Dispute
from apps.kernel.ledger import late_fees
from apps.kernel.ledger.models import Charge
from apps.kernel.parties import demo
from apps.kernel.parties.models import Organisation, User
from apps.kernel.workcalendar import clock
from apps.services.invoices.demo import FILES, own_side

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PERIOD = "2026-09"
OWED = {
    "vat": Decimal("42300.00"),
    "city-construction": Decimal("2961.00"),
    "education": Decimal("1269.00"),
    "local-education": Decimal("846.00"),
}


@pytest.fixture
def company(transactional_db, settings):
    """The demonstration's accounts, and a wrong word about what August carried out."""
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the portal process checks them
    demo.seed()
    party = Organisation.objects.select_related("party").get(uscc=own_side().number).party
    august = runs.start("returns", kind="import", as_of=dt.date(2026, 8, 31))
    writer.write([(party.pk, "ending_vat_credit", 350000, august.as_of)], run=august)
    return party


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_invoice_files_to_a_certificate_the_registry_has_checked(
    javascript, company, portal, worker, gateway, new_page, sign_in, axe
):
    page = new_page(java_script_enabled=javascript)
    sign_in(page, User.objects.get(username="enterprise"))
    look = axe if javascript else lambda _page: None

    import_the_invoices(page, company)
    number = file_the_return(page, company, look)
    pay(page, company, look)
    certificate = download_the_certificate(page, company)

    anyone_checks(new_page(java_script_enabled=javascript), certificate)
    the_registry_checks(new_page(java_script_enabled=javascript), sign_in, company, certificate)
    the_registrys_system_checks(portal, company, certificate)

    page.goto(f"/as/{company.ref}/cases/{number}/")
    look(page)
    for told in ("提交了申报", "按公布的规则自动接受了申报", "确认税费已缴清", "已办结", certificate.number):
        expect(page.locator("main")).to_contain_text(told)
    assert {"submit", "accept_by_rules", "settle"} <= set(
        Event.objects.filter(stream=f"case/{number}").values_list("action", flat=True)
    )
    call_command("verify_audit", verbosity=0)  # raises where a stream is broken


def import_the_invoices(page, company) -> None:
    page.goto(f"/as/{company.ref}/invoices/upload/")
    files = sorted(str(path) for path in FILES.glob("*.xml"))
    page.locator("input[type=file]").set_input_files(files)
    page.locator("main form button").first.click()
    expect(page.get_by_role("status").filter(has_text="新导入")).to_contain_text(f"新导入 {len(files)} 份")


def file_the_return(page, company, look) -> str:
    page.goto(f"/as/{company.ref}/filing/")
    look(page)
    page.get_by_role("button", name=f"开始申报 增值税及附加税费 {PERIOD}").click()
    main = page.locator("main")
    for shown in ("1,000,000.00", "84,500.00", "3,500.00", "来源：电子发票（开具）", "2026年9月30日", "2026年8月31日"):
        expect(main).to_contain_text(shown)
    look(page)

    page.get_by_role("link", name="不对？ 上期留抵税额").click()
    look(page)
    page.get_by_role("button", name=re.compile("提出异议")).click()
    expect(page).to_have_title(re.compile("^错误："))
    look(page)
    page.get_by_label("您认为正确的金额（元）").fill("3,200.00")
    page.get_by_label("预填数为什么不对？").fill("8月申报表期末留抵税额为 3,200.00 元。")
    page.get_by_role("button", name=f"代表 {company.name} 提出异议").click()
    expect(main).to_contain_text("已提出异议")
    expect(main).to_contain_text("3,500.00")  # what was imported stays in sight
    assert Dispute.objects.get(party=company).field == "ending_vat_credit"

    page.get_by_role("button", name="全部确认无误，查看税额").click()
    expect(main).to_contain_text("47,376.00")
    look(page)
    page.get_by_text("应纳增值税", exact=False).first.click()
    expect(page.get_by_text("130000.00 − 84500.00 − 3200.00")).to_be_visible()

    page.get_by_role("link", name="核对并提交").click()
    look(page)
    page.get_by_role("button", name=f"代表 {company.name} 提交").click()
    expect(page.get_by_role("heading", name="申报已提交")).to_be_visible()
    look(page)
    case = Case.objects.get(procedure="vat-return", applicant=company)
    expect(main).to_contain_text(case.number)
    assert {row.levy_id: row.amount for row in Charge.objects.filter(party=company)} == OWED
    assert set(Charge.objects.values_list("due", flat=True)) == {dt.date(2026, 10, 26)}
    return case.number


def pay(page, company, look) -> None:
    today = clock.today()
    charges = Charge.objects.filter(party=company).select_related("levy")
    total = sum(row.outstanding + late_fees.outstanding(row, today) for row in charges)
    page.get_by_role("button", name="去缴款").click()
    expect(page.locator("main")).to_contain_text(f"{total:,.2f}")
    look(page)
    page.locator("main form button").last.click()
    page.get_by_role("button", name="支付", exact=True).click()
    page.wait_for_url(re.compile(f"/as/{company.ref}/account/payments/"))
    eventually(
        page,
        lambda: page.get_by_role("link", name=re.compile("下载完税证明")).count() == 1,
    )
    look(page)


def download_the_certificate(page, company) -> IssuedDocument:
    certificate = IssuedDocument.objects.get(party=company, kind="tax-payment-certificate")
    link = page.get_by_role("link", name=re.compile("下载完税证明")).get_attribute("href")
    answer = page.context.request.get(link)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")
    return certificate


def anyone_checks(page, certificate) -> None:
    page.goto("/verify/")
    page.locator("main input").first.fill(certificate.code)
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("有效")
    expect(page.locator("main")).to_contain_text(f"{certificate.amount:,.2f}")


def the_registry_checks(page, sign_in, company, certificate) -> None:
    sign_in(page, User.objects.get(username="registry"))
    page.goto("/partner/registry/checks/")
    page.locator("[name=asked]").fill(certificate.number)
    page.locator("[name=payer]").fill(company.name)
    page.locator("[name=matter_number]").fill("BDC-2026-000117")
    page.get_by_label("登记事项").select_option("real_estate")
    page.get_by_role("button", name="查验", exact=True).click()
    expect(page.locator("main")).to_contain_text("凭证不是契税的")  # value added tax opens no land register
    expect(page.locator("main")).not_to_contain_text("可以依法办理登记")


def the_registrys_system_checks(portal, company, certificate) -> None:
    token = httpx.post(
        f"{portal}/oauth/token/",
        data={"grant_type": "client_credentials", "scope": "registry.check"},
        auth=("demo-registry", demo.PASSWORD),
    ).json()["access_token"]
    ask = {"asked": certificate.number, "matter": "real_estate", "matter_number": "BDC-2026-000117"}
    for payer, outcome in ((company.name, "other_levy"), ("上海别家公司", "mismatch")):
        answer = httpx.post(
            f"{portal}/api/v1/registry/checks/",
            json={**ask, "payer": payer},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert (answer.status_code, answer.json()["outcome"]) == (201, outcome)


def eventually(page, holds, *, seconds: float = 20) -> None:
    """Reload until something done elsewhere shows."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, page.locator("main").inner_text()
        time.sleep(0.3)
        page.reload()
