"""Use of shared data in the demonstration: reads, an export, findings to follow up, declared preconditions."""

from contextlib import suppress

from django.core.exceptions import PermissionDenied, ValidationError

from apps.datashare.requests.demo import actor
from apps.datashare.requests.models import DataGrant
from apps.datashare.use import detecting, exporting, preconditions, reading
from apps.datashare.use.models import DataAccess, Precondition, UseFinding
from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Organisation

PRECONDITIONS = (
    ("registry", "不动产转移登记", "paid", "deed-tax-registration", ""),
    ("market", "经营主体注销登记", "cleared", "deregistration", ""),
    ("police", "机动车注册登记", "paid", "vehicle-registration", ""),
    ("planning", "建设工程规划许可", "no_arrears", "", "内部工作规定"),
)


def seed() -> None:
    """Read, export, overstep once; a second run changes nothing."""
    for account, matter, status, basis, claimed in PRECONDITIONS:
        officer = actor(account)
        if not Precondition.objects.filter(office=officer.office, matter=matter).exists():
            preconditions.declare(officer, matter=matter, status=status, basis=basis, claimed=claimed)
    if DataAccess.objects.exists():
        return
    clerk = actor("clerk")
    grant = DataGrant.objects.filter(case__idempotency_key="demo-data-register").first()
    mine = Case.objects.open().filter(office=clerk.office, applicant__isnull=False).order_by("pk")
    case = mine.filter(applicant__kind="organisation").first() or mine.first()
    if grant is None or case is None:
        return
    reading.read(grant, clerk, reading.Request(case=case.number))
    exporting.export(grant, clerk, reading.Request(case=case.number, reason="附办件卷宗"), "csv")
    stranger = Organisation.objects.exclude(party=case.applicant).order_by("pk").first()
    if stranger is not None:
        reading.read(grant, clerk, reading.Request(case=case.number, party=stranger.uscc, reason="看看同一地址的企业"))
    with suppress(ValidationError, PermissionDenied):
        reading.read(grant, clerk, reading.Request(case="SH2020000000001"))
    detecting.detect()
    explained = UseFinding.objects.filter(kind=UseFinding.Kind.CLOSED).first()
    if explained is not None:
        detecting.explain(explained, actor("chief"), reason="输错了办件编号，随后改用了正确的编号。")
