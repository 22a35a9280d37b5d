"""The correspondence of a report, encrypted under its case key message by message (Art 36)."""

import datetime as dt
import json
from typing import NamedTuple

from apps.supervision.reports import files, keys
from apps.supervision.reports.models import Report, ReportMessage
from apps.supervision.reports.padding import pad, unpad
from apps.supervision.reports.sealing import PROVIDERS


class Said(NamedTuple):
    """One message in plain, for the page being drawn."""

    from_reporter: bool
    text: str
    on: dt.date


class Shown(NamedTuple):
    """One file by name, for the page being drawn."""

    ref: str
    name: str
    from_reporter: bool
    on: dt.date


def write(report: Report, key: bytes, text: str, *, from_reporter: bool) -> ReportMessage:
    """Keep a message."""
    message = ReportMessage(report=report, from_reporter=from_reporter)
    message.body = PROVIDERS[report.alg].encrypt(key, pad(text.encode()), _about(message))
    message.save()
    return message


def content(report: Report, key: bytes) -> dict[str, str]:
    """What was reported."""
    plain = PROVIDERS[report.alg].decrypt(key, bytes(report.content), keys.about(report, "content"))
    return json.loads(unpad(plain))


def transcript(report: Report, key: bytes) -> list[Said]:
    """Every message in order."""
    provider = PROVIDERS[report.alg]
    return [
        Said(each.from_reporter, unpad(provider.decrypt(key, bytes(each.body), _about(each))).decode(), each.on)
        for each in report.messages.select_related("report")
    ]


def attachments(report: Report, key: bytes) -> list[Shown]:
    """Every file by its name."""
    return [
        Shown(each.ref, files.label(each, key).name, each.from_reporter, each.on)
        for each in report.files.select_related("report")
    ]


def _about(message: ReportMessage) -> bytes:
    return keys.about(message.report, f"message/{message.ref}/{message.from_reporter}")
