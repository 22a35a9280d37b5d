"""Entry on the register and the yearly report (涉税专业服务机构登记、年度信息报告, Art 7)."""

import re
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate
from apps.kernel.workcalendar import clock
from apps.services.agencies.models import Agency, AgencyApplication, AgencyStaff, AnnualReport, agency_of

Qualification = AgencyStaff.Qualification
NAMES = {"税务师": "tax_adviser", "注册会计师": "accountant", "律师": "lawyer", "其他": "other"}


def people(text: str) -> list[dict[str, str]]:
    """The staff named in an application, one per line.

    :raises ValidationError: naming ``staff`` and the line that cannot be read.
    """
    found, certificates = [], set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in re.split(r"[，,、\t]", line) if part.strip()]
        if len(parts) != 3 or parts[1] not in NAMES or len(parts[0]) > 60 or len(parts[2]) > 40:
            raise ValidationError(
                {"staff": _("第 %d 行无法识别，请写成：姓名，税务师，证书编号。") % number}, code="line"
            )
        if parts[2] in certificates:
            raise ValidationError({"staff": _("第 %d 行的证书编号重复。") % number}, code="twice")
        certificates.add(parts[2])
        found.append({"name": parts[0], "qualification": NAMES[parts[1]], "certificate": parts[2]})
    if not found:
        raise ValidationError({"staff": _("请至少填写一名从业人员。")}, code="required")
    return found


def validate(detail: AgencyApplication) -> None:
    """What the form's single fields cannot see."""
    if not detail.chosen_services:
        raise ValidationError({"filing": _("请至少选择一项业务范围。")})
    people(detail.staff)


def enter(case: Case, actor: Actor, data: dict) -> None:
    """Approval enters the agency, or brings its entry up to date, in the transaction that approves."""
    detail = case.detail
    agency, new = Agency.objects.update_or_create(
        party=case.applicant,
        defaults={
            "kind": detail.kind,
            "services": ",".join(detail.chosen_services),
            "association": detail.association,
            "struck_at": None,
        },
        create_defaults={
            "number": f"TSC{clock.today().year}{case.pk:07d}",
            "kind": detail.kind,
            "services": ",".join(detail.chosen_services),
            "association": detail.association,
        },
    )
    listed = {row["certificate"]: row for row in people(detail.staff)}
    agency.staff.in_force().exclude(certificate__in=listed).update(valid_to=clock.today())
    present = set(agency.staff.filter(valid_to__isnull=True).values_list("certificate", flat=True))
    AgencyStaff.objects.bulk_create(
        AgencyStaff(agency=agency, **row) for certificate, row in listed.items() if certificate not in present
    )
    log.record(f"agency/{agency.number}", "entered" if new else "updated", actor=actor, target=case.number)


@transaction.atomic
def report(actor: Actor, *, year: int, staff: int, clients: int, income: Decimal) -> AnnualReport:
    """File the report of a year, once, by whoever manages the agency.

    :raises ValidationError: naming ``year``.
    """
    agency = agency_of(actor)
    if agency is None or (actor.mandate is not None and actor.mandate.kind not in Mandate.MANAGING_KINDS):
        log.denied("agency.report", actor=actor, target=actor.party.ref if actor.party else "", reason="not managing")
        raise PermissionDenied(_("只有机构的法定代表人可以报送年度信息报告。"))
    if not agency.registered_on.year <= year < clock.today().year:
        raise ValidationError(
            {"year": _("请填写登记之后、已经结束的年度，例如 %d。") % (clock.today().year - 1)}, code="year"
        )
    row = AnnualReport(agency=agency, year=year, staff=staff, clients=clients, income=income)
    row.full_clean()
    row.save()
    log.record(f"agency/{agency.number}", "reported", actor=actor, target=str(year))
    return row
