"""Reports of violations: named ones submitted through the whole portal with full sealing, 200 a minute (Article 36)."""

import re
import urllib.parse

from django.test import Client
from django.urls import reverse

from apps.supervision.reports import views
from apps.supervision.reports.models import KeyWrap, Report
from bench import load, people
from bench.figures import Figure

REPORTS = 300  # within what one address may submit in an hour
CLIENTS = 4
ANSWERS = {
    "mode": "named",
    "subject": "上海压力测试贸易有限公司",
    "address": "",
    "kind": "invoice",
    "story": "没有真实货物往来，按票面收取费用。" * 20,
    "name": "压力测试",
    "id_number": "310101198801010032",
    "phone": "13800000000",
}


def measure(address: str) -> list[Figure]:
    """Reports a minute, how long one takes, and whether each is there once with both its keys sealed."""
    page = reverse("report:new")
    drafts = [_draft(page) for _report in range(REPORTS)]
    headers = {**people.nobody(), "Content-Type": "application/x-www-form-urlencoded"}
    known = Report.objects.count()
    sealed = KeyWrap.objects.count()

    def submit(index: int) -> load.Request:
        sent = {**ANSWERS, "page": views.CHECK, "draft": drafts[index]}
        return load.Request("POST", page, headers, urllib.parse.urlencode(sent))

    storm = load.run(address, submit, requests=REPORTS, clients=CLIENTS)
    taken_in = Report.objects.count() - known
    return [
        Figure(what="named reports a minute, fully sealed", value=60 * storm.per_second, unit="reports", at_least=200),
        Figure(what=f"95th percentile latency, {CLIENTS} clients", value=storm.p95_ms, unit="ms"),
        Figure(what="reports refused", value=storm.failures, unit="reports", at_most=0),
        Figure(what="reports lost or doubled", value=abs(taken_in - REPORTS), unit="reports", at_most=0),
        Figure(
            what="keys sealed for each report",
            value=(KeyWrap.objects.count() - sealed) / REPORTS,
            unit="keys",
            at_least=2,
        ),
    ]


def _draft(page: str) -> str:
    """The signed receipt that the last page of questions carries."""
    shown = Client(SERVER_NAME="127.0.0.1").post(page, {**ANSWERS, "page": "identity"}).content.decode()
    return re.search(r'name="draft" value="([^"]+)"', shown)[1]
