"""Every route of the portal, read from the URL configuration itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """A named route and the arguments its path asks for."""

    name: str
    arguments: tuple[str, ...]

    @property
    def key(self) -> str:
        """What the policy is declared under; pages that also lie under an identity have one for each place."""
        return f"as {self.name}" if "party_ref" in self.arguments else self.name

    def __str__(self) -> str:
        return self.key


def routes(resolver: URLResolver | None = None, prefix: str = "", arguments: tuple[str, ...] = ()) -> Iterator[Route]:
    """Walk the URL configuration; a route without a name is reported by its path."""
    resolver = resolver or get_resolver()
    for entry in resolver.url_patterns:
        asked = arguments + tuple(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from routes(entry, space, asked)
        elif isinstance(entry, URLPattern):
            yield Route(f"{prefix}{entry.name or f'unnamed {entry.pattern}'}", asked)
