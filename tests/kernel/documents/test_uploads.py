"""Files from outside: what comes in, what stays out and why, and what the scanner decides."""

import hashlib
import io
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from PIL import Image

from apps.kernel.audit.models import Event
from apps.kernel.audit.reading import reads_of
from apps.kernel.documents import clamd, scanning, tasks, uploads
from apps.kernel.documents.models import Upload
from tests import factories
from tests.access.roles import Role
from tests.access.world import World
from tests.factories_documents import EICAR, archive, pdf, photo, sent, word_document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
STATE = Upload.State


@pytest.fixture
def scanner(settings, monkeypatch):
    """Start a scanner in a mode; it is the one the portal asks from then on."""
    running = []
    monkeypatch.setattr(clamd, "_TIMEOUT", 1)

    def start(mode: str = "honest") -> subprocess.Popen:
        program = Path(__file__).with_name("fake_clamd.py")
        process = subprocess.Popen([sys.executable, str(program), mode], stdout=subprocess.PIPE, text=True)
        running.append(process)
        settings.CLAMD_URL = f"tcp://127.0.0.1:{int(process.stdout.readline())}"
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()


def receive(name: str, content: bytes, actor=None) -> Upload:
    return uploads.receive(sent(name, content), actor=actor or factories.citizen(), about="case/1")


def refusal(name: str, content: bytes) -> str:
    """The code of the refusal; nothing may be left behind."""
    actor = factories.citizen()
    with pytest.raises(ValidationError) as refused:
        receive(name, content, actor)
    assert list(refused.value.message_dict) == ["file"]
    assert not Upload.objects.exists()
    assert not default_storage.exists("uploads")
    return refused.value.error_dict["file"][0].code


def png_claiming(width: int, height: int) -> bytes:
    """A tiny PNG whose header promises a flood of pixels."""
    header = struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00"
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def locked_archive() -> bytes:
    """A zip that says its entry is encrypted."""
    content = bytearray(archive({"a.xml": b"<a/>"}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def lying_archive() -> bytes:
    """A zip that claims ten bytes for an entry of five megabytes."""
    content = bytearray(archive({"a.xml": b"<a>" + b" " * 5_000_000 + b"</a>"}))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    content[22:26] = struct.pack("<I", 10)
    return bytes(content)


# --- what comes in -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("照片.JPG", photo(), "image/jpeg"),
        ("scan.png", photo("PNG"), "image/png"),
        ("合同.pdf", pdf(), "application/pdf"),
        (
            "invoice.xml",
            '<?xml version="1.0" encoding="UTF-8"?><EInvoice>数电票</EInvoice>'.encode(),
            "application/xml",
        ),
        ("bom.xml", b"\xef\xbb\xbf<a/>", "application/xml"),
        ("letter.docx", word_document(), None),
        ("table.xlsx", archive({"[Content_Types].xml": b"<T/>", "xl/workbook.xml": b"<w/>"}), None),
        ("invoice.ofd", archive({"OFD.xml": b"<OFD/>"}), "application/ofd"),
        (
            "all.zip",
            archive({"a.pdf": pdf(), "b/c.jpg": photo(), "d.zip": archive({"e.xml": b"<e/>"})}),
            "application/zip",
        ),
    ],
)
def test_papers_people_send_are_taken(name, content, mime):
    actor = factories.citizen()
    upload = receive(name, content, actor)
    assert (upload.name, upload.party, upload.office, upload.about) == (name, actor.party, None, "case/1")
    assert mime in (None, upload.content_type)
    assert upload.received_sha256 == hashlib.sha256(content).hexdigest()
    assert upload.sha256 == hashlib.sha256(upload.file.read()).hexdigest()
    assert Path(name).stem not in upload.file.name
    event = Event.objects.get(stream=f"upload/{upload.ref}")
    assert name not in str(event.data)


def test_staff_receive_for_their_office_or_for_a_taxpayer_at_the_counter():
    clerk = factories.staff(factories.tax_office())
    taxpayer = factories.citizen().party
    own = uploads.receive(sent("a.pdf", pdf()), actor=clerk, about="note/1")
    theirs = uploads.receive(sent("a.pdf", pdf()), actor=clerk, about="case/1", party=taxpayer)
    assert (own.party, own.office) == (None, clerk.office)
    assert (theirs.party, theirs.office) == (taxpayer, None)


