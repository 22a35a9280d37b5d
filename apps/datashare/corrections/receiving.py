"""What the kernel and the pulls tell becomes corrections (Art 19)."""

from apps.datashare.corrections import opening
from apps.datashare.corrections.models import DataCorrection
from apps.datashare.pulls.models import Pull
from apps.datashare.pulls.signals import pull_done, schema_drifted
from apps.kernel import workers
from apps.kernel.casework import cases
from apps.kernel.facts.models import Dispute
from apps.kernel.facts.signals import dispute_withdrawn, fact_disputed
from apps.kernel.parties.actors import Actor


def connect() -> None:
    """Called once when the chapter is ready."""
    fact_disputed.connect(on_disputed, dispatch_uid="corrections.disputed")
    dispute_withdrawn.connect(on_withdrawn, dispatch_uid="corrections.withdrawn")
    schema_drifted.connect(on_drift, dispatch_uid="corrections.drift")
    pull_done.connect(on_pull, dispatch_uid="corrections.pull")


def on_disputed(sender: object, *, dispute: Dispute, **_more: object) -> None:
    """A disputed fact opens a case, in the same transaction."""
    opening.from_dispute(dispute)


def on_withdrawn(sender: object, *, dispute: Dispute, **_more: object) -> None:
    """A dispute taken back ends its case, if that has not ended or been corrected."""
    row = DataCorrection.objects.filter(dispute=dispute, settled_at=None).select_related("case").first()
    if row is not None and row.case.definition.transition("withdraw", row.case.state):
        cases.perform(row.case, "withdraw", Actor.system("corrections"))


def on_drift(sender: object, *, run: Pull, **_more: object) -> None:
    """A source that no longer fits its contract is reported to its provider."""
    opening.from_drift(run)


def on_pull(sender: object, *, run: Pull, **_more: object) -> None:
    """New data may show what was corrected."""
    if DataCorrection.objects.filter(corrected_at__isnull=False, settled_at=None).exists():
        workers.hand_over("datashare.follow_corrections")
