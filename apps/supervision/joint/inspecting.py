"""A joint inspection from plan to follow-up: commit, numbers, draw, results (Art 33)."""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.lists import joined
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Office, PartnerClient, Party, Role
from apps.kernel.workcalendar import clock
from apps.supervision.joint import access, drawing
from apps.supervision.joint.models import (
    InspectionCandidate,
    InspectionInspector,
    InspectionResult,
    InspectionTarget,
    InspectionUnit,
    JointInspection,
)
from apps.supervision.risk.access import within_reach
from apps.supervision.risk.models import RiskRun, RiskScore

State = JointInspection.State
MOST_CANDIDATES = 20_000
INSPECTING = frozenset({Role.OFFICER, Role.RISK, Role.CLERK})


def population(lead: Office, *, district: str, trade: str, least_score: Any) -> QuerySet[Party]:
    """The companies a draw is made of, within the leading office's reach."""
    found = Party.objects.filter(
        within_reach(Actor(office=lead)), kind=Party.Kind.ORGANISATION, active=True, organisation__isnull=False
    ).exclude(organisation__uscc="")
    if district:
        found = found.filter(district=district)
    if trade:
        found = found.filter(organisation__industry__startswith=trade)
    if least_score:
        run = RiskRun.objects.filter(state=RiskRun.State.DONE).first()
        found = found.filter(pk__in=RiskScore.objects.filter(run=run, score__gte=least_score).values("party"))
    return found


@transaction.atomic
def plan(actor: Actor, units: Sequence[Office], **values: Any) -> JointInspection:
    """Plan an inspection with departments.

    :raises PermissionDenied: unless the actor plans inspections.
    :raises ValidationError: naming the field.
    """
    if not access.plans(actor):
        log.denied("inspection.plan", actor=actor, target="inspection", reason="role")
        raise PermissionDenied(_("只有风险管理岗和审批岗可以制定联合检查。"))
    if not units:
        raise ValidationError({"units": _("请至少选择一个参加部门。")})
    idle = [unit for unit in units if not _at_work([unit.pk]).exists()]
    if idle:
        raise ValidationError({"units": _nobody(idle)})
    inspection = JointInspection(lead=actor.office, created_by=actor.person, **values)
    inspection.full_clean()
    inspection.save()
    InspectionUnit.objects.bulk_create(InspectionUnit(inspection=inspection, office=office) for office in units)
    _record(inspection, "planned", actor)
    return inspection


@transaction.atomic
def commit(inspection: JointInspection, actor: Actor) -> JointInspection:
    """Fix the list and publish the hash of a fresh seed; from now on neither can change.

    :raises ValidationError: when the list is too short or too long, or fixed already.
    """
    access.require_lead(inspection, actor, "inspection.commit")
    inspection = _in(inspection, State.PLANNED)
    condition = {name: getattr(inspection, name) for name in ("district", "trade", "least_score")}
    found = population(inspection.lead, **condition).order_by("organisation__uscc")
    rows = list(found.values_list("pk", "organisation__uscc", "name")[: MOST_CANDIDATES + 1])
    if not inspection.sample <= len(rows) <= MOST_CANDIDATES:
        raise ValidationError(
            _("符合条件的有 %(found)d 户，应在 %(least)d 至 %(most)d 户之间，请调整条件。")
            % {"found": len(rows), "least": inspection.sample, "most": MOST_CANDIDATES}
        )
    InspectionCandidate.objects.bulk_create(
        (
            InspectionCandidate(inspection=inspection, party_id=party, place=place, code=code, name=name)
            for place, (party, code, name) in enumerate(rows, start=1)
        ),
        batch_size=2000,
    )
    _enlist(inspection)
    inspection.seed = secrets.token_hex(32)
    inspection.seed_hash = drawing.sha256(inspection.seed)
    inspection.list_hash = drawing.list_hash(lines(inspection))
    inspection.state, inspection.committed_at = State.COMMITTED, clock.now()
    inspection.save()
    _record(inspection, "committed", actor, seed_hash=inspection.seed_hash, list_hash=inspection.list_hash)
    _tell(inspection)
    return inspection


