"""What a file really is, judged by its content, and what must not come in with it.

Types are recognised by content and must agree with the file's extension. Each inspector refuses
what could harm a reader, and returns the bytes to keep: without metadata that says more about
the sender than they meant to tell.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import pikepdf
import puremagic
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

_JPEG_QUALITY = 92
_PDF_ACTIVE = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/RichMedia",
}
_PDF_TRACES = {"/Metadata", "/PieceInfo"}
_MARKUP_ROOTS = {"html", "svg", "script"}
_PROGRAMS = {".exe", ".dll", ".js", ".vbs"}
_UNPACK_CHUNK = 256 * 1024
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class FileType:
    """A type that may come in: its MIME type, extensions and inspector (bytes in, bytes to keep out)."""

    mime: str
    extensions: tuple[str, ...]
    inspect: Callable[[bytes], bytes]


def inspect(name: str, content: bytes) -> tuple[FileType, bytes]:
    """Recognise a file and return its type and the bytes to keep.

    :raises ValidationError: on field ``file``, saying how to mend it.
    """
    extension = PurePosixPath(name.lower()).suffix
    found = _recognise(content)
    if found is None:
        raise refusal(
            "type", _("不能接收这种文件。请上传 PDF、JPG、PNG、Word（docx）、Excel（xlsx）、OFD、XML 或 ZIP 文件。")
        )
    if extension not in found.extensions:
        raise refusal(
            "extension",
            _("文件内容是 %(type)s，与扩展名“%(extension)s”不一致。请用原来的软件重新导出后上传。")
            % {"type": found.extensions[0].lstrip(".").upper(), "extension": extension or _("无")},
        )
    return found, found.inspect(content)


def refusal(code: str, message: str) -> ValidationError:
    """A file that is not taken, and what to do about it."""
    return ValidationError({"file": ValidationError(message, code=code)})


def _recognise(content: bytes) -> FileType | None:
    if content.startswith(b"PK"):
        return _office_or_zip(content)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _TYPES["xml"]
    try:
        kinds = {match.extension for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return None
    for kind, extensions in (("pdf", {".pdf"}), ("jpeg", {".jpg", ".jpeg", ".jfif"}), ("png", {".png"})):
        if kinds & extensions:
            return _TYPES[kind]
    return None


def _office_or_zip(content: bytes) -> FileType:
    with _archive(content) as archive:
        names = set(archive.namelist())
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return _TYPES["docx"]
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return _TYPES["xlsx"]
    return _TYPES["ofd"] if "OFD.xml" in names else _TYPES["zip"]


# --- images ------------------------------------------------------------------------------


def _image(content: bytes, kind: str) -> bytes:
    """Encode the picture anew: what is not picture (EXIF, place, comments, appended data) stays behind."""
    try:
        picture = Image.open(io.BytesIO(content), formats=[kind])
        # The header is read, no pixel yet.
        if picture.width * picture.height > settings.UPLOAD_MAX_PIXELS:
            raise _too_many_pixels()
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        kept = io.BytesIO()
        clean = Image.new(upright.mode, upright.size)
        if upright.palette is not None:
            clean.putpalette(upright.palette)
        clean.paste(upright)
        clean.save(kept, kind, **({"quality": _JPEG_QUALITY} if kind == "JPEG" else {"optimize": False}))
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise refusal("broken", _("图片已损坏，无法读取。请重新拍摄或者重新导出后上传。")) from error
    return kept.getvalue()


def _too_many_pixels() -> ValidationError:
    return refusal(
        "pixels",
        _("图片超过 %(limit)d 万像素。请缩小尺寸后上传。") % {"limit": settings.UPLOAD_MAX_PIXELS // 10_000},
    )


# --- PDF ---------------------------------------------------------------------------------


def _pdf(content: bytes) -> bytes:
    """Refuse what a PDF could do; take author and editing history away, unless a signature covers them."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if document.is_encrypted:
                raise refusal("encrypted", _("PDF 文件设有密码或者权限限制。请解除后重新上传。"))
            if _is_active(document):
                raise refusal("active", _("PDF 文件含有脚本、附件或者自动执行的动作。请用“打印为 PDF”重新生成后上传。"))
            if _is_signed(document):
                return content
            if "/Info" in document.trailer:
                del document.trailer["/Info"]
            for holder in _dictionaries(document):
                for name in _PDF_TRACES & set(holder.keys()):
                    del holder[name]
            kept = io.BytesIO()
            document.save(kept)
    except pikepdf.PasswordError as error:
        raise refusal("encrypted", _("PDF 文件设有密码或者权限限制。请解除后重新上传。")) from error
    except (pikepdf.PdfError, RecursionError) as error:
        raise refusal("broken", _("PDF 文件已损坏，无法读取。请重新导出后上传。")) from error
    return kept.getvalue()


def _is_active(document: pikepdf.Pdf) -> bool:
    """Whether any object of the file, reachable or not, acts by itself or carries a file."""
    return any(
        key in _PDF_ACTIVE or (key in {"/S", "/Type"} and str(value) in _PDF_ACTIVE)
        for holder in _dictionaries(document)
        for key, value in holder.items()
    )


