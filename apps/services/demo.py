"""Chapter 2's demonstration data, gathered from its rooms in the order they build on each other."""

from collections.abc import Callable, Iterator

from apps.services.agencies import demo as agencies
from apps.services.appointments import demo as appointments
from apps.services.assistance import demo as assistance
from apps.services.bundles import demo as bundles
from apps.services.channels import demo as channels
from apps.services.filing import demo as sources
from apps.services.guidance import demo as guidance
from apps.services.invoices import demo as invoices
from apps.services.invoices import demo_issuing as issued_invoices
from apps.services.procedures import demo as cases
from apps.services.queue import demo as queue
from apps.services.regions import demo as regions
from apps.services.sites import demo as sites


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is seeded, by name."""
    yield "electronic invoices", invoices.seed
    yield "invoices issued here", issued_invoices.seed
    yield "service sites", sites.seed
    yield "people with needs and home visits", assistance.seed
    yield "the queue", queue.seed
    yield "places and appointments", appointments.seed
    yield "cases at the counter", cases.seed
    yield "tax sources", sources.seed
    yield "questions and post", channels.seed
    yield "integrated handling", bundles.seed
    yield "professional agencies", agencies.seed
    yield "neighbouring provinces", regions.seed
    yield "policies matched and reminders sent", guidance.seed
