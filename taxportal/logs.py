"""Logs: one event a line, with the number of its request and of the case it is about, and without personal data.

People read "text", log collectors "json"; either way to standard error. What an exception or a library brings along
is scrubbed: a failing statement quotes the row it failed on.
"""

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from celery import signals
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars
from structlog.typing import EventDict

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[0-9A-Za-z-]{8,64}")
# Rooms whose "number" is that of a case.
CASE_PAGES = ("cases:", "counter_cases:", "partner_cases:", "api-case")
CARRIED = ("request", "case")
PERSONAL = (
    (re.compile(r"(DETAIL|CONTEXT):.*"), r"\1: …"),  # PostgreSQL quotes the values of the row
    (re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"), "[identity number]"),
    (re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])"), "[phone]"),
    (re.compile(r"(?<![0-9A-Za-z])\d{16}(?:\d{3})?(?![0-9A-Za-z])"), "[account]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[address]"),
)


def scrubbed(text: str) -> str:
    """A text without what looks like a number or an address of a person."""
    for pattern, stand_in in PERSONAL:
        text = pattern.sub(stand_in, text)
    return text


def _scrub(_logger: object, _method: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        event[name] = scrubbed(value if isinstance(value, str) else repr(value)) if _speaks(value) else value
    return event


def _speaks(value: object) -> bool:
    return value is not None and not isinstance(value, bool | int | float)


def _as_json(_logger: object, _method: str, event: EventDict) -> str:
    return json.dumps(event, ensure_ascii=False)


def _as_text(_logger: object, _method: str, event: EventDict) -> str:
    """The line people read: when, how bad, who says so, what; then what it belongs to, and how it came about."""
    head = f"{event.pop('timestamp')} {event.pop('level').upper()} {event.pop('logger', '')} {event.pop('event')}"
    trace = event.pop("exception", "")
    said = "".join(f" {name}={value}" for name, value in event.items())
    line = f"{head}{said}".replace("\r", "\\r").replace("\n", "\\n")  # what was typed begins no line of its own
    return f"{line}\n{trace}" if trace else line


SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


def configuration(*, form: str, level: str) -> dict[str, Any]:
    """Django's LOGGING, and the same way for what is said through structlog.

    :param form: ``text`` or ``json``.
    """
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    formats = {"text": _as_text, "json": _as_json}
    formatter = {
        "()": "structlog.stdlib.ProcessorFormatter",
        "foreign_pre_chain": SHARED,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _scrub, formats[form]],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {form: formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "fontTools", "httpx")},
    }


class RequestNumberMiddleware:
    """Every request has a number: in its log lines, in those of the tasks it starts, and in its answer.

    A number given by the proxy in front is kept, so that one line of its log leads to ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        number = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        clear_contextvars()
        bind_contextvars(request=number)
        response = self.get_response(request)
        response[HEADER] = number
        return response

    def process_view(self, request: HttpRequest, _view: Callable, _args: list, kwargs: dict) -> None:
        if "number" in kwargs and request.resolver_match.view_name.startswith(CASE_PAGES):
            bind_contextvars(case=kwargs["number"])


@signals.before_task_publish.connect
def _send_along(headers: dict | None = None, **_: object) -> None:
    """What a task is sent from goes with it."""
    if headers is not None:
        headers["log"] = {name: value for name, value in get_contextvars().items() if name in CARRIED}


@signals.task_prerun.connect
def _take_up(task_id: str, task: Any, **_: object) -> None:
    clear_contextvars()
    bind_contextvars(task=task.name, task_id=task_id, **(getattr(task.request, "log", None) or {}))


@signals.task_postrun.connect
def _let_go(**_: object) -> None:
    clear_contextvars()
