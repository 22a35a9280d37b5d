"""Go from a guide to its matter, and keep the questions and answers with the case that is opened (Art 12)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.kernel.casework import cases, rights, threads
from apps.kernel.casework.models import Case, Thread
from apps.kernel.casework.page_parts import Part
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.services.wizard.models import Transcript
from apps.services.wizard.trees import Walk

# An own flow opens its case a few pages later; a case opened days afterwards has nothing to do with the guide.
WAITS = dt.timedelta(hours=24)
_KEEP = """
UPDATE services_transcript SET case_id = %s WHERE id = (
    SELECT id FROM services_transcript
    WHERE user_id = %s AND party_id = %s AND procedure = %s AND case_id IS NULL AND at > %s
    ORDER BY id DESC LIMIT 1
)
"""


@transaction.atomic
def begin(walk: Walk, actor: Actor) -> Case | None:
    """Open the matter's draft with what the guide already knows; None where the matter has a flow of its own.

    :raises PermissionDenied: the party may not apply for it.
    :raises ValidationError: when the guide has not come to a matter.
    """
    procedure = walk.end.procedure if walk.end is not None else None
    if procedure is None:
        raise ValidationError(_("请先回答完问题。"))
    rights.may_apply(procedure, actor)
    Transcript.objects.create(
        user=actor.user,
        party=actor.party,
        tree=walk.tree.code,
        path=walk.path,
        text=walk.transcript,
        procedure=procedure.code,
    )
    return None if procedure.entry else cases.open_case(procedure, actor, dict(walk.end.prefill))


@transaction.atomic
def ask(walk: Walk, actor: Actor, question: str) -> Thread:
    """Send the questions and answers to the office in charge, with a question of one's own."""
    return threads.begin(
        actor,
        subject=walk.tree.title.zh,
        text="\n\n".join(part for part in (question.strip(), walk.transcript) if part),
    )


def on_case_opened(sender: object, *, case: Case, actor: Actor, **_more: object) -> None:
    """The newest way through a guide that led to this matter belongs to the case."""
    if actor.user is None or case.applicant_id is None:
        return
    with connection.cursor() as cursor:  # every opened case asks
        cursor.execute(_KEEP, [case.pk, actor.user.pk, case.applicant_id, case.procedure, clock.now() - WAITS])


def of_case(case: Case, actor: Actor) -> Part | None:
    """The questions and answers that led to a case, for its page."""
    found = Transcript.objects.filter(case=case).first()
    return Part("wizard/_transcript.html", found) if found is not None else None
