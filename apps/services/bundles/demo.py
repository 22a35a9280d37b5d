"""Bundles of the demonstration, each half way, so that every department has a part to answer.

All lie in the district of the demonstration's clerk and chief: each can be handled to its end.
"""

import datetime as dt
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image, ImageDraw

from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.documents import holdings
from apps.kernel.parties.acting import identities, staff_actor, taxpayer_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, User


@dataclass(frozen=True)
class Story:
    """Who applies for what with which papers, and what departments have done: ``(part, account, action, data)``."""

    key: str
    account: str
    bundle: str
    answers: dict[str, Any]
    papers: tuple[str, ...] = ()
    steps: tuple[tuple[str, str, str, dict[str, str]], ...] = ()


BOOKSHOP = {
    "name": "上海浦江书香文化有限公司",
    "form": "company",
    "capital": "500000.00",
    "scope": "图书零售；文化活动策划",
    "district": "310101",
    "address": "黄浦区福州路 390 号 2 层",
    "phone": "13800010101",
    "vat_kind": "small",
    "monthly_sales": "80000.00",
    "seal": "yes",
    "hires": "yes",
    "headcount": 6,
}
TEAHOUSE = {
    **BOOKSHOP,
    "name": "黄浦区望江茶室",
    "form": "individual",
    "capital": "50000.00",
    "scope": "茶座服务；茶叶零售",
    "district": "310101",
    "address": "黄浦区复兴中路 218 号",
    "phone": "13800010105",
    "hires": "no",
    "headcount": None,
}
CHILD = {
    "child_name": "周知夏",
    "child_sex": "F",
    "born_on": dt.date(2026, 10, 8),
    "birth_certificate": "V310000123",
    "district": "310101",
    "address": "黄浦区蓬莱路 83 弄 6 号 402 室",
    "low_income": "yes",
    "phone": "13800010101",
}
RIDER = {
    "work": "platform",
    "since": dt.date(2026, 11, 1),
    "base": "7460.00",
    "medical": "yes",
    "phone": "13800010101",
}
HOME = {
    "certificate": "沪（2019）黄字不动产权第000123号",
    "district": "310101",
    "address": "黄浦区陆家浜路 1518 弄 3 号 1201 室",
    "area": "118.60",
    "seller": "林建国",
    "contract": "WQ20261100456",
    "signed_on": dt.date(2026, 11, 2),
    "price": "6800000.00",
    "home": "first",
    "phone": "13800010104",
}

STORIES = (
    Story(
        "demo-bundle-1",
        "citizen",
        "start-business",
        BOOKSHOP,
        ("articles", "premises"),
        (
            ("market", "market", "accept", {}),
            ("market", "market", "approve", {"number": "91310101MA1FP0XQ9T"}),
            ("tax", "clerk", "accept", {}),
        ),
    ),
    Story("demo-bundle-2", "accountant", "start-business", TEAHOUSE, ("articles", "premises")),
    Story(
        "demo-bundle-3",
        "citizen",
        "newborn",
        CHILD,
        ("birth-certificate",),
        (
            ("police", "police", "accept", {}),
            ("police", "police", "approve", {"number": "310101202610080029"}),
        ),
    ),
    Story("demo-bundle-4", "citizen", "flexible-insurance", RIDER, ("work-proof",)),
    Story("demo-bundle-5", "enterprise", "property-transfer", HOME, ("contract",)),
)


def seed() -> None:
    """Tell every story once; a second run changes nothing."""
    for story in STORIES:
        if not Case.objects.filter(idempotency_key=story.key).exists():
            _tell(story)


@transaction.atomic
def _tell(story: Story) -> None:
    user = User.objects.get(username=story.account)
    own = next(each.party for each in identities(user) if each.party.kind == Party.Kind.PERSON and each.mandate is None)
    actor = taxpayer_actor(user, own.ref)
    _licences(own)
    whole = cases.open_case(procedures.get(story.bundle), actor, story.answers, idempotency_key=story.key)
    for kind in story.papers:
        cases.attach(whole, kind, actor, file=_scan(kind))
    cases.perform(whole, "submit", actor)
    for part, account, action, data in story.steps:
        cases.perform(whole.parts.get(part=part), action, staff_actor(User.objects.get(username=account)), **data)


def _licences(party: Party) -> None:
    """The marriage certificate that civil affairs keeps of the demonstration's couples."""
    holdings.record(
        party,
        kind="marriage-certificate",
        title="结婚证",
        issuer="上海市民政局",
        number=f"J3101-{party.ref}",
        actor=Actor.system("demo"),
    )


def _scan(kind: str) -> SimpleUploadedFile:
    """A picture that stands for a scanned paper."""
    picture, content = Image.new("RGB", (420, 594), "white"), BytesIO()
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((20, 20, 400, 574), outline="#1c4587", width=2)
    drawing.text((150, 280), f"DEMO: {kind}", fill="#1a2230")
    picture.save(content, "PNG")
    return SimpleUploadedFile(f"{kind}.png", content.getvalue(), content_type="image/png")