def lines(inspection: JointInspection) -> list[str]:
    """The published list as its file has it: taxpayers by place, then the inspectors' codes."""
    taxpayers = inspection.candidates.order_by("place").values_list("place", "code", "name")
    people = inspection.inspectors.order_by("code").values_list("code", flat=True)
    return [*(f"{place},{code},{name}" for place, code, name in taxpayers), *(f"inspector,{code}" for code in people)]


@transaction.atomic
def give_number(inspection: JointInspection, actor: Actor, number: str) -> InspectionUnit:
    """A department's own number for the draw, once, after the seed's hash is public and before the draw.

    :raises ValidationError: on ``number``.
    """
    access.require_unit(inspection, actor, "inspection.number")
    inspection = _in(inspection, State.COMMITTED)
    number = number.strip()
    if not (number.isascii() and number.isalnum() and 4 <= len(number) <= 40):
        raise ValidationError({"number": _("请填写 4 至 40 位数字或者字母。")})
    given = InspectionUnit.objects.filter(inspection=inspection, office=actor.office, number="")
    if not given.update(number=number, given_at=clock.now()):
        raise ValidationError({"number": _("本单位已经提供过随机数，不能更改。")})
    _record(inspection, "number", actor, number=number)
    return InspectionUnit.objects.get(inspection=inspection, office=actor.office)


@transaction.atomic
def draw(inspection: JointInspection, actor: Actor) -> JointInspection:
    """Draw taxpayers and inspectors; the seed becomes public with it.

    :raises ValidationError: while a unit has not given its number.
    """
    access.require_lead(inspection, actor, "inspection.draw")
    inspection = _in(inspection, State.COMMITTED)
    numbers = dict(inspection.units.values_list("office__code", "number"))
    if "" in numbers.values():
        raise ValidationError(_("还有参加部门没有提供随机数，暂时不能抽取。"))
    seed = drawing.seed_used(inspection.seed, numbers)
    candidates = {row.code: row for row in inspection.candidates.all()}
    people: dict[int, dict[str, InspectionInspector]] = {}
    for person in inspection.inspectors.all():
        people.setdefault(person.office_id, {})[person.code] = person
    for rank, code in enumerate(drawing.drawn(seed, candidates, inspection.sample), start=1):
        target = InspectionTarget.objects.create(inspection=inspection, candidate=candidates[code], rank=rank)
        chosen = [
            of_unit[each]
            for of_unit in people.values()
            for each in drawing.inspectors(seed, code, list(of_unit), inspection.per_target)
        ]
        target.inspectors.set(chosen)
    inspection.state, inspection.drawn_at = State.DRAWN, clock.now()
    inspection.save()
    _record(inspection, "drawn", actor, seed=inspection.seed, seed_used=seed)
    _tell(inspection)
    return inspection


@transaction.atomic
def record(target: InspectionTarget, actor: Actor, *, finding: str, note: str) -> InspectionResult:
    """What the actor's unit found at a taxpayer; every unit that takes part sees it.

    :raises ValidationError: naming the field, or when the unit has recorded this one before.
    """
    access.require_unit(target.inspection, actor, "inspection.record")
    inspection = _in(target.inspection, State.DRAWN)
    result = InspectionResult(target=target, office=actor.office, finding=finding, note=note, by=actor.person)
    try:
        with transaction.atomic():
            result.full_clean(validate_constraints=False)
            result.save()
    except IntegrityError as error:
        raise ValidationError(_("本单位已经登记过这一户的结果。")) from error
    _record(inspection, "result", actor, target=target.rank, finding=finding)
    return result


