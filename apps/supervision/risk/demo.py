"""Risk management in the demonstration: a finished run, reminders, an assessment, an audit, first outcomes."""

import datetime as dt

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.facts import runs, writer
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, User
from apps.supervision.risk import running
from apps.supervision.risk.models import Level, RiskReminder, RiskRun

AS_OF = dt.date(2026, 10, 31)
COMPANY = "上海申澜精密机械有限公司"
# What does not agree at the demonstration's own company: it declared less than its invoices say, and has more staff.
FACTS = {
    "returns": {
        "return_net": 71_200_000,
        "pit_wage_headcount": 34,
        "rent_property_tax": 0,
        "subject_kind": "enterprise",
    },
    "hrss": {"si_headcount": 28},
}


def seed() -> None:
    """Scan the demonstration's taxpayers once and answer some of the tasks; a second run changes nothing."""
    if RiskRun.objects.exists():
        return
    _know()
    running.start(staff_actor(User.objects.get(username="risk")))
    running.work()
    _answer()


def _know() -> None:
    company = Party.objects.get(name=COMPANY)
    for source, facts in FACTS.items():
        run = runs.start(source, kind="demo", as_of=AS_OF)
        writer.write([(company.pk, field, value, AS_OF) for field, value in facts.items()], run=run)
        runs.finish(run)


def _answer() -> None:
    """The highest scores beside the company's: one audit, one assessment, one cleared."""
    officer, chief = (staff_actor(User.objects.get(username=name)) for name in ("risk", "bureau-chief"))
    # By what each score calls for: the case of an assessment and of an audit differ in that.
    levels = dict(RiskReminder.objects.exclude(case__applicant__name=COMPANY).values_list("case", "level"))
    reminded = list(Case.objects.filter(pk__in=levels, office=officer.office).order_by("id"))
    audited = [case for case in reminded if levels[case.pk] == Level.AUDIT][:1]
    assessed, cleared = _first_and_second([case for case in reminded if levels[case.pk] == Level.ASSESSMENT])
    for case in (*audited, *assessed, *cleared):
        cases.perform(case, "lapse", Actor.system("clocks"))
    for case in cleared:
        cases.perform(case, "clear", officer, reason="上月一次性红冲，已核对合同和红字发票，数据正常。")
    for case in (*audited, *assessed):
        cases.perform(case, "take", officer)
        cases.perform(case, "escalate", officer, reason="期满未回复，申报与开票的差额没有说明。")
    further = Case.objects.filter(applicant__in=[case.applicant_id for case in (*audited, *assessed)], state="proposed")
    for case in further:
        cases.perform(case, "start", chief, reason="差额较大，需要核对账簿和合同。")


def _first_and_second(found: list[Case]) -> tuple[list[Case], list[Case]]:
    """One case each, as far as a small demonstration has them."""
    return found[:1], found[1:2]
