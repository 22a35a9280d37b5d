"""Cases of the demonstration: deferrals on their way, so that the counter has something to do."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import identities, staff_actor, taxpayer_actor
from apps.kernel.parties.models import User
from apps.services.procedures.deferral import DEFERRAL, Deferral

GROUNDS = Deferral.Ground


@dataclass(frozen=True)
class Story:
    """Who asks for what, and what has been done since: ``(account, action, data)``."""

    key: str
    account: str
    applicant: str  # the name of the party applied for
    detail: dict[str, Any]
    steps: tuple[tuple[str, str, dict[str, str]], ...] = ()


def _deferral(levy: str, amount: str, months: int, ground: str, explanation: str) -> dict[str, Any]:
    return {
        "levy_id": levy,
        "period": "2026-10",
        "amount": Decimal(amount),
        "months": months,
        "ground": ground,
        "explanation": explanation,
    }


STORIES = (
    Story(
        "demo-deferral-1",
        "enterprise",
        "上海申澜精密机械有限公司",
        _deferral("cit", "186000.00", 2, GROUNDS.NO_FUNDS, "两家主要客户的货款延至明年一月支付。"),
    ),
    Story(
        "demo-deferral-2",
        "citizen",
        "周思远",
        _deferral("iit", "8420.00", 3, GROUNDS.FORCE_MAJEURE, "九月台风造成住所和工作室进水。"),
        (("clerk", "accept", {}),),
    ),
    Story(
        "demo-deferral-3",
        "guardian",
        "沈玉珍",
        _deferral("property", "1260.00", 1, GROUNDS.NO_FUNDS, "本人住院，暂时无法办理银行业务。"),
        (("clerk", "accept", {}), ("clerk", "ask_supplement", {"reason": "请补充住院证明的照片或者扫描件。"})),
    ),
    Story(
        "demo-deferral-4",
        "accountant",
        "上海申澜精密机械有限公司",
        _deferral("land-use", "23500.00", 1, GROUNDS.NO_FUNDS, "资金周转困难，预计下月到账。"),
        (("clerk", "accept", {}), ("chief", "approve", {})),
    ),
)


def seed() -> None:
    """Tell every story once; a second run changes nothing."""
    for story in STORIES:
        if not Case.objects.filter(idempotency_key=story.key).exists():
            _tell(story)


def _tell(story: Story) -> None:
    user = User.objects.get(username=story.account)
    ref = next(acting.party.ref for acting in identities(user) if acting.party.name == story.applicant)
    case = cases.open_submitted(DEFERRAL, taxpayer_actor(user, ref), story.detail, idempotency_key=story.key)
    for account, action, data in story.steps:
        cases.perform(case, action, staff_actor(User.objects.get(username=account)), **data)
