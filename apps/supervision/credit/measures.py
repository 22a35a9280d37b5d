"""Graded treatment (分级分类管理): each measure is carried out by its department and reported back (Art 34)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import ALPHABET
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.supervision.credit.models import MeasureTask

State = MeasureTask.State
REPORTABLE = (State.DONE, State.DECLINED)
LONGEST = 500

# References are drawn by the database here, because the tasks of a whole step come from one statement.
_ASSIGN = """
    INSERT INTO supervision_measuretask (ref, measure_id, party_id, year, state, made_at, report)
    SELECT (SELECT string_agg(substr(%(alphabet)s, 1 + floor(random() * length(%(alphabet)s))::int, 1), '')
              FROM generate_series(1, 12) WHERE y.party_id IS NOT NULL AND m.id IS NOT NULL),
           m.id, y.party_id, y.year, 'open', %(now)s, ''
      FROM supervision_credityear y JOIN supervision_measure m ON m.level = y.level AND m.active
     WHERE y.year = %(year)s AND y.published_at IS NOT NULL AND y.party_id > %(after)s AND y.party_id <= %(upto)s
    ON CONFLICT DO NOTHING
"""


def assign(year: int, *, after: int, upto: int) -> int:
    """Give the departments the measures of a range of published results; how many are new."""
    params = {"alphabet": ALPHABET, "now": clock.now(), "year": year, "after": after, "upto": upto}
    with connection.cursor() as cursor:
        cursor.execute(_ASSIGN, params)
        return cursor.rowcount


def follow(party: Party, year: int, level: str) -> None:
    """A level moved: what no longer fits is lifted, what the new level brings is given to its department."""
    stale = MeasureTask.objects.filter(party=party).exclude(state=State.LIFTED).exclude(measure__level=level)
    stale.update(state=State.LIFTED, lifted_at=clock.now())
    assign(year, after=party.pk - 1, upto=party.pk)


@transaction.atomic
def report(task: MeasureTask, actor: Actor, *, state: str, text: str) -> MeasureTask:
    """The department says what it did, or why the measure does not apply. The same report again changes nothing.

    :raises PermissionDenied: unless the actor is an officer of the department in charge.
    :raises ValidationError: on ``state`` or ``text``, or when the measure was lifted meanwhile.
    """
    if not MeasureTask.objects.of_department(actor).filter(pk=task.pk).exists():
        log.denied("credit.measure", actor=actor, target=task.ref, reason="not the department in charge")
        raise PermissionDenied(_("只有负责部门可以反馈这项措施。"))
    if state not in REPORTABLE:
        raise ValidationError({"state": _("请选择已执行或者不适用。")})
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise ValidationError({"report": _("请写明执行情况或者不适用的理由，不超过 500 字。")})
    task = (
        MeasureTask.objects.select_for_update(no_key=True, of=("self",))
        .select_related("measure", "party")
        .get(pk=task.pk)
    )
    if task.state == state and task.report == text:
        return task
    if task.state == State.LIFTED:
        raise ValidationError(_("信用级别已经变动，这项措施已停止，不需要再执行。"))
    task.state, task.report = state, text
    task.reported_by, task.reported_at = actor.person, clock.now()
    task.save(update_fields=["state", "report", "reported_by", "reported_at"])
    log.record(
        f"party/{task.party.ref}",
        "credit.measure-reported",
        actor=actor,
        target=task.ref,
        data={"measure": task.measure.code, "state": state},
    )
    return task
