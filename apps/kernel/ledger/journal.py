"""The books: one balanced entry per event (复式记账). The database refuses an entry that does not balance."""

from collections.abc import Sequence
from decimal import Decimal

from apps.kernel.ledger.models import JournalEntry, Posting
from apps.kernel.parties import todos
from apps.kernel.parties.models import Party

BATCH = 500  # entries to a statement: the postings of one are written together


def post(kind: str, party: Party, postings: dict[str, Decimal], *, about: str, memo: str = "") -> JournalEntry:
    """Write one entry; ``postings`` maps account codes to amounts, debit positive. Zero lines are left out."""
    entry = JournalEntry.objects.create(kind=kind, about=about, memo=memo)
    Posting.objects.bulk_create(
        Posting(entry=entry, account_id=account, party=party, amount=amount)
        for account, amount in postings.items()
        if amount
    )
    todos.changed(party)
    return entry


def post_many(kind: str, events: Sequence[tuple[Party, dict[str, Decimal], str]]) -> None:
    """Write one entry for each of many events, given as party, postings and what it is about."""
    for start in range(0, len(events), BATCH):
        some = events[start : start + BATCH]
        entries = JournalEntry.objects.bulk_create(
            JournalEntry(kind=kind, about=about) for _party, _lines, about in some
        )
        Posting.objects.bulk_create(
            Posting(entry=entry, account_id=account, party=party, amount=amount)
            for entry, (party, postings, _about) in zip(entries, some, strict=True)
            for account, amount in postings.items()
            if amount
        )
    todos.changed_for(party.pk for party, _postings, _about in events)
