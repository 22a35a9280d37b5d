"""The demonstration's reports: one anonymous with an answer, one named. Key boxes open with the demo password.

In a real installation everybody makes their own box with a passphrase of their own; nothing here runs there.
"""

from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.demo import PASSWORD
from apps.kernel.parties.models import User
from apps.supervision.reports import boxes, handling, reporting
from apps.supervision.reports.models import Report
from apps.supervision.reports.receipts import ALPHABET

_HOLDERS = ("reports", "custodian", "market")


def seed() -> None:
    """Boxes and two reports; a second run changes nothing."""
    for username in _HOLDERS:
        holder = User.objects.filter(username=username).first()
        if holder and boxes.of(staff_actor(holder)) is None:
            boxes.make(staff_actor(holder), PASSWORD)
    if Report.objects.exists():
        return
    anonymous = receipt(7)
    reporting.submit(
        anonymous,
        {
            "subject": "上海临河餐饮管理有限公司",
            "address": "黄浦区某路 18 号",
            "kind": "evasion",
            "story": "晚市现金收入不入账，另有一本手写账，店长每周末带走。",
        },
    )
    reporter = reporting.come_back(anonymous)
    officer = staff_actor(User.objects.get(username="reports"))
    opened = boxes.unlock(officer, PASSWORD)
    handling.answer(reporter.report, officer, opened, "线索收到。手写账大约从哪个月开始？")
    reporting.write(reporter, "从今年三月开始，放在收银台下面的抽屉里。")
    reporting.submit(
        receipt(8),
        {
            "subject": "上海远帆贸易有限公司",
            "address": "",
            "kind": "invoice",
            "story": "没有真实货物往来，按票面 5% 收取费用，对外开具增值税专用发票。",
        },
        {"name": "沈一鸣", "id_number": "310101198801010032", "phone": "13800000008"},
    )


def receipt(seed_digit: int) -> str:
    """A receipt that is the same in every demonstration; real ones are random."""
    return "".join(ALPHABET[(seed_digit * place) % 32] for place in range(1, 21))
