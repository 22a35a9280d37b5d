"""Finding matters, articles, answers and pages in Chinese, pinyin, initials or English (Arts 6, 12)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models.expressions import RawSQL

from apps.portal import search_text
from apps.portal.models import SearchEntry

SHOWN = 20


@dataclass(frozen=True)
class Entry:
    """What a source publishes: how an entry is shown, where it leads and by which words it is found."""

    key: str
    kind: str
    title: str
    title_en: str
    route: str
    arguments: dict[str, str] = field(default_factory=dict)
    fragment: str = ""
    summary: str = ""
    summary_en: str = ""
    keywords: str = ""
    body: str = ""
    article: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Found:
    """The best entries, and whether they hold every word asked for or only some."""

    entries: list[SearchEntry]
    exact: bool


@transaction.atomic
def publish(kind: str, entries: Iterable[Entry]) -> int:
    """Make ``entries`` all there is of a kind: adds, renews and removes. Returns how many there are."""
    rows = [_row(entry) for entry in entries]
    # Two rebuilds at once would deadlock on each other's rows; the second waits for the first.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portal.search'))")
    SearchEntry.objects.filter(kind=kind).exclude(key__in=[row.key for row in rows]).delete()
    SearchEntry.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=[each.name for each in SearchEntry._meta.fields if each.name not in ("id", "key")],  # noqa: SLF001
    )
    return len(rows)


def find(text: str) -> Found:
    """The best entries for what was typed, in one statement.

    Entries with every word come alone if there are any; otherwise the nearest ones are offered.
    """
    asked = search_text.query(text)
    if asked is None:
        return Found([], exact=False)
    rows = (
        SearchEntry.objects.defer("vector")
        .extra(where=["vector @@ %s::tsquery"], params=[f"{asked.strict} | {asked.loose}"])
        .annotate(
            complete=RawSQL("vector @@ %s::tsquery", [asked.strict]),
            rank=RawSQL("ts_rank('{0.05, 0.2, 0.5, 1}', vector, %s::tsquery, 1) * weight", [asked.loose]),
        )
        .order_by("-complete", "-rank", "key")
    )
    found = list(rows[:SHOWN])
    complete = [row for row in found if row.complete]
    return Found(complete or found, exact=bool(complete))


def _row(entry: Entry) -> SearchEntry:
    lexemes = search_text.vector(
        title=f"{entry.title} {entry.title_en}",
        keywords=entry.keywords,
        summary=f"{entry.summary} {entry.summary_en}",
        body=entry.body,
    )
    return SearchEntry(
        key=entry.key,
        kind=entry.kind,
        title=entry.title,
        title_en=entry.title_en,
        summary=entry.summary[:500],
        summary_en=entry.summary_en[:500],
        route=entry.route,
        arguments=entry.arguments,
        fragment=entry.fragment,
        article=entry.article,
        weight=entry.weight,
        vector=RawSQL("%s::tsvector", [lexemes]),
    )
