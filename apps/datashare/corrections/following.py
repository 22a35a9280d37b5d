"""After a pull: what is shown by the data is closed, what is not is brought to the department's notice (Art 19)."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from apps.datashare.corrections import opening
from apps.datashare.corrections.models import DataCorrection
from apps.datashare.requests.procedure import tell
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.facts.models import Dispute
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

SYSTEM = Actor.system("corrections")

# Every corrected value with what its source says now, and every corrected dataset with its last pull: one statement.
_AWAITED = """
SELECT k.case_id,
       CASE WHEN k.field <> '' THEN bool_or(p.value IS NOT DISTINCT FROM k.right_value AND p.at >= c.submitted_at)
            ELSE bool_or(r.finished > k.corrected_at) END AS shown,
       CASE WHEN k.field <> '' THEN bool_or(p.value IS DISTINCT FROM k.right_value AND f.started > k.corrected_at)
            ELSE false END AS otherwise
FROM datashare_datacorrection k
JOIN casework_case c ON c.id = k.case_id
LEFT JOIN facts_provenance p ON p.party_id = k.party_id AND p.field = k.field AND p.current
     AND (k.source_id IS NULL OR p.source_id = k.source_id)
LEFT JOIN LATERAL (
    SELECT max(started) AS started FROM facts_run
    WHERE source_id = p.source_id AND finished IS NOT NULL AND kind = 'pull'
) f ON true
LEFT JOIN LATERAL (
    SELECT max(r.finished) AS finished FROM datashare_pull r JOIN datashare_pullsource s ON s.id = r.source_id
    WHERE s.dataset_id = k.dataset_id AND r.state = 'done'
) r ON k.field = ''
WHERE c.state = 'corrected' AND k.settled_at IS NULL
GROUP BY k.case_id, k.field
"""


def follow() -> dict[str, int]:
    """Close what the data shows, tell what it does not, take up disputes no case follows yet."""
    with connection.cursor() as cursor:
        cursor.execute(_AWAITED)
        found = cursor.fetchall()
    shown = [case for case, is_shown, _otherwise in found if is_shown]
    otherwise = [case for case, is_shown, is_otherwise in found if is_otherwise and not is_shown]
    for case in Case.objects.filter(pk__in=shown):
        cases.perform(case, "confirm", SYSTEM, idempotency_key=f"confirm-{case.pk}")
    told = 0
    for row in DataCorrection.objects.filter(case__in=otherwise, unseen_at=None).select_related("case__office"):
        if DataCorrection.objects.filter(pk=row.pk, unseen_at=None).update(unseen_at=clock.now()):
            tell(row.case, row.case.office, _("归集后仍不是更正后的值，请检查"), row.right_shown)
            told += 1
    return {"closed": len(shown), "told": told, "taken_up": _take_up()}


def _take_up() -> int:
    left = Dispute.objects.filter(state=Dispute.State.OPEN).exclude(
        pk__in=DataCorrection.objects.filter(dispute__isnull=False).values("dispute")
    )
    return sum(1 for dispute in left.select_related("party__office", "by")[:200] if opening.from_dispute(dispute))
