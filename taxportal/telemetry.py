"""Traces by OpenTelemetry: off unless OTEL_EXPORTER_OTLP_ENDPOINT names a collector.

Needs requirements-telemetry.txt. A span tells route, method, status and the numbers the logs carry, so that trace and
log lines lead to each other; never a path, a query or a statement, which name people. A task's span hangs on the span
of the request it was sent from. Nothing of OpenTelemetry is imported while it is off.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from celery import signals
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import get_contextvars

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

SERVICE = "tax-portal"
_begun: dict[str, Any] = {}  # spans of tasks under way in this process, by task


def tracer() -> "Tracer":
    """This process's tracer; the first call starts the sender of its spans, which ends with the process."""
    from opentelemetry import trace  # noqa: PLC0415 - only where it is on
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(provider)
    return trace.get_tracer(SERVICE)


class TracingMiddleware:
    """One span a request, named by its route; goes on from the span the caller names in ``traceparent``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.tracer = tracer()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from opentelemetry.propagate import extract  # noqa: PLC0415
        from opentelemetry.trace import SpanKind, Status, StatusCode  # noqa: PLC0415

        carrier = {"traceparent": request.headers.get("traceparent", "")}
        with self.tracer.start_as_current_span("request", extract(carrier), kind=SpanKind.SERVER) as span:
            response = self.get_response(request)
            match = request.resolver_match
            route = match.view_name if match and match.view_name else "unknown"
            span.update_name(f"{request.method} {route}")
            span.set_attributes(
                {
                    "http.request.method": request.method or "",
                    "http.route": route,
                    "http.response.status_code": response.status_code,
                    **_numbers(),
                }
            )
            if response.status_code >= 500:
                span.set_status(Status(StatusCode.ERROR))
        return response


def _numbers() -> dict[str, str]:
    """What the log lines of this work carry."""
    return {f"portal.{name}": str(value) for name, value in get_contextvars().items()}


def follow_tasks() -> None:
    """One span a task, on the span it was sent from."""
    signals.before_task_publish.connect(_send_along)
    signals.task_prerun.connect(_begin)
    signals.task_postrun.connect(_end)


def _send_along(headers: dict | None = None, **_: object) -> None:
    from opentelemetry.propagate import inject  # noqa: PLC0415

    if headers is not None:
        headers["trace"] = carrier = {}
        inject(carrier)


def _begin(task_id: str, task: Any, **_: object) -> None:
    from opentelemetry.propagate import extract  # noqa: PLC0415
    from opentelemetry.trace import SpanKind  # noqa: PLC0415

    context = extract(getattr(task.request, "trace", None) or {})
    _begun[task_id] = tracer().start_span(task.name, context, kind=SpanKind.CONSUMER, attributes=_numbers())


def _end(task_id: str, state: str = "", **_: object) -> None:
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415

    span = _begun.pop(task_id, None)
    if span is not None:
        if state == "FAILURE":
            span.set_status(Status(StatusCode.ERROR))
        span.end()
