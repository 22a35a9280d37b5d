"""Reports of violations: a reports group and custodians with key boxes, and reports made by receipt."""

from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from apps.supervision.reports import boxes, receipts, reporting
from apps.supervision.reports.boxes import Opened
from apps.supervision.reports.models import Report
from tests import factories

PASSPHRASE = "a passphrase of the test"
CONTENT = {"subject": "上海哨兵贸易有限公司", "address": "", "kind": "invoice", "story": "哨兵内容：虚开发票。"}
IDENTITY = {"name": "哨兵甲乙", "id_number": "310101198801010032", "phone": "13912345678"}


@dataclass
class Desk:
    """The inspection office: an officer of the reports group and a custodian, with their boxes open."""

    office: Office
    officer: Actor
    custodian: Actor
    opened: Opened
    custodians: Opened


def holder(office: Office, role: str, name: str) -> tuple[Actor, Opened]:
    """A staff member with an open key box."""
    actor = factories.staff(office, role, name=name)
    boxes.make(actor, PASSPHRASE)
    return actor, boxes.unlock(actor, PASSPHRASE)


def desk() -> Desk:
    """Everything a report needs to be taken in."""
    office = factories.tax_office("市税务局稽查局")
    officer, opened = holder(office, Role.REPORTS, "孟庆华")
    custodian, custodians = holder(office, Role.CUSTODIAN, "韩雪梅")
    return Desk(office, officer, custodian, opened, custodians)


def reported(*, named: bool = False) -> tuple[Report, str]:
    """A report and its receipt."""
    receipt = receipts.new()
    reporting.submit(receipt, CONTENT, IDENTITY if named else None)
    return Report.objects.select_related("case").get(locator=receipts.locator(receipt)), receipt


def photo(name: str = "哨兵照片.jpg") -> SimpleUploadedFile:
    """A picture that says where and with what it was taken."""
    import io  # noqa: PLC0415 - only pictures need it

    from PIL import Image  # noqa: PLC0415 - likewise

    exif = Image.Exif()
    exif[0x010F] = "SENTINEL-CAMERA"
    kept = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(kept, "JPEG", exif=exif)
    return SimpleUploadedFile(name, kept.getvalue(), "image/jpeg")
