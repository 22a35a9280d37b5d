"""How a correction ends: shown by the data, rejected with evidence, withdrawn; who is told (Art 19)."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.datashare.corrections.models import DataCorrection
from apps.datashare.pulls.models import Pull
from apps.datashare.requests.procedure import tell
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, recorded
from apps.kernel.facts import disputes, runs, writer
from apps.kernel.facts.models import Dispute, Provenance, Run
from apps.kernel.facts.signals import fact_corrected
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock

FALLBACK = "departments"  # who speaks where the wrong value had no source that could be told
Data = dict[str, Any]


def write(row: DataCorrection, office: Office) -> Run:
    """The department says the right value now, in its own name, without waiting for a pull."""
    run = runs.start(row.source.code if row.source else FALLBACK, kind=runs.CORRECTION)
    writer.write([(row.party_id, row.field, row.right_value, clock.today())], run=run)
    return runs.finish(run)


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
    if row.field:
        row.seen = statements(row).filter(value=row.right_value).first()
        row.save(update_fields=["seen"])
        fact_corrected.send(DataCorrection, party=row.party, field=row.field, value=row.right_value)
    if row.dispute is not None:
        disputes.settle(row.dispute, corrected=True, actor=actor)
    _tell_reporter(case, row, _("已更正"), recorded(_("现在的值：%s。")) % row.right_shown if row.field else "")
    if row.party is not None:
        _tell_party(case, row)


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


def _tell_party(case: Case, row: DataCorrection) -> None:
    """The taxpayer learns what changed, and which drafts were filled in with the old value."""
    drafts = Case.objects.filter(Q(applicant=row.party), state=DRAFT).order_by("-pk").values_list("title", flat=True)
    context = {
        "number": case.number,
        "what": row.what,
        "before": row.stated_shown,
        "after": row.right_shown,
        "drafts": "、".join(dict.fromkeys(drafts[:20])),
    }
    outbox.send("correction-done", row.party, context, about=case.about)
