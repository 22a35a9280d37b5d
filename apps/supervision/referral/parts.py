"""What a referral's page shows beside its report: the joint actions about it; reading it is evidence (Art 35).

The reading goes on the case's own stream and not on the payer's list of readings, which the payer may see:
a suspected payer does not learn of the referral from there.
"""

from apps.kernel.audit import log
from apps.kernel.casework.models import Case
from apps.kernel.casework.page_parts import Part
from apps.kernel.parties.actors import Actor
from apps.supervision.referral import dashboard
from apps.supervision.referral.models import JointAction


def of_case(case: Case, actor: Actor) -> Part | None:
    """The joint actions an office sees about a case; nothing for other cases."""
    if actor.office is None or actor.party is not None:
        return None
    if case.procedure in dashboard.CODES:
        log.record(case.about, "read", actor=actor, target=case.procedure)
    rows = list(
        JointAction.objects.visible_to(actor).filter(case=case).select_related("office").order_by("held_on", "pk")
    )
    return Part("referral/_joint.html", rows) if rows else None
