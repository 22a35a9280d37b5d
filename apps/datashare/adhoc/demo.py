"""Consultations and listing requests of the demonstration, one in each stage."""

import datetime as dt
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from apps.datashare.adhoc import proposing
from apps.datashare.requests.demo import actor
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock

HAND_OVER = "hand_over"
BASIS = "《税收征收管理法》第五条"
DESTROYED = {"method": "erased", "no_copies": True, "reason": ""}

# Key, account, counterpart, subject, fields, purpose, days until destruction, steps.
Steps = tuple[tuple[str, str, dict[str, Any]], ...]
CONSULTATIONS: tuple[tuple[str, str, str, str, str, str, int, Steps], ...] = (
    ("hrss", "clerk", "hrss", "某集团年金缴费明细", "单位、缴费月份、金额", "核对企业年金扣除。", 30, ()),
    (
        "police", "clerk", "police", "虚开线索中车辆轨迹", "号牌、时间、卡口", "核实货物是否真实运输。", 20,
        (("police", "counter", {
            "fields": "号牌、时间", "manner": "view", "reason": "卡口信息不出本单位，可以到本单位查阅。",
        }),),
    ),
    (
        "market", "clerk", "market", "某市场摊位实际经营人", "摊位、经营人、起始日期", "核定经营所得。", 15,
        (("market", "agree", {}), ("market", HAND_OVER, {}), ("market", "deliver", {"reason": "共一份，126 行。"})),
    ),
    (
        "water", "clerk", "water", "河道采砂许可清单", "许可人、采砂量", "核对资源税。", 10,
        (
            ("water", "agree", {}), ("water", HAND_OVER, {}), ("water", "deliver", {"reason": ""}),
            ("clerk", "destroy", DESTROYED),
        ),
    ),
    ("back", "market", "tax-310101-1", "某连锁企业门店名单", "门店、地址", "核对登记住所。", 25, ()),
)  # fmt: skip
LISTINGS = (
    ("vehicles", "police", "机动车登记", "号牌、所有人、登记日期", "车船税核对。", (("bdc", "route", {}),)),
    ("share-transfers", "market", "个人股权变更登记", "转让人、受让人、价款", "股权转让个人所得税核对。", ()),
)


def seed() -> None:
    """Tell every story once; a second run changes nothing."""
    for key, account, counterpart, subject, fields, purpose, days, steps in CONSULTATIONS:
        if not Case.objects.filter(idempotency_key=f"demo-adhoc-{key}").exists():
            case = proposing.propose(
                actor(account),
                key=f"demo-adhoc-{key}",
                counterpart=Office.objects.get(code=counterpart),
                subject=subject,
                fields=fields,
                manner="file",
                purpose=purpose,
                basis=BASIS,
                destroy_by=clock.today() + dt.timedelta(days=days),
            )
            for who, action, data in steps:
                _step(case, who, action, data)
    for key, provider, subject, fields, purpose, steps in LISTINGS:
        if not Case.objects.filter(idempotency_key=f"demo-listing-{key}").exists():
            case = proposing.ask_listing(
                actor("clerk"),
                key=f"demo-listing-{key}",
                provider=Office.objects.get(code=provider),
                subject=subject,
                fields=fields,
                purpose=purpose,
                basis=BASIS,
            )
            for who, action, data in steps:
                cases.perform(case, action, actor(who), **data)


def _step(case: Case, who: str, action: str, data: dict[str, Any]) -> None:
    if action == HAND_OVER:
        proposing.hand_over(case, actor(who), _workbook(case.detail.subject))
        return
    if action == "counter":
        data = {**data, "destroy_by": clock.today() + dt.timedelta(days=10)}
    cases.perform(case, action, actor(who), **data)


def _workbook(title: str) -> SimpleUploadedFile:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["序号", "内容"])
    book.active.append([1, "演示数据"])
    book.save(out)
    return SimpleUploadedFile(f"{title}.xlsx", out.getvalue())
