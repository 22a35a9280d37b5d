"""How to use the portal, for taxpayers and payers (Art 12): docs/taxpayers.*.md, shown as a page of the portal."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt

LANGUAGES = {"en": "en"}  # every other reader gets the Chinese text


@dataclass(frozen=True)
class Section:
    """A part of the guide with its heading; ``html`` is our own text, rendered."""

    slug: str
    title: str
    html: SafeString


@dataclass(frozen=True)
class Guide:
    """The guide in one language."""

    title: str
    lead: SafeString
    sections: tuple[Section, ...]


def guide() -> Guide:
    """The guide in the reader's language."""
    return _read(LANGUAGES.get(get_language() or "", "zh"))


@cache
def _read(language: str) -> Guide:
    text = (settings.BASE_DIR / "docs" / f"taxpayers.{language}.md").read_text(encoding="utf-8")
    head, *parts = text.split("\n## ")
    title, _newline, lead = head.removeprefix("# ").partition("\n")
    return Guide(title.strip(), _html(lead), tuple(_section(place, part) for place, part in enumerate(parts, 1)))


def _section(place: int, text: str) -> Section:
    title, _newline, body = text.partition("\n")
    return Section(f"part-{place}", title.strip(), _html(body))


def _html(text: str) -> SafeString:
    """CommonMark without HTML of its own: what the files say, and nothing that could run."""
    return mark_safe(MarkdownIt("commonmark", {"html": False}).render(text))  # noqa: S308 - files of the project
