"""The yearly run (年度评价, Art 34): evaluate everybody, then publish, in steps that can be taken up again.

A step is one transaction. Whoever holds the run's lock works; a worker that dies leaves the run where its last step
ended, and the next sweep goes on from there. Results are published from the month the law names, not before.
"""

import logging

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.facts import runs, steps, writer
from apps.kernel.facts.models import Run
from apps.kernel.facts.subjects import CreditRating
from apps.kernel.notifications import outbox
from apps.kernel.notifications.models import ChannelCode
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock
from apps.supervision.credit import access, evaluation, measures, results
from apps.supervision.credit.arithmetic import Rules
from apps.supervision.credit.models import CreditRun, MeasureTask

logger = logging.getLogger(__name__)

STEP = 20_000
CHANNELS = (ChannelCode.INBOX, ChannelCode.PUSH)
State = CreditRun.State

_PUBLISH = """
    UPDATE supervision_credityear SET published_at = %(now)s
     WHERE year = %(year)s AND published_at IS NULL AND party_id > %(after)s AND party_id <= %(upto)s
    RETURNING party_id, level
"""


def may_publish(year: int) -> bool:
    """Whether the month in which a year's results are published has come."""
    today = clock.today()
    return (today.year, today.month) >= (year + 1, int(parameters.row("credit.publish-month", today).number))


def _not_overtaken(year: int) -> None:
    """An older result would take the place of the one in force, in the facts and in the measures.

    :raises ValidationError: on ``year``, when a later year was published.
    """
    later = CreditRun.objects.filter(year__gt=year, state__in=(State.PUBLISHING, State.PUBLISHED)).first()
    if later is not None:
        raise ValidationError({"year": _("%(year)d 年度的结果已经发布，不能再评价更早的年度。") % {"year": later.year}})


def start(year: int, actor: Actor) -> CreditRun:
    """Start the evaluation of a year that is over; where it was started before, that run.

    :raises PermissionDenied: when the actor may not.
    :raises ValidationError: while the year is not over, or once a later one was published.
    """
    access.require(actor.is_system or access.may_run(actor), actor, "credit.run", str(year))
    if year >= clock.today().year:
        raise ValidationError({"year": _("年度结束以后才能评价。")})
    _not_overtaken(year)
    total = Party.objects.filter(kind=Party.Kind.ORGANISATION, active=True, registered_on__year__lte=year).count()
    try:
        with transaction.atomic():
            run = CreditRun.objects.create(year=year, on=clock.today(), total=total, started_by=actor.user)
            log.record(f"credit-run/{run.ref}", "credit.run-started", actor=actor, data={"year": year})
    except IntegrityError:
        return CreditRun.objects.get(year=year)
    return run


def publish(run: CreditRun, actor: Actor) -> CreditRun:
    """Begin to publish what was evaluated. Again, or while it goes on, changes nothing.

    :raises PermissionDenied: when the actor may not.
    :raises ValidationError: before the month of publication, after a later year, or while people are still evaluated.
    """
    access.require(actor.is_system or access.may_run(actor), actor, "credit.publish", str(run.year))
    with transaction.atomic():
        run = CreditRun.objects.select_for_update(no_key=True, of=("self",)).get(pk=run.pk)
        if run.state in (State.PUBLISHING, State.PUBLISHED):
            return run
        if run.state != State.EVALUATED:
            raise ValidationError(_("评价还没有完成，完成后才能发布。"))
        _not_overtaken(run.year)
        if not may_publish(run.year):
            raise ValidationError(_("年度评价结果每年 4 月发布，现在还不能发布。"))
        run.state, run.last_party, run.stage_began = State.PUBLISHING, 0, clock.now()
        run.worked_at = run.stage_began
        run.save(update_fields=["state", "last_party", "stage_began", "worked_at"])
        log.record(f"credit-run/{run.ref}", "credit.run-publishing", actor=actor, data={"year": run.year})
    return run


def work() -> None:
    """Take the runs under way to their end, step by step; a run another worker holds is left to it."""
    try:
        while _step():
            pass
    except DatabaseError as error:
        logger.exception("The run stays where its last step ended and is taken up again")
        CreditRun.objects.filter(state__in=CreditRun.WORKING).update(error=str(error)[:300])
        raise


@transaction.atomic
def _step() -> bool:
    """One step of the oldest run under way; whether there is more to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('supervision.credit'))")
        if not cursor.fetchone()[0]:
            return False
    run = (
        CreditRun.objects.select_for_update(no_key=True, of=("self",))
        .filter(state__in=CreditRun.WORKING)
        .order_by("year")
        .first()
    )
    if run is None:
        return False
    run.worked_at, run.error = clock.now(), ""
    after, upto = run.last_party, steps.next_end(Party.objects, run.last_party, STEP)
    if upto is None:
        _end_stage(run)
    elif run.state == State.EVALUATING:
        results.open_for(run.year)
        run.done += evaluation.evaluate(run.year, Rules.on_day(run.on), after=after, upto=upto)
        run.last_party = upto
    else:
        _publish(run, after, upto)
        run.last_party = upto
    run.save()
    return run.state in CreditRun.WORKING


def _end_stage(run: CreditRun) -> None:
    if run.state == State.EVALUATING:
        results.open_for(run.year)  # nobody to evaluate: a year without results is still a year
        results.close(run.year)
        run.state, run.last_party = State.EVALUATED, 0
    else:
        run.state, run.finished_at = State.PUBLISHED, clock.now()
        for delivery in Run.objects.filter(source__code="credit", kind=f"credit-{run.year}", finished__isnull=True):
            runs.finish(delivery)


def _publish(run: CreditRun, after: int, upto: int) -> None:
    """Publish a range: told to each payer first, then to the facts and to the departments in charge of measures."""
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISH, {"now": run.worked_at, "year": run.year, "after": after, "upto": upto})
        found = cursor.fetchall()
    if not found:
        return
    for level in CreditRating.values:
        outbox.send_many(
            "credit-result",
            [party for party, letter in found if letter == level],
            {"year": str(run.year), "level": level},
            about=f"credit-run/{run.ref}",
            via=CHANNELS,
        )
    delivery = _delivery(run)
    writer.write([(party, "credit_rating", level, clock.today()) for party, level in found], run=delivery)
    _lift_earlier(run, after, upto)
    run.tasks += measures.assign(run.year, after=after, upto=upto)
    run.told += len(found)


def _delivery(run: CreditRun) -> Run:
    """One delivery of facts for a run's day, whichever step of it comes."""
    known = Run.objects.filter(source__code="credit", kind=f"credit-{run.year}", as_of=clock.today()).first()
    return known or runs.start("credit", kind=f"credit-{run.year}")


def _lift_earlier(run: CreditRun, after: int, upto: int) -> None:
    """The measures of earlier years end: those of this year take their place."""
    MeasureTask.objects.filter(year__lt=run.year, party__gt=after, party__lte=upto).exclude(
        state=MeasureTask.State.LIFTED
    ).update(state=MeasureTask.State.LIFTED, lifted_at=run.worked_at)
