"""Chapter 4's demonstration data, gathered from its rooms."""

from collections.abc import Callable, Iterator

from apps.collaboration.assistance import demo as assistance
from apps.collaboration.banks import demo as banks
from apps.collaboration.courts import demo as courts
from apps.collaboration.delegated import demo as delegated
from apps.collaboration.fees import demo as fees
from apps.collaboration.insurance import demo as insurance
from apps.collaboration.messages import demo as messages
from apps.collaboration.price import demo as price
from apps.collaboration.qualification import demo as qualification
from apps.collaboration.registry import demo as registry


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What is seeded, by name."""
    yield "fee sources", fees.seed
    yield "requests for assistance", assistance.seed
    yield "qualifications", qualification.seed
    yield "price determinations", price.seed
    yield "registry checks", registry.seed
    yield "delegated collection", delegated.seed
    yield "social insurance", insurance.seed
    yield "accounts", banks.seed
    yield "judicial matters", courts.seed
    yield "partner systems' keys", messages.seed
