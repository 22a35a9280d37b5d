"""Files of a report in two sealed copies: cleaned of metadata, and as they came (Art 36).

Nothing is written in plain: a file is read, checked, cleaned, scanned and encrypted in memory.
"""

import io
import json
from pathlib import PurePosixPath
from typing import NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.kernel.documents import clamd, inspection
from apps.supervision.reports import keys
from apps.supervision.reports.models import Report, ReportFile
from apps.supervision.reports.padding import pad, unpad
from apps.supervision.reports.sealing import PROVIDERS

_MOST, _LONGEST_NAME = 20, 120


class Label(NamedTuple):
    """A file's name and type, readable with the case key only."""

    name: str
    mime: str


def take_in(report: Report, key: bytes, file: UploadedFile, *, from_reporter: bool) -> ReportFile:
    """Keep a file in two sealed copies.

    :raises ValidationError: on ``file``, saying how to mend it.
    """
    if report.files.count() >= _MOST:
        raise inspection.refusal("many", _("每份检举最多附 %(most)d 个文件。") % {"most": _MOST})
    original = file.read(settings.UPLOAD_MAX_BYTES + 1)
    if not original:
        raise inspection.refusal("empty", _("文件是空的。请重新选择文件。"))
    if len(original) > settings.UPLOAD_MAX_BYTES:
        raise inspection.refusal(
            "size",
            _("文件超过 %(limit)d MB。请压缩或者拆分后上传。") % {"limit": settings.UPLOAD_MAX_BYTES // 1024 // 1024},
        )
    name = PurePosixPath((file.name or "").replace("\\", "/")).name
    kind, cleaned = inspection.inspect(name, original)
    _scan(original)
    stem = PurePosixPath(name).stem[:_LONGEST_NAME]
    label = json.dumps([f"{stem}{kind.extensions[0]}", kind.mime]).encode()
    provider = PROVIDERS[report.alg]
    kept = ReportFile(report=report, from_reporter=from_reporter)
    kept.label = provider.encrypt(key, pad(label), _about(kept, "label"))
    for copy, content in (("cleaned", cleaned), ("original", original)):
        sealed = provider.encrypt(key, pad(content), _about(kept, copy))
        getattr(kept, copy).save("", ContentFile(sealed, name="sealed"), save=False)
    kept.save(force_insert=True)
    return kept


def label(file: ReportFile, key: bytes) -> Label:
    """A file's name and type."""
    return Label(*json.loads(unpad(_decrypt(file, key, "label", bytes(file.label)))))


def content(file: ReportFile, key: bytes, copy: str = "cleaned") -> bytes:
    """A file's bytes: the cleaned copy for reading, or the original as evidence."""
    with getattr(file, copy).open("rb") as stored:
        return unpad(_decrypt(file, key, copy, stored.read()))


def _decrypt(file: ReportFile, key: bytes, copy: str, sealed: bytes) -> bytes:
    return PROVIDERS[file.report.alg].decrypt(key, sealed, _about(file, copy))


def _about(file: ReportFile, copy: str) -> bytes:
    return keys.about(file.report, f"file/{file.ref}/{copy}")


def _scan(content: bytes) -> None:
    if not clamd.is_configured():
        return
    try:
        result = clamd.scan(io.BytesIO(content))
    except clamd.ScannerUnavailable as error:
        raise inspection.refusal("scanner", _("现在不能检查病毒，文件没有保存。请过几分钟再上传。")) from error
    if result.verdict is clamd.Verdict.FOUND:
        raise inspection.refusal("virus", _("文件含有病毒，没有保存。"))
