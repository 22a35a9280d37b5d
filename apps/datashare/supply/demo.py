"""Standing supply in the demonstration: the units of Article 18, on time, late and missing."""

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from apps.datashare.catalogue.models import Arrival, Dataset
from apps.datashare.requests.demo import actor
from apps.datashare.supply import delivering, expected, reminding
from apps.datashare.supply.models import SupplyDuty
from apps.kernel.parties.models import Office
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI

BASIS = "《上海市税费服务与征收保障办法》第十八条第二款"
MONTHS = 240  # days of history

# Unit, data, frequency, entry, and how each period went, the latest first: "o" on time, "l" late, "-" missing;
# the last letter holds for all periods before.
DUTIES = (
    ("market", "经营主体登记变动", "weekly", "market-enterprise-register", "-oolo"),
    ("hrss", "社会保险参保和缴费基数", "monthly", "hrss-insurance-registration", "-olo"),
    ("hrss", "重点群体就业登记", "monthly", "hrss-reemployment-groups", "-o"),
    ("market", "个人股权变更登记", "monthly", "", "-"),
    ("medical", "基本医疗保险参保变动", "monthly", "medical-insurance-registration", "oo"),
    ("finance", "非税收入票据对账", "weekly", "finance-non-tax-bills", "oolo"),
    ("planning", "土地出让合同和价款", "monthly", "planning-land-transfers", "olo"),
    ("water", "取水量和水土保持补偿费费源", "quarterly", "water-abstraction", "lo"),
    ("civildefence", "防空地下室易地建设费费源", "monthly", "civildefence-relocation-fee", "o-o"),
    ("disabled", "安排残疾人就业核定", "yearly", "disabled-employment-audit", "o"),
    ("greening", "单位生活垃圾处理费费源", "quarterly", "greening-waste-fee", "-l"),
    ("ecology", "排污监测数据", "monthly", "ecology-discharge-permits", "oolo"),
    ("borders", "欠税人出入境记录", "monthly", "", "-"),
    ("customs", "进出口报关单", "weekly", "customs-declarations", "o"),
    ("maritime", "船舶登记和吨位", "quarterly", "", "-"),
    ("forex", "服务贸易收付汇", "monthly", "", "-"),
)
ROWS = 1268
DELIVERED = ("hrss", "market")  # their officers hand in the latest period but one themselves


def seed() -> None:
    """Duties with their history, once."""
    within = int(parameters.row("data-supply.within", clock.today()).number)
    since = clock.today() - dt.timedelta(days=MONTHS)
    for code, subject, frequency, entry, went in DUTIES:
        duty, made = SupplyDuty.objects.get_or_create(
            office=Office.objects.get(code=code),
            subject=subject,
            defaults={
                "basis": BASIS,
                "frequency": frequency,
                "dataset": Dataset.objects.filter(code=entry).first(),
                "within": within,
                "since": since.replace(month=1, day=1) - dt.timedelta(days=365) if frequency == "yearly" else since,
            },
        )
        if made and duty.dataset is not None:
            _history(duty, went)
        if made and code in DELIVERED and went.startswith("-"):
            _deliver(duty, code)
    reminding.sweep()


def _history(duty: SupplyDuty, went: str) -> None:
    rows = []
    for place, each in enumerate(expected.of([duty.pk])):
        how = went[min(place, len(went) - 1)]
        day = {"o": each.last + dt.timedelta(days=1), "l": each.due + dt.timedelta(days=2), "-": None}[how]
        if day is not None and day < clock.today() and each.standing in ("missing", "awaited"):
            at = dt.datetime.combine(day, dt.time(10, 30), tzinfo=SHANGHAI)
            rows.append(Arrival(dataset=duty.dataset, at=at, rows=1000 + 37 * place))
    Arrival.objects.bulk_create(rows)


def _deliver(duty: SupplyDuty, code: str) -> None:
    waiting = [each for each in expected.of([duty.pk]) if each.is_open]
    if not waiting:
        return
    book, out = Workbook(), io.BytesIO()
    for number in range(ROWS + 1):
        book.active.append([number or "演示数据"])
    book.save(out)
    file = SimpleUploadedFile(f"{duty.subject}-{waiting[-1].last}.xlsx", out.getvalue())
    delivering.deliver(
        duty, actor(code), period_end=waiting[-1].last, rows=ROWS, file=file, key=f"demo-supply-{duty.pk}"
    )