def test_nobody_in_particular_sends_nothing():
    with pytest.raises(PermissionDenied):
        uploads.receive(sent("a.pdf", pdf()), actor=factories.Actor(user=factories.user()), about="x")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\王\\合同.pdf", "合同.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("名" * 300 + ".pdf", "名" * 196 + ".pdf"),
    ],
)
def test_a_file_name_is_never_a_path_nor_a_disguise(given, kept):
    file = sent("x.pdf", pdf())
    file._name = given
    assert uploads.receive(file, actor=factories.citizen(), about="x").name == kept


# --- what is left behind -----------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG")])
def test_a_picture_loses_its_story_and_keeps_its_way_up(name, kind):
    content = photo(kind) + b"appended secret"
    upload = receive(name, content)
    kept = upload.file.read()
    picture = Image.open(io.BytesIO(kept))
    assert not picture.getexif()
    assert picture.size == (20, 40)
    for trace in ("王小明".encode(), b"appended secret", b"Exif", b"eXIf"):
        assert trace not in kept


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1", "CMYK"])
def test_pictures_of_every_mode_survive(mode):
    out = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.linear_gradient("L").convert("RGB").convert(mode).save(out, kind)
    upload = receive("a.jpg" if kind == "JPEG" else "a.png", out.getvalue())
    before, after = Image.open(io.BytesIO(out.getvalue())), Image.open(upload.file)
    assert (after.mode, after.size) == (before.mode, before.size)
    if kind == "PNG":
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


def test_a_pdf_loses_its_author():
    kept = receive("a.pdf", pdf()).file.read()
    assert b"Wang" not in kept
    with pikepdf.open(io.BytesIO(kept)) as document:
        assert len(document.pages) == 1
        assert "/Author" not in document.docinfo
        assert "/Metadata" not in document.Root


def test_a_signed_pdf_is_kept_to_the_byte_because_its_signature_covers_it():
    content = pdf(signed=True)
    assert receive("a.pdf", content).file.read() == content


# --- what stays out ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.pdf", b"", "empty"),
        ("run.pdf", b"MZ\x90\0" + b"\0" * 200, "type"),
        ("notes.txt", "纯文本".encode(), "type"),
        ("page.html", b"<!DOCTYPE html><html><script>x</script></html>", "extension"),
        ("page.xml", b"<!DOCTYPE html><html></html>", "active"),
        ("page.xml", b"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>", "markup"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "extension"),
        ("logo.xml", b"<a><s:svg xmlns:s='http://www.w3.org/2000/svg'/></a>", "markup"),
        ("bomb.xml", b"<!DOCTYPE a [<!ENTITY b 'bbbb'>]><a>&b;</a>", "active"),
        ("half.xml", b"<a><b></a>", "broken"),
        ("photo.png", photo("JPEG"), "extension"),
        ("photo", photo("JPEG"), "extension"),
        ("half.jpg", photo(size=(400, 400))[:700], "broken"),
        ("flood.png", png_claiming(100_000, 100_000), "pixels"),
        ("flood.png", png_claiming(8_000, 8_000), "pixels"),
        ("script.pdf", pdf(javascript=True), "active"),
        ("carrier.pdf", pdf(attachment=True), "active"),
        ("locked.pdf", pdf(password="secret"), "encrypted"),
        ("half.pdf", b"%PDF-1.7\nnothing follows", "broken"),
        ("macro.docx", word_document(**{"word/vbaProject.bin": b"x"}), "active"),
        ("remote.docx", word_document(**{"word/_rels/settings.xml.rels": b"attachedTemplate"}), "active"),
        ("a.docx", archive({"x.pdf": pdf()}), "extension"),
        ("half.zip", archive({"a.xml": b"<a/>"})[:-10], "broken"),
        ("program.zip", archive({"setup.exe": b"MZ"}), "entry"),
        ("disguised.zip", archive({"setup.pdf": b"MZ" + b"\0" * 99}), "entry"),
        ("script.zip", archive({"a.pdf": pdf(javascript=True)}), "active"),
        ("climb.zip", archive({"../../etc/cron.xml": b"<a/>"}), "path"),
        ("locked.zip", locked_archive(), "encrypted"),
        ("ratio.zip", archive({"a.xml": b"<a>" + b" " * 50_000_000 + b"</a>"}), "bomb"),
        ("many.zip", archive({f"{number}.xml": b"<a/>" for number in range(1001)}), "bomb"),
        ("deep.zip", archive({"1.zip": archive({"2.zip": archive({"3.xml": b"<a/>"})})}), "bomb"),
        ("bomb.docx", word_document(x=b" " * 50_000_000), "bomb"),
        ("liar.zip", lying_archive(), "broken"),
    ],
)
def test_what_could_harm_or_is_not_what_it_claims_stays_out(name, content, code):
    assert refusal(name, content) == code


