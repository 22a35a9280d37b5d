"""Payers, offices and a finished run for risk scenarios, named by intent (Arts 32, 33)."""

from apps.kernel.facts import runs, writer
from apps.kernel.facts.models import Source
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.kernel.workcalendar import clock
from apps.supervision.risk import running
from apps.supervision.risk.models import RiskRun
from tests import factories

# Sales declared far below sales invoiced, abnormal vouchers, rents without property tax, staff that do not agree.
DOUBTFUL = {
    "subject_kind": "enterprise",
    "vat_kind": "general",
    "invoice_net": 100_000_000,
    "return_net": 60_000_000,
    "input_vat_12m": 1_000_000,
    "abnormal_input_vat_12m": 500_000,
    "rental_invoice_12m": 24_000_000,
    "rent_property_tax": 0,
    "pit_wage_headcount": 40,
    "si_headcount": 20,
}
# One indicator alone: enough for a reminder, no more.
DOUBTED_ONCE = {"subject_kind": "enterprise", "vat_kind": "small", "invoice_net": 100_000_000, "return_net": 60_000_000}
SOUND = {"subject_kind": "enterprise", "vat_kind": "small", "invoice_net": 100_000_000, "return_net": 100_000_000}


class Bureau:
    """A bureau with an office below it; an analyst, a clerk and a chief; a payer with a representative."""

    def __init__(self) -> None:
        self.office = factories.tax_office()
        self.bureau = factories.department("黄浦区税务局", Office.Kind.TAX_DISTRICT)
        self.bureau.district = "310101"
        self.bureau.save()
        self.office.parent = self.bureau
        self.office.save()
        self.analyst = factories.staff(self.bureau, Role.RISK, name="罗宇航")
        self.clerk = factories.staff(self.bureau, Role.CLERK, name="郑文斌")
        self.chief = factories.staff(self.bureau, Role.CHIEF, name="曹安平")
        self.stranger = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), Role.RISK, name="沈悦")
        self.company = factories.company(office=self.office, industry="C3484")
        self.payer = factories.representative(self.company)

    def another(self, name: str, facts: dict | None = None) -> Party:
        """One more company of the office."""
        party = factories.company(name, office=self.office, industry="C3484")
        if facts:
            know(party, facts)
        return party

    def another_payer(self, party: Party) -> Actor:
        """Somebody who acts for it."""
        return factories.representative(party, name="陆晓")


def know(party: Party, facts: dict) -> None:
    """Let one source say these facts today."""
    Source.objects.get_or_create(code="returns", defaults={"name": "纳税申报", "rank": 50})
    run = runs.start("returns", kind="test", as_of=clock.today())
    writer.write([(party.pk, field, value, clock.today()) for field, value in facts.items()], run=run)
    runs.finish(run)


def scanned() -> RiskRun:
    """A run taken to its end."""
    run = running.start(Actor.system("risk"))
    running.work()
    run.refresh_from_db()
    assert run.state == "done", run.error
    return run
