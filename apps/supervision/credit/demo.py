"""Credit of the demonstration: last year's finished run with a B, an A and a D; deductions mended and open."""

import datetime as dt
from pathlib import Path

import yaml
from django.db import transaction

from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import identities, staff_actor, taxpayer_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.credit import deductions, measures, mending, proposals, repair, yearly
from apps.supervision.credit.deductions import Finding
from apps.supervision.credit.models import CreditRun, CreditYear, Measure, MeasureTask, Proposal

FILE = Path(__file__).parent / "measures.yaml"
MACHINES, KITCHEN = "上海申澜精密机械有限公司", "上海梧桐里餐饮管理有限公司"
SYSTEM = Actor.system("demo")
# Which of the invented companies had what last year: so every level has somebody.
SPREAD = (
    ("late-filing", 7),
    ("undisclosed-account", 11),
    ("false-commitment", 13),
    ("late-statements", 5),
    ("abnormal", 29),
)


@transaction.atomic
def seed() -> None:
    """Tell the story once; a second run changes nothing."""
    load_measures()
    year = clock.today().year - 1
    if CreditRun.objects.filter(year=year).exists():
        return
    _last_year(year)
    _publish(year)
    _this_year()
    _report_back()


def load_measures() -> None:
    """The measures of the file, where their departments are known; what admin changed stays."""
    offices = {office.code: office for office in Office.objects.all()}
    for row in yaml.safe_load(FILE.read_text(encoding="utf-8")):
        office = offices.get(row.pop("office"))
        if office is not None:
            Measure.objects.get_or_create(code=row.pop("code"), defaults={**row, "office": office})


def _people() -> tuple[User, User]:
    return User.objects.get(username="clerk"), User.objects.get(username="chief")


def _entered(party: Party, code: str, period: str, happened_on: dt.date, evidence: str) -> Finding:
    clerk, chief = _people()
    return Finding(
        party_id=party.pk,
        code=code,
        period=period,
        happened_on=happened_on,
        counted_from=happened_on,
        evidence=evidence,
        entered_by=clerk,
        confirmed_by=chief,
    )


def _last_year(year: int) -> None:
    machines, kitchen = (Party.objects.get(name=name) for name in (MACHINES, KITCHEN))
    findings = [
        _entered(
            machines,
            "undisclosed-account",
            f"沪税检〔{year}〕018号",
            dt.date(year, 6, 12),
            "2 个结算账户未在十五日内报告。",
        ),
        _entered(
            kitchen,
            "false-materials",
            f"沪税处〔{year}〕207号",
            dt.date(year, 9, 3),
            "为享受优惠提供的从业人数证明与社会保险记录不符。",
        ),
    ]
    companies = Party.objects.filter(kind=Party.Kind.ORGANISATION, registered_on__year__lt=year)
    others = list(companies.exclude(pk__in=[machines.pk, kitchen.pk]).order_by("pk")[:120])
    for place, party in enumerate(others):
        for code, every in SPREAD:
            if place % every == 0:
                number = f"沪税责〔{year}〕{place:04d}号"
                findings.append(_entered(party, code, number, dt.date(year, 11, 3), "责令限期改正通知书已送达。"))
    deductions.record(findings, actor=SYSTEM)
    while deductions.tell():
        pass


def _publish(year: int) -> None:
    yearly.start(year, SYSTEM)
    yearly.work()
    yearly.publish(CreditRun.objects.get(year=year), SYSTEM)
    yearly.work()
    # The demonstration opens long after April: the run stands where it would have been made.
    began = dt.datetime(year + 1, 4, 1, 3, 40, tzinfo=SHANGHAI)
    ended = began + dt.timedelta(minutes=2)
    CreditRun.objects.filter(year=year).update(started_at=began, stage_began=began, worked_at=ended, finished_at=ended)
    CreditYear.objects.filter(year=year).update(published_at=ended)


def _this_year() -> None:
    """The machine maker: one mended on the third day and restored in full, one open; one waits for a second person."""
    machines = Party.objects.get(name=MACHINES)
    due = clock.today() - dt.timedelta(days=60)
    mended = Finding(
        party_id=machines.pk,
        code="late-filing",
        period=f"{due:%Y-%m}",
        happened_on=due + dt.timedelta(days=1),
        counted_from=due,
        evidence=f"增值税及附加税费申报应于 {due} 前申报，{due + dt.timedelta(days=3)} 才申报。",
    )
    today = clock.today()
    open_one = _entered(
        machines,
        "late-statements",
        f"沪税责〔{today.year}〕0912号",
        today - dt.timedelta(days=2),
        "季度财务报表到期未报送。",
    )
    deductions.record([mended, open_one], actor=SYSTEM)
    mending.mended(machines, "late-filing", mended.period, due + dt.timedelta(days=3), about="demo")
    while deductions.tell():
        pass
    user = User.objects.get(username="enterprise")
    ref = next(acting.party.ref for acting in identities(user) if acting.party.pk == machines.pk)
    actor = taxpayer_actor(user, ref)
    row = deductions.Deduction.objects.get(party=machines, code="late-filing", period=mended.period)
    if not Case.objects.filter(idempotency_key="demo-credit-repair").exists():
        repair.apply(row, actor, key="demo-credit-repair")
    if not Proposal.objects.filter(party=machines).exists():
        proposals.propose(
            machines,
            staff_actor(User.objects.get(username="clerk")),
            {
                "code": "accounting-system-late",
                "period": f"沪税责〔{today.year}〕1033号",
                "happened_on": today - dt.timedelta(days=5),
                "tax": None,
                "evidence": "财务会计制度未在十五日内备案。",
            },
        )


def _report_back() -> None:
    """The market department has carried out one of its measures."""
    officer = staff_actor(User.objects.get(username="market"))
    task = MeasureTask.objects.of_department(officer).filter(measure__level="D").order_by("pk").first()
    if task is not None:
        measures.report(task, officer, state=MeasureTask.State.DONE, text="已列入重点监管名单，本季度抽查一次。")
