"""Complaints of the demonstration: two under way, one answered and rated, and a cluster among them."""

from dataclasses import dataclass
from typing import Any

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import identities, staff_actor, taxpayer_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, User
from apps.supervision.complaints.models import Area, Complaint, Kind
from apps.supervision.complaints.procedure import COMPLAINT

OFFICE = "tax-310101-1"
COMPLAINANT = ""  # a step of the complainant's own


@dataclass(frozen=True)
class Story:
    """Who complains of what, and what has been done since: ``(account, action, data)``."""

    key: str
    account: str
    applicant: str
    about: str
    detail: dict[str, Any]
    steps: tuple[tuple[str, str, dict[str, Any]], ...] = ()


STORIES = (
    Story(
        "demo-complaint-1",
        "citizen",
        "周思远",
        OFFICE,
        {
            "area": Area.TAX,
            "kind": Kind.QUALITY,
            "account": "同一份房屋租赁资料两次到窗口都说缺件，第二次补的材料第一次没有告知。",
            "wish": "请一次说清需要哪些材料。",
        },
    ),
    Story(
        "demo-complaint-2",
        "enterprise",
        "上海申澜精密机械有限公司",
        OFFICE,
        {
            "area": Area.TAX,
            "kind": Kind.QUALITY,
            "account": "增值税留抵退税咨询三次，得到三种不同的答复。",
            "wish": "给一个书面的统一答复。",
        },
        (
            ("bureau", "accept", {}),
            (
                "bureau",
                "answer",
                {
                    "outcome": Complaint.Outcome.UPHELD,
                    "reason": "经核对通话记录，三次答复口径不一致。已向您公司书面说明适用条件，并在全所统一了口径。",
                },
            ),
            (COMPLAINANT, "rate", {"rating": 4, "reason": "书面答复很清楚。"}),
        ),
    ),
    Story(
        "demo-complaint-3",
        "guardian",
        "沈玉珍",
        "tax-310101",
        {
            "area": Area.SOCIAL_INSURANCE,
            "kind": Kind.RIGHTS,
            "account": "去年已经参保缴费，今年查询缴费年限少了三个月。",
            "wish": "请补上缺少的月份。",
        },
        (
            ("bureau", "accept", {}),
            ("bureau", "transfer", {"office": "hrss", "reason": "缴费年限由人力资源社会保障部门认定，转请核实。"}),
        ),
    ),
)


def seed() -> None:
    """Tell every story once; a second run changes nothing."""
    for story in STORIES:
        if not Case.objects.filter(idempotency_key=story.key).exists():
            _tell(story)


def _tell(story: Story) -> None:
    complainant = _complainant(story)
    detail = {**story.detail, "about": Office.objects.get(code=story.about)}
    case = cases.open_submitted(COMPLAINT, complainant, detail, idempotency_key=story.key)
    for account, action, data in story.steps:
        actor = staff_actor(User.objects.get(username=account)) if account else complainant
        given = {**data, "office": Office.objects.get(code=data["office"])} if "office" in data else data
        cases.perform(case, action, actor, **given)


def _complainant(story: Story) -> Actor:
    user = User.objects.get(username=story.account)
    ref = next(acting.party.ref for acting in identities(user) if acting.party.name == story.applicant)
    return taxpayer_actor(user, ref)