@transaction.atomic
def follow_up(result: InspectionResult, actor: Actor, text: str) -> InspectionResult:
    """What came of a finding that needed more.

    :raises ValidationError: when nothing was to be followed up, or it was already.
    """
    inspection = result.target.inspection
    access.require_unit(inspection, actor, "inspection.follow-up")
    if result.office_id != actor.office.pk:
        log.denied("inspection.follow-up", actor=actor, target=f"inspection/{inspection.ref}", reason="another unit's")
        raise PermissionDenied(_("只能登记本单位的后续处理。"))
    open_ = InspectionResult.objects.filter(
        pk=result.pk, finding=InspectionResult.Finding.FOLLOW_UP, followed_at__isnull=True
    )
    if not open_.update(follow_up=text, followed_at=clock.now()):
        raise ValidationError({"follow_up": _("没有需要处理的，或者已经登记过，不能再填。")})
    _record(inspection, "followed-up", actor, target=result.target.rank)
    result.refresh_from_db()
    return result


def left(inspection: JointInspection) -> tuple[int, int]:
    """How many results, and how many follow-ups, nobody has recorded yet."""
    results = InspectionResult.objects.filter(target__inspection=inspection)
    missing = inspection.targets.count() * (inspection.units.count() + 1) - results.count()
    return missing, results.filter(finding=InspectionResult.Finding.FOLLOW_UP, followed_at__isnull=True).count()


@transaction.atomic
def close(inspection: JointInspection, actor: Actor) -> JointInspection:
    """End an inspection every unit has recorded everything of.

    :raises ValidationError: while a result or a follow-up is missing.
    """
    access.require_lead(inspection, actor, "inspection.close")
    inspection = _in(inspection, State.DRAWN)
    missing, waiting = left(inspection)
    if missing or waiting:
        raise ValidationError(
            _("还有 %(missing)d 项结果、%(waiting)d 项后续处理没有登记。") % {"missing": missing, "waiting": waiting}
        )
    inspection.state, inspection.closed_at = State.CLOSED, clock.now()
    inspection.save()
    _record(inspection, "closed", actor)
    _tell(inspection)
    return inspection


def _enlist(inspection: JointInspection) -> None:
    """The staff of every unit who may be drawn, each under a code."""
    offices = [inspection.lead_id, *inspection.units.values_list("office", flat=True)]
    at_work = _at_work(offices).order_by("office", "user").values_list("office", "office__code", "user").distinct()
    counts: dict[int, int] = {}
    people = []
    for office, code, user in at_work:
        counts[office] = counts.get(office, 0) + 1
        people.append(
            InspectionInspector(
                inspection=inspection, office_id=office, user_id=user, code=f"{code[-14:]}-{counts[office]:03d}"
            )
        )
    InspectionInspector.objects.bulk_create(people)
    idle = set(offices) - set(counts)
    if idle:
        raise ValidationError(_nobody(Office.objects.filter(pk__in=idle)))


def _at_work(offices: Iterable[int]) -> QuerySet[Membership]:
    """Who of some offices may be drawn to inspect."""
    people = Membership.objects.in_force().filter(office__in=offices, role__in=INSPECTING)
    return people.exclude(user__in=PartnerClient.objects.values("user"))  # systems inspect nobody


def _nobody(idle: Iterable[Office]) -> str:
    names = joined(office.name for office in idle)
    return _("这些单位没有可以抽取的检查人员：%(names)s。") % {"names": names}


def _in(inspection: JointInspection, state: str) -> JointInspection:
    locked = (
        JointInspection.objects.select_for_update(no_key=True, of=("self",))
        .select_related("lead")
        .get(pk=inspection.pk)
    )
    if locked.state != state:
        raise ValidationError(_("这次检查目前是“%(state)s”，不能这样做。") % {"state": locked.get_state_display()})
    return locked


def _record(inspection: JointInspection, what: str, actor: Actor, **data: Any) -> None:
    log.record(f"inspection/{inspection.ref}", f"inspection.{what}", actor=actor, data=data)


def _tell(inspection: JointInspection) -> None:
    context = {"title": inspection.title, "number": inspection.ref, "state": inspection.get_state_display()}
    for unit in inspection.units.select_related("office"):
        outbox.send("inspection-plan", unit.office, context, about=f"inspection/{inspection.ref}")
