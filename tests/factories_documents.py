"""Papers named by intent: letters as they are issued, and files as people send them."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import IFD, Base

from apps.kernel.documents import letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party

# The harmless file every scanner knows, written in two halves so that no scanner finds this source.
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def payment_certificate(party: Party, *, actor: Actor | None = None, about: str = "") -> IssuedDocument:
    """A certificate of two payments, 128,400.00 in all."""
    paid = dt.date(2026, 10, 15)
    rows = [
        {"levy": "增值税", "period": "2026年9月", "amount": Decimal("120000.00"), "paid_on": paid},
        {"levy": "城市维护建设税", "period": "2026年9月", "amount": Decimal("8400.00"), "paid_on": paid},
    ]
    return letters.issue(
        "tax-payment-certificate",
        party,
        {"rows": rows, "total": Decimal("128400.00")},
        actor=actor or Actor.system("ledger"),
        about=about,
    )


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """A picture that tells where and by whom it was taken, turned on its side by its metadata."""
    picture = Image.new("RGB", size, (200, 30, 30))
    exif = Image.Exif()
    exif[Base.Artist] = "王小明的手机"
    exif[Base.Orientation] = 6
    exif.get_ifd(IFD.GPSInfo)[2] = (31.0, 14.0, 0.0)
    out = io.BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def pdf(*, javascript: bool = False, attachment: bool = False, password: str = "", signed: bool = False) -> bytes:
    """A one-page PDF with an author, and with whatever should keep it out."""
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Author"] = "Wang Xiaoming"
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = ["Wang Xiaoming"]
    if javascript:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        # Written inside an array inside a page, where a look at the catalogue would miss it.
        document.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Array([script])[0])
    if attachment:
        document.attachments["data.txt"] = b"hidden"
    if signed:
        document.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=pikepdf.Array())
    out = io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(owner="o", user=password) if password else False)
    return out.getvalue()


def archive(entries: dict[str, bytes]) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return out.getvalue()


def word_document(**extra: bytes) -> bytes:
    """A docx, as far as its type goes."""
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>", **extra})