def test_a_file_over_the_limit_is_not_read_to_its_end(settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    file = sent("a.pdf", b"%PDF-" + b"x" * 3 * 1024 * 1024)
    with pytest.raises(ValidationError, match="超过 1 MB"):
        uploads.receive(file, actor=factories.citizen(), about="x")
    assert file.tell() == 1024 * 1024 + 1


def test_an_archive_of_exactly_the_allowed_number_of_files_is_taken():
    entries = {f"{number}.xml": str(f"<a>{number}</a>").encode() for number in range(1000)}
    with zipfile.ZipFile(io.BytesIO(archive(entries))) as file:
        assert len(file.namelist()) == 1000
    assert receive("many.zip", archive(entries)).state == STATE.UNSCANNED


# --- the scanner -------------------------------------------------------------------------


def test_without_a_scanner_the_state_says_so():
    upload = receive("a.pdf", pdf())
    assert upload.state == STATE.UNSCANNED
    assert "未扫描" in upload.get_state_display()


def test_a_clean_file_leaves_quarantine_after_its_scan(scanner):
    scanner()
    upload = receive("a.pdf", pdf())
    assert upload.state == STATE.RECEIVED
    with pytest.raises(PermissionDenied):
        uploads.open_for(upload, factories.citizen())
    tasks.scan_upload(upload.pk)
    upload.refresh_from_db()
    assert upload.state == STATE.CLEAN
    assert upload.scanned_at is not None


def test_an_infected_file_is_deleted_and_named(scanner, django_capture_on_commit_callbacks):
    scanner()
    upload = receive("virus.xml", f"<a>{EICAR.replace('&', '')}</a>".encode())
    stored = upload.file.name
    assert default_storage.exists(stored)
    with django_capture_on_commit_callbacks(execute=True):
        scanning.scan(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.finding, upload.file.name) == (STATE.REFUSED, "Win.Test.EICAR_HDB-1", "")
    assert not default_storage.exists(stored)
    assert Event.objects.get(action="scan").data == {"state": "refused", "finding": "Win.Test.EICAR_HDB-1"}


@pytest.mark.parametrize("mode", ["slow", "truncated", "too-large", "hang-up", "down"])
def test_without_a_verdict_the_file_stays_in_quarantine_until_there_is_one(scanner, mode):
    process = scanner("honest" if mode == "down" else mode)
    if mode == "down":
        process.kill()
        process.wait()
    upload = receive("a.pdf", pdf())
    tasks.scan_waiting_uploads()
    upload.refresh_from_db()
    assert upload.state == STATE.RECEIVED
    with pytest.raises(PermissionDenied):
        uploads.open_for(upload, factories.citizen())
    scanner("honest")
    tasks.scan_waiting_uploads()
    upload.refresh_from_db()
    assert upload.state == STATE.CLEAN


def test_a_large_file_is_sent_in_pieces_and_found_out_at_its_end(scanner):
    scanner()
    assert clamd.scan(io.BytesIO(b"x" * 300_000 + EICAR.encode())).verdict is clamd.Verdict.FOUND
    assert clamd.scan(io.BytesIO(b"x" * 300_000)).verdict is clamd.Verdict.CLEAN


# --- downloads ---------------------------------------------------------------------------


def client_of(user):
    return World({Role.OWNER: user}, {}).client(Role.OWNER)


def test_the_owner_downloads_it_under_its_own_name_and_never_inside_the_portal():
    owner = factories.citizen()
    upload = receive("合同.pdf", pdf(), owner)
    answer = client_of(owner.user).get(upload.get_absolute_url())
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E5%90%88%E5%90%8C.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_file_in_quarantine_is_explained_not_opened(scanner):
    scanner()
    owner = factories.citizen()
    upload = receive("a.pdf", pdf(), owner)
    answer = client_of(owner.user).get(upload.get_absolute_url())
    assert answer.status_code == 409
    assert "隔离" in answer.content.decode()


def test_others_get_what_an_absent_upload_gives_and_an_agents_look_is_on_record():
    company = factories.company()
    accountant = factories.representative(company)
    upload = receive("a.pdf", pdf(), accountant)
    assert client_of(factories.citizen("陌生人").user).get(upload.get_absolute_url()).status_code == 404
    assert client_of(factories.staff(factories.tax_office()).user).get(upload.get_absolute_url()).status_code == 404
    assert client_of(accountant.user).get(upload.get_absolute_url()).status_code == 200
    assert [row.actor_id for row in reads_of(company)] == [accountant.user.pk]
