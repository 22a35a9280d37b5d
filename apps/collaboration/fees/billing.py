"""Sources become charges on their payers' accounts, and each payer is told with a letter (Art 25)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.collaboration.fees import history
from apps.collaboration.fees.models import FeeSource, SourceEvent
from apps.kernel.documents import kinds, letters
from apps.kernel.ledger import charges
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock

BATCH = 100
PREFIX = "fee-source/"

BILL = kinds.register(
    kinds.LetterKind(
        code="fee-bill",
        title=_("政府非税收入缴费通知书"),
        template="documents/fee_bill.html",
        prefix="费",
        needs=frozenset({"levy", "department", "source", "base", "basis", "amount", "due"}),
    )
)


@transaction.atomic
def bill(source: FeeSource, party: Party, *, actor: Actor) -> None:
    """Charge a source to a payer found for it; the letter follows in the same minute."""
    source.charge = charges.assess(
        party=party,
        levy=source.levy_id,
        period=f"{source.due:%Y-%m}",
        amount=source.amount,
        due=source.due,
        about=source.about,
        actor=actor,
    )
    source.state = FeeSource.State.BILLED
    source.save(update_fields=["charge", "state"])
    history.write(SourceEvent.Kind.BILLED, source, actor)


def tell_payers() -> int:
    """Send the bill of every source whose payer was not told yet."""
    told = 0
    while batch := _tell_batch():
        told += batch
    return told


@transaction.atomic
def _tell_batch() -> int:
    rows = list(
        FeeSource.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
        .filter(state=FeeSource.State.BILLED, noticed_at__isnull=True)
        .select_related(
            "office", "levy", "charge__party__office", "charge__party__organisation", "charge__party__person"
        )
        .order_by("id")[:BATCH]
    )
    for source in rows:
        letters.issue(
            BILL.code,
            source.party,
            {
                "levy": source.levy.name,
                "department": source.office.name,
                "source": source.number,
                "base": source.base,
                "basis": source.basis,
                "amount": source.amount,
                "due": source.due,
            },
            actor=Actor.system("fees"),
            about=source.about,
        )
        outbox.send(
            "fee-billed",
            source.party,
            {"levy": source.levy, "department": source.office, "amount": source.amount, "due": source.due},
            about=source.about,
        )
    FeeSource.objects.filter(pk__in=[source.pk for source in rows]).update(noticed_at=clock.now())
    return len(rows)