def _dictionaries(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary and stream of the file, those written inside others included."""
    waiting = list(document.objects)
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, pikepdf.Dictionary | pikepdf.Stream):
            yield entry
            inside = [value for _key, value in entry.items()]
        else:
            inside = list(entry) if isinstance(entry, pikepdf.Array) else []
        waiting += [
            value for value in inside if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect
        ]


def _is_signed(document: pikepdf.Pdf) -> bool:
    form = document.Root.get("/AcroForm")
    return form is not None and int(form.get("/SigFlags", 0)) & 1 == 1


# --- archives ----------------------------------------------------------------------------


def _archive(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise refusal("broken", _("压缩文件已损坏，无法读取。请重新打包后上传。")) from error


class _Budget:
    """How much unpacking one upload may cost, over all archives nested in it."""

    def __init__(self, packed: int) -> None:
        self.bytes = min(settings.UPLOAD_UNPACKED_MAX_BYTES, max(packed, 1) * settings.UPLOAD_MAX_RATIO)
        self.entries = settings.UPLOAD_MAX_ENTRIES

    def spend(self, *, size: int = 0, entries: int = 0) -> None:
        self.bytes -= size
        self.entries -= entries
        if self.bytes < 0 or self.entries < 0:
            raise refusal("bomb", _("压缩文件展开后过大或者文件过多。请拆分后分别上传。"))


def _zip(content: bytes) -> bytes:
    """Unpack an archive to see what is inside; every entry must itself be a file that may come in."""
    _unpack(content, _Budget(len(content)), depth=1, judge=_entry)
    return content


def _office(content: bytes) -> bytes:
    """An office document is an archive without programs."""

    def judge(name: str, part: bytes, _budget: _Budget, _depth: int) -> None:
        path = PurePosixPath(name.lower())
        program = path.name == "vbaproject.bin" or path.suffix in _PROGRAMS or "activex" in path.parts
        # A template fetched from elsewhere brings its macros along.
        if program or (path.suffix == ".rels" and b"attachedTemplate" in part):
            raise refusal("active", _("文件含有宏或者程序。请另存为不含宏的文件后上传。"))

    _unpack(content, _Budget(len(content)), depth=1, judge=judge)
    return content


def _entry(name: str, content: bytes, budget: _Budget, depth: int) -> None:
    found = _recognise(content) if content else None
    if found is None or PurePosixPath(name.lower()).suffix not in found.extensions:
        raise refusal(
            "entry", _("压缩文件中的“%(name)s”不能接收。请去掉该文件后重新打包。") % {"name": PurePosixPath(name).name}
        )
    if found is _TYPES["zip"]:
        _unpack(content, budget, depth=depth + 1, judge=_entry)
    else:
        found.inspect(content)


def _unpack(content: bytes, budget: _Budget, *, depth: int, judge: Callable[[str, bytes, _Budget, int], None]) -> None:
    """Read every entry within the budget, whatever size the archive claims for it."""
    if depth > settings.UPLOAD_MAX_NESTING:
        raise refusal("bomb", _("压缩文件层层嵌套过多。请展开后重新打包。"))
    with _archive(content) as archive:
        entries = archive.infolist()
        budget.spend(entries=len(entries))
        for entry in entries:
            if entry.flag_bits & _ENCRYPTED:
                raise refusal("encrypted", _("压缩文件设有密码。请解除密码后重新上传。"))
            path = PurePosixPath(entry.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or ":" in entry.filename:
                raise refusal("path", _("压缩文件中的文件路径不正确。请重新打包后上传。"))
            if not entry.is_dir():
                judge(entry.filename, _read(archive, entry, budget), budget, depth)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget) -> bytes:
    # What the entry claims is checked before anything is unpacked; what it truly holds, while it is.
    if entry.file_size > budget.bytes:
        budget.spend(size=entry.file_size)
    unpacked = bytearray()
    try:
        with archive.open(entry) as file:
            while chunk := file.read(_UNPACK_CHUNK):
                budget.spend(size=len(chunk))
                unpacked += chunk
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, OSError) as error:
        raise refusal("broken", _("压缩文件已损坏，无法读取。请重新打包后上传。")) from error
    return bytes(unpacked)


# --- XML ---------------------------------------------------------------------------------


def _xml(content: bytes) -> bytes:
    """Plain data only: no entities, no document type, and no markup a browser would run."""
    try:
        for _event, element in iterparse(io.BytesIO(content), forbid_dtd=True):
            if element.tag.rpartition("}")[2].lower() in _MARKUP_ROOTS:
                raise refusal("markup", _("不能接收网页或者 SVG 图形。请另存为 PDF 或者图片后上传。"))
            element.clear()
    except DefusedXmlException as error:
        raise refusal("active", _("XML 文件含有实体或者文档类型声明。请去掉后重新上传。")) from error
    except (ParseError, ValueError, LookupError) as error:
        raise refusal(
            "broken", _("文件不是正确的 XML，可能不完整或者被改动过。请从原来的系统重新下载后上传。")
        ) from error
    return content


_TYPES = {
    "pdf": FileType("application/pdf", (".pdf",), _pdf),
    "jpeg": FileType("image/jpeg", (".jpg", ".jpeg"), lambda content: _image(content, "JPEG")),
    "png": FileType("image/png", (".png",), lambda content: _image(content, "PNG")),
    "docx": FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), _office),
    "xlsx": FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), _office),
    "ofd": FileType("application/ofd", (".ofd",), _office),
    "xml": FileType("application/xml", (".xml",), _xml),
    "zip": FileType("application/zip", (".zip",), _zip),
}
