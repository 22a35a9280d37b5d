"""A department's HTTP interface: pages of JSON that continue by a cursor.

Asked: ``GET <address>?limit=…&cursor=…&updated_since=…`` with ``Authorization: Bearer <secret>``.
Answered: ``{"rows": [{…}], "next": "…" or null, "total": 1234, "control": {"rows": 1234, "sum": "9.90"}}``;
``total`` and ``control`` may be absent. Redirects are not followed: an address that moved is for people to judge.
"""

import datetime as dt
import email.utils
import json
import time
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx
from django.utils.translation import gettext as _

from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.models import Pull, PullSource
from apps.datashare.pulls.reading import network, retrying, secrets
from apps.datashare.pulls.reading.base import Batch, SourceFailed, Tally, digest, text_frame
from apps.datashare.pulls.reading.retrying import TryAgain
from apps.kernel.workcalendar import clock

TIMEOUT = httpx.Timeout(30, connect=5)
LONGEST_SECONDS = 120  # for one page, however steadily it drips
LARGEST = 64 * 1024 * 1024  # bytes of one page
TELLING_ROWS = 20
MOST_PAGES = 1_000_000
RETRIED = (408, 425, 429, 500, 502, 503, 504)


class HttpReader:
    """An interface being read."""

    delivery = None

    def __init__(self, run: Pull, contract: Contract) -> None:
        self.source, self.contract = run.source, contract
        self.tally = Tally()
        secret = secrets.resolve(self.source.secret)
        self.client = httpx.Client(
            transport=network.PinnedTransport(network.listed()),
            timeout=TIMEOUT,
            follow_redirects=False,
            headers={"Accept": "application/json", **({"Authorization": f"Bearer {secret}"} if secret else {})},
        )
        self.asked: dict[str, str] = {"limit": str(self.source.page_rows)}
        since = self._since(run)
        if since is not None:
            self.asked["updated_since"] = since.isoformat()
        self.done = run.received

    def _since(self, run: Pull) -> dt.datetime | None:
        """From where changes are asked for: the last position less the time in which commits may come late."""
        if self.source.mode != PullSource.Mode.CHANGES or run.whole or self.source.cursor_at is None:
            return None
        return self.source.cursor_at - dt.timedelta(seconds=self.source.lag_seconds)

    def close(self) -> None:
        self.client.close()

    def pages(self, position: str) -> Iterator[Batch]:
        cursor = position
        for _number in range(MOST_PAGES):
            content, answer = retrying.call(lambda cursor=cursor: self._page(cursor), self.tally)
            following = answer["next"]
            if following and following == cursor:
                raise SourceFailed(_("来源的分页没有前进。"))
            yield self._batch(content, answer, following)
            if not following:
                return
            cursor = following
        raise SourceFailed(_("来源的页数超过上限。"))

    def _page(self, cursor: str) -> tuple[bytes, dict[str, Any]]:
        try:
            with self.client.stream("GET", self.source.address, params={**self.asked, "cursor": cursor}) as answer:
                _check(answer)
                content, until = b"", time.monotonic() + LONGEST_SECONDS
                for part in answer.iter_bytes():
                    if time.monotonic() > until:
                        raise TryAgain(_("来源一页的应答超过 %(seconds)d 秒。") % {"seconds": LONGEST_SECONDS})
                    content += part
                    if len(content) > LARGEST:
                        raise SourceFailed(_("来源的一页超过 64 MB。"))
        except httpx.InvalidURL as error:
            raise SourceFailed(_("来源的地址无效。")) from error
        except httpx.HTTPError as error:
            raise TryAgain(_("来源没有完整应答：%(why)s") % {"why": _words(error)}) from error
        try:
            return content, _shape(json.loads(content, parse_float=str, parse_int=str))
        except ValueError as error:
            raise TryAgain(_("来源的应答不是完整的 JSON。")) from error

    def _batch(self, content: bytes, answer: dict[str, Any], following: str) -> Batch:
        rows = answer["rows"]
        columns = self._columns(rows)
        frame, added = text_frame(
            columns,
            [[_text(row.get(name)) for name in columns] for row in rows],
            self.contract,
            self.source.updated_field,
            first_line=1,
        )
        self.done += len(rows)
        control = answer["control"]
        return Batch(
            frame=frame,
            position=following,
            sha256=digest(content),
            last=not following,
            done=self.done,
            total=answer["total"],
            control_rows=control.get("rows"),
            control_sum=control.get("sum"),
            added=added,
        )

    def _columns(self, rows: list[dict]) -> list[str]:
        """The columns of a page. JSON may leave out what is empty, so few rows say nothing about optional fields."""
        given = dict.fromkeys(name for row in rows for name in row)
        if not rows:
            given |= dict.fromkeys([*self.contract.names, *filter(None, [self.source.updated_field])])
        elif len(rows) < TELLING_ROWS:
            given |= dict.fromkeys(term.name for term in self.contract.terms if not term.required)
        return list(given)


def _words(error: httpx.HTTPError) -> str:
    """What went wrong on the way, for people."""
    match error:
        case httpx.TimeoutException():
            return _("超过时限")
        case httpx.ConnectError():
            return _("无法连接")
        case httpx.RemoteProtocolError() | httpx.ReadError():
            return _("应答中断")
    return type(error).__name__


def _check(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    why = _("来源应答 HTTP %(status)d。") % {"status": answer.status_code}
    if answer.status_code in RETRIED:
        raise TryAgain(why, _asked_to_wait(answer.headers.get("Retry-After", "")))
    raise SourceFailed(why)


def _asked_to_wait(text: str) -> float | None:
    """Seconds from a Retry-After header: a number, or a date."""
    if text.isdecimal():
        return float(text[:6])
    try:
        return max((email.utils.parsedate_to_datetime(text) - clock.now()).total_seconds(), 0)
    except (TypeError, ValueError):
        return None


def _shape(answer: Any) -> dict[str, Any]:
    """The answer with every part of the type it must have.

    :raises SourceFailed: naming what is not.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("rows"), list):
        raise SourceFailed(_("来源的应答没有 rows 列表。"))
    if not all(isinstance(row, dict) for row in answer["rows"]):
        raise SourceFailed(_("来源的行不是对象。"))
    following = answer.get("next")
    if following is not None and not isinstance(following, str):
        raise SourceFailed(_("来源的 next 不是文本。"))
    control = answer.get("control") or {}
    try:
        return {
            "rows": answer["rows"],
            "next": following or "",
            "total": None if answer.get("total") is None else int(answer["total"]),
            "control": {
                **({} if control.get("rows") is None else {"rows": int(control["rows"])}),
                **({} if control.get("sum") is None else {"sum": Decimal(control["sum"])}),
            },
        }
    except (TypeError, ValueError, InvalidOperation, AttributeError) as error:
        raise SourceFailed(_("来源的总数或者控制数不是数字。")) from error


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
