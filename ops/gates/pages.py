"""Which pages and API calls carry out which article: read from the routes and what their views say of themselves."""

import inspect
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator

import django

from ops.gates.openapi import NOWHERE

ARGUMENT = re.compile(r"<[^>]+>|\(\?P<\w+>[^)]*\)")
OURS = ("apps.", "taxportal.")


def by_article(numbers: Callable[[str], set[int]], *, most: int) -> dict[int, list[str]]:
    """The addresses whose view, or else its module, cites an article; of a family of addresses its root."""
    for name, value in {**NOWHERE, "DJANGO_SETTINGS_MODULE": "taxportal.settings"}.items():
        os.environ.setdefault(name, value)
    django.setup()
    found: dict[int, set[str]] = defaultdict(set)
    for address, view in _routes():
        cited = numbers(_summary(view)) or numbers(_summary(inspect.getmodule(view)))
        if len(cited) < most:
            for number in cited:
                found[number].add(address)
    return {number: roots(addresses) for number, addresses in found.items()}


def roots(addresses: set[str]) -> list[str]:
    """Addresses below no other of the set; the taxpayer's own page stands for the same page without an identity."""
    own = "/as/…"
    kept = [
        address
        for address in addresses
        if not any(address != other and address.startswith(other) and other != "/" for other in addresses)
        and address.removeprefix(own) not in (addresses - {address})
    ]
    return sorted(kept)


def _routes() -> Iterator[tuple[str, object]]:
    from django.urls import get_resolver  # noqa: PLC0415 - only once Django is set up

    yield from _below(get_resolver(), "/")


def _below(resolver, prefix: str) -> Iterator[tuple[str, object]]:
    for entry in resolver.url_patterns:
        address = prefix + ARGUMENT.sub("…", str(entry.pattern).strip("^$"))
        if hasattr(entry, "url_patterns"):
            yield from _below(entry, address)
            continue
        view = inspect.unwrap(entry.callback)
        view = getattr(view, "view_class", getattr(view, "cls", view))
        if view.__module__.startswith(OURS):
            yield address, view


def _summary(thing: object) -> str:
    return (inspect.getdoc(thing) or "").partition("\n\n")[0]
