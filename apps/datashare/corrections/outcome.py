"""How a correction ends: shown by the data, rejected with evidence, withdrawn; who is told (Art 19)."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.datashare.corrections.models import DataCorrection
from apps.datashare.pulls.models import Pull
from apps.datashare.requests.procedure import tell
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import recorded
from apps.kernel.facts import disputes, runs, writer
from apps.kernel.facts.models import Dispute, Provenance, Run
from apps.kernel.facts.signals import fact_corrected
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

FALLBACK = "departments"  # who speaks where the wrong value had no source that could be told
Data = dict[str, Any]


def write(row: DataCorrection, day: dt.date) -> Run:
    """The department says the right value of a day, in its own name, without waiting for a pull."""
    run = runs.start(row.source.code if row.source else FALLBACK, kind="correction")
    writer.write([(row.party_id, row.field, row.right_value, day)], run=run)
    return runs.finish(run)


def _restate(row: DataCorrection) -> None:
    """The right value also stands for the day of the wrong one: what a past period is filled in with is mended too."""
    wrong = Provenance.objects.filter(party_id=row.party_id, field=row.field, value=row.stated, source=row.source)
    last = wrong.order_by("-confirmed_on").first()
    if last is not None and row.stated != row.right_value:
        write(row, last.confirmed_on)


def statements(row: DataCorrection) -> QuerySet[Provenance]:
    """What that source has said of the value since the problem was reported."""
    said = Provenance.objects.filter(
        party_id=row.party_id, field=row.field, current=True, at__gte=row.case.submitted_at or row.case.opened_at
    )
    return said.filter(source=row.source) if row.source_id else said


def shown_by_the_data(case: Case) -> bool:
    """Whether the source now says the right value, or the whole source was pulled again without complaint."""
    row: DataCorrection = case.detail
    if row.field:
        return statements(row).filter(value=row.right_value).exists()
    done = Pull.objects.filter(source__dataset=row.dataset, state=Pull.State.DONE)
    return done.filter(finished__gt=row.corrected_at).exists()


def confirmed(case: Case, actor: Actor, _data: Data) -> None:
    """The value is right now: the reporter hears of it, whoever used the old value looks again."""
    row = _settle(case)
    drafts: list[Case] = []
    if row.field:
        row.seen = statements(row).filter(value=row.right_value).first()
        row.save(update_fields=["seen"])
        _restate(row)
        told = fact_corrected.send(DataCorrection, party=row.party, field=row.field, value=row.right_value)
        drafts = [draft for _receiver, found in told for draft in found or ()]
    if row.dispute is not None:
        disputes.settle(row.dispute, corrected=True, actor=actor)
    _tell_reporter(case, row, _("已更正"), recorded(_("现在的值：%s。")) % row.right_shown if row.field else "")
    if row.party is not None:
        _tell_party(case, row, drafts)


def rejected(case: Case, actor: Actor, data: Data) -> None:
    """The department stands by its value and says why."""
    row = _settle(case)
    if row.dispute is not None:
        disputes.settle(row.dispute, corrected=False, actor=actor)
    _tell_reporter(case, row, _("核实无误，不予更正"), f"{data['clause']}：{data['reason']}")
    if case.applicant is not None:
        context = {"number": case.number, "what": row.what, "clause": data["clause"], "reason": data["reason"]}
        outbox.send("correction-rejected", case.applicant, context, about=case.about)


def withdrawn(case: Case, actor: Actor, _data: Data) -> None:
    """The reporter takes it back; a dispute behind it ends as well."""
    row = _settle(case)
    if row.dispute is not None and row.dispute.state == Dispute.State.OPEN and actor.party is not None:
        disputes.withdraw(row.dispute, actor=actor)


def _settle(case: Case) -> DataCorrection:
    row: DataCorrection = case.detail
    row.settled_at = clock.now()
    row.save(update_fields=["settled_at"])
    return row


def _tell_reporter(case: Case, row: DataCorrection, what: Any, reason: str) -> None:
    if row.office is not None:
        tell(case, row.office, what, reason)


def _tell_party(case: Case, row: DataCorrection, drafts: list[Case]) -> None:
    """The taxpayer learns what changed, and which drafts were filled in with the old value."""
    context = {
        "number": case.number,
        "what": row.what,
        "before": row.stated_shown,
        "after": row.right_shown,
        "drafts": "、".join(draft.title for draft in drafts),
    }
    outbox.send("correction-done", row.party, context, about=case.about)
