"""Bundles in motion: the departments that take part, and applications at the point a scenario begins."""

from dataclasses import dataclass
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from tests import factories

BODIES = {
    "market": "上海市市场监督管理局",
    "police": "上海市公安局",
    "hrss": "上海市人力资源和社会保障局",
    "medical": "上海市医疗保障局",
    "civilaffairs": "上海市民政局",
    "planning": "上海市规划和自然资源局",
    "registry": "上海市不动产登记中心",
}
NEW_BUSINESS = {
    "name": "上海浦江书香文化有限公司",
    "form": "company",
    "capital": "500000.00",
    "scope": "图书零售；文化活动策划",
    "district": "310101",
    "address": "黄浦区福州路 390 号 2 层",
    "phone": "13800010199",
    "vat_kind": "small",
    "monthly_sales": "80000.00",
    "seal": "yes",
    "hires": "yes",
    "headcount": 6,
}


@dataclass
class Departments:
    """One officer in each department, and the tax office of the district with a clerk and a chief."""

    officers: dict[str, Actor]
    clerk: Actor
    chief: Actor
    tax: Office

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.__dict__["officers"][name]
        except KeyError as error:
            raise AttributeError(name) from error


def departments() -> Departments:
    """Everyone who takes part in a bundle."""
    officers = {}
    for code, name in BODIES.items():
        office, _created = Office.objects.get_or_create(
            code=code, defaults={"name": name, "kind": Office.Kind.DEPARTMENT}
        )
        officers[code] = factories.staff(office, Role.OFFICER, name=f"{name}经办人")
    tax = factories.tax_office()
    return Departments(
        officers,
        clerk=factories.staff(tax, Role.CLERK),
        chief=factories.staff(tax, Role.CHIEF, name="方志远"),
        tax=tax,
    )


def business_started(applicant: Actor, **answers) -> Case:
    """A submitted application to start a business."""
    procedure = procedures.get("start-business")
    case = cases.open_case(procedure, applicant, {**NEW_BUSINESS, **answers})
    for kind in ("articles", "premises"):
        cases.attach(case, kind, applicant, file=scan(f"{kind}.png"))
    return cases.perform(case, "submit", applicant)


def scan(name: str = "租赁合同.png") -> SimpleUploadedFile:
    """A small photograph somebody took of a paper."""
    picture = BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    return SimpleUploadedFile(name, picture.getvalue(), content_type="image/png")


def part(whole: Case, code: str) -> Case:
    """A part of an application that is under way."""
    return whole.parts.get(part=code)


def approve(case: Case, officer: Actor, chief: Actor | None = None, **result) -> Case:
    """A part accepted and approved by its office."""
    case = cases.perform(case, "accept", officer)
    return cases.perform(case, "approve", chief or officer, **result)
