"""What of a payer's qualifications counts today, as facts that the policies' conditions read (Arts 13, 26).

The fact follows from the determinations that stand on the day, so a renewal keeps it, and the end of the
last one ends it. Each change is a statement of its own, with the source and the day.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration.qualification import kinds
from apps.collaboration.qualification.models import Determination
from apps.kernel.audit import log
from apps.kernel.casework.procedures import Words, recorded
from apps.kernel.facts import runs, writer
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

State = Determination.State
SOURCE = "determinations"
BATCH = 500
FEN = 100


def refresh(pairs: Iterable[tuple[int, str]]) -> None:
    """Bring the facts of ``(party id, kind)`` up to what stands today; one statement for all of them."""
    wanted = {(party, kinds.get(kind).fact) for party, kind in pairs if kind in kinds.every() and kinds.get(kind).fact}
    if not wanted:
        return
    today = clock.today()
    feeding = [row.code for row in kinds.every().values() if row.fact in {fact for _party, fact in wanted}]
    parties = {party for party, _fact in wanted}
    now = list(Determination.objects.standing(today).filter(party__in=parties, kind__in=feeding))
    held = {(row.party_id, kinds.get(row.kind).fact) for row in now}
    rows = [(party, fact, (party, fact) in held, today) for party, fact in sorted(wanted)]
    amounts = {
        (row.party_id, kinds.get(row.kind).amount_fact): int(row.amount * FEN)
        for row in sorted(now, key=lambda row: (row.determined_on, row.pk))
        if row.amount is not None and kinds.get(row.kind).amount_fact
    }
    rows += [(party, fact, amount, today) for (party, fact), amount in sorted(amounts.items())]
    run = runs.start(SOURCE, kind="determination")
    writer.write(rows, run=run)
    runs.finish(run)
    Determination.objects.filter(pk__in=[row.pk for row in now]).update(in_facts=True)


@transaction.atomic
def end(row: Determination, state: str, *, reason: str, actor: Actor) -> Determination:
    """End, suspend or restore a determination; the fact follows and the holder is told."""
    row = Determination.objects.select_for_update(no_key=True, of=("self",)).select_related("party").get(pk=row.pk)
    ends = state not in (State.VALID, State.SUSPENDED)
    before, row.state = row.state, state
    row.ended_on = clock.today() if ends else None
    row.end_reason = reason[:500] if state != State.VALID else ""
    row.in_facts = False
    row.save(update_fields=["state", "ended_on", "end_reason", "in_facts"])
    refresh([(row.party_id, row.kind)])
    log.record(row.about, f"qualification.{state}", actor=actor, target=row.kind, data={"from": before})
    tell_holder(row, _NEWS[state], reason)
    return row


_NEWS: dict[str, Words] = {
    State.VALID: gettext_lazy("恢复有效"),
    State.SUSPENDED: gettext_lazy("暂停享受相关优惠，请在期限内陈述、申辩"),
    State.EXPIRED: gettext_lazy("已经到期"),
    State.WITHDRAWN: gettext_lazy("已被认定部门撤销"),
    State.ENDED: gettext_lazy("经核查不符合条件，已终止"),
}


def tell_holder(row: Determination, what: Words, reason: str = "") -> None:
    """The holder hears what became of the qualification."""
    outbox.send(
        "qualification-news",
        row.party,
        {"title": row.title, "number": row.number, "office": str(row.office), "what": recorded(what), "reason": reason},
        about=row.about,
    )


def follow() -> dict[str, int]:
    """End what has expired and begin what begins today; a run missed is made up for by the next."""
    return {"expired": _each(_expire), "begun": _each(_begin)}


def _each(work) -> int:
    done = 0
    while batch := work():
        done += batch
    return done


@transaction.atomic
def _expire() -> int:
    today = clock.today()
    rows = list(
        Determination.objects.filter(state=State.VALID, valid_to__lt=today)
        .select_related("party", "office")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)
        .order_by("pk")[:BATCH]
    )
    system = Actor.system("qualification")
    for row in rows:
        row.state, row.ended_on, row.in_facts = State.EXPIRED, today, False
        row.end_reason = _("有效期至 %(day)s") % {"day": row.valid_to}
        log.record(row.about, "qualification.expired", actor=system, target=row.kind, data={"from": State.VALID})
        tell_holder(row, _NEWS[State.EXPIRED], row.end_reason)
    Determination.objects.bulk_update(rows, ["state", "ended_on", "end_reason", "in_facts"])
    refresh((row.party_id, row.kind) for row in rows)
    return len(rows)


@transaction.atomic
def _begin() -> int:
    feeding = [row.code for row in kinds.every().values() if row.fact]
    rows = list(
        Determination.objects.standing(clock.today())
        .filter(in_facts=False, kind__in=feeding)
        .select_for_update(no_key=True, of=("self",), skip_locked=True)
        .order_by("pk")[:BATCH]
    )
    refresh((row.party_id, row.kind) for row in rows)
    return len(rows)
