"""The books: one balanced entry per event (复式记账). The database refuses an entry that does not balance."""

from decimal import Decimal

from apps.kernel.ledger.models import JournalEntry, Posting
from apps.kernel.parties import todos
from apps.kernel.parties.models import Party


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
