"""Lists of students, villagers and assisted people: each pays by their own name, the unit sees who has (Art 24).

Somebody who is not on the tax register yet waits on the list and is charged on coming on it. For assisted people
the fund of the department pays, and what they owed themselves is cancelled.
"""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from apps.collaboration.insurance import access, billing, sheets
from apps.collaboration.insurance.models import AssistanceFund, GroupMember, InsuranceBill, PayerGroup
from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties import identifiers
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Person
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock

LEVY = "resident-medical"
MOST = 5_000
REMIND_AGAIN = dt.timedelta(days=7)
Kind = PayerGroup.Kind


def read(file: UploadedFile) -> list[tuple[str, str]]:
    """The names and numbers of a list.

    :raises ValidationError: on ``file``.
    """
    table = sheets.rows(file)
    headings = next(table, [])
    if "姓名" not in headings or "证件号码" not in headings:
        sheets.refuse(_("第一行应是列名，缺少：%s。可以先下载模板。") % "姓名、证件号码")
    name, number = headings.index("姓名"), headings.index("证件号码")
    padded = (cells + [""] * len(headings) for cells in table if any(cells))
    return [(cells[name], cells[number]) for cells in padded]


def amount_for(number: str, year: str) -> Decimal:
    """What somebody contributes for a year, by age on its first day; the amounts are dated rows of the law."""
    first, born = dt.date(int(year), 1, 1), identifiers.birth_date(number)
    age = first.year - born.year - ((first.month, first.day) < (born.month, born.day))
    bands = parameters.rows(first).filter(code__startswith="si.resident.medical.")
    found = {int(row.code.rpartition(".")[2]): row.number for row in bands}
    fitting = [since for since in found if since <= age]
    if not fitting:
        raise ValidationError({"year": _("这个参保年度的缴费标准还没有公布。")})
    return found[max(fitting)]


def make(
    people: list[tuple[str, str]], *, kind: str, year: str, title: str, actor: Actor, idempotency_key: str | None = None
) -> PayerGroup:
    """Take a list in, all of it or nothing, and charge whoever is on the register.

    :raises PermissionDenied: unless the actor keeps lists.
    :raises ValidationError: naming ``year``, ``title``, or each wrong row under ``file``.
    """
    access.require(actor, "insurance.list", kind, allowed=access.keeps_lists(actor))
    kind = kind if actor.party is not None else Kind.ASSISTED
    if actor.party is not None and kind not in (Kind.STUDENTS, Kind.VILLAGE):
        raise ValidationError({"kind": _("请选择名单的类别。")})
    if not year.isdecimal() or not clock.today().year <= int(year) <= clock.today().year + 1:
        raise ValidationError({"year": _("参保年度应是今年或者明年。")})
    members = _checked(people, year)
    with transaction.atomic():
        if idempotency_key:
            first = PayerGroup.objects.filter(idempotency_key=idempotency_key).first()
            if first is not None and first in PayerGroup.objects.visible_to(actor):
                return first
        fund = AssistanceFund.objects.filter(office=actor.office).first() if actor.party is None else None
        group = PayerGroup(
            kind=kind,
            unit=actor.party,
            office=None if actor.party is not None else actor.office,
            funder=fund.payer if fund else None,
            title=title.strip(),
            levy_id=LEVY,
            year=year,
            due=billing.due_of(year),
            idempotency_key=idempotency_key,
        )
        group.full_clean()
        group.save()
        for member in members:
            member.group = group
        GroupMember.objects.bulk_create(members)
        _find(group.members.all())
        _charge(group, actor)
        keeper = f"party/{actor.party.ref}" if actor.party is not None else f"office/{actor.office.code}"
        log.record(keeper, "insurance.listed", actor=actor, target=group.about, data={"people": len(members)})
    return group


def _checked(people: list[tuple[str, str]], year: str) -> list[GroupMember]:
    if not people or len(people) > MOST:
        raise ValidationError({"file": _("一份名单 1 至 %d 人。") % MOST})
    wrong, found, seen = [], [], {}
    for row, (name, given) in enumerate(people, start=1):
        try:
            number = identifiers.clean_identity_number(given)
        except ValidationError as error:
            wrong.append(_("第 %(row)d 行：%(why)s") % {"row": row, "why": error.messages[0]})
            continue
        if not 0 < len(name) <= GroupMember._meta.get_field("name").max_length:  # noqa: SLF001 - Django's public _meta
            wrong.append(_("第 %(row)d 行：%(why)s") % {"row": row, "why": _("请填写姓名，最多 60 个字。")})
        elif number in seen:
            why = _("与第 %d 行是同一个人。") % seen[number]
            wrong.append(_("第 %(row)d 行：%(why)s") % {"row": row, "why": why})
        else:
            found.append(GroupMember(name=name, person_number=number, amount=amount_for(number, year)))
        seen.setdefault(number, row)
    if wrong:
        raise ValidationError({"file": wrong[:100]})
    return found


def _find(members) -> None:
    """Link the people who are on the register: the number and the name must both be theirs."""
    waiting = {each.person_number: each for each in members.filter(party=None)}
    people = Person.objects.filter(id_number__in=waiting, party__active=True).select_related("party")
    linked = []
    for person in people:
        member = waiting[person.id_number]
        if person.party.name == member.name:
            member.party = person.party
            linked.append(member)
    GroupMember.objects.bulk_update(linked, ["party"])


def _charge(group: PayerGroup, actor: Actor) -> None:
    waiting = list(group.members.filter(bill=None).select_related("party"))
    if group.funder_id:
        _fund(group, waiting, actor)
        return
    mine = [each for each in waiting if each.party_id]
    wanted = [billing.Wanted(each.party_id, group.levy_id, group.year, 1, each.amount) for each in mine]
    done = billing.charged_already(wanted)
    fresh = [each for each in wanted if each.key not in done]
    billing.bill(fresh, about=group.about, actor=actor, due=group.due, group=group)
    _link(group, mine, made={each.party for each in fresh})


def _link(group: PayerGroup, members: list[GroupMember], *, made: set[int]) -> None:
    """Each to the bill of their year; one billed before, from another list, shows as it stands there."""
    bills = {
        row.party_id: row
        for row in InsuranceBill.objects.filter(
            party__in=[each.party_id for each in members], levy=group.levy_id, period=group.year
        )
    }
    for each in members:
        each.bill, each.counted = bills.get(each.party_id), each.party_id in made
    GroupMember.objects.bulk_update(members, ["bill", "counted"])


def _fund(group: PayerGroup, members: list[GroupMember], actor: Actor) -> None:
    """The fund owes for everyone on the list; what they owed themselves for the year is cancelled."""
    if not members:
        return
    own = InsuranceBill.objects.filter(
        party__in=[each.party_id for each in members if each.party_id], levy=group.levy_id, period=group.year
    ).exclude(amount=0)
    for row in own:
        billing.correct(row, Decimal(0), reason=_("由救助资金资助参保"), actor=actor)
    total = sum((each.amount for each in members), Decimal(0))
    there = (
        InsuranceBill.objects.select_for_update(no_key=True, of=("self",))
        .filter(party=group.funder_id, levy=group.levy_id, period=group.year)
        .first()
    )
    if there is None:
        wanted = [billing.Wanted(group.funder_id, group.levy_id, group.year, len(members), total)]
        there = billing.bill(wanted, about=group.about, actor=actor, due=group.due, group=group)[0]
    else:
        there.persons, there.assessed = there.persons + len(members), there.assessed + total
        there.save(update_fields=["persons", "assessed"])
        billing.correct(there, there.amount + total, reason=group.about, actor=actor)
    for each in members:
        each.bill, each.counted = there, True
    GroupMember.objects.bulk_update(members, ["bill", "counted"])


def charge_arrivals() -> int:
    """Charge the people on lists who have come on the register since; how many were."""
    groups = PayerGroup.objects.filter(pk__in=GroupMember.objects.filter(bill=None).values("group"))
    done = 0
    for group in groups.order_by("pk"):
        with transaction.atomic():
            locked = PayerGroup.objects.select_for_update(no_key=True, of=("self",)).get(pk=group.pk)
            _find(locked.members.filter(bill=None))
            before = locked.members.filter(bill=None).count()
            _charge(locked, Actor.system("insurance"))
            done += before - locked.members.filter(bill=None).count()
    return done


def remind(group: PayerGroup, *, actor: Actor) -> int:
    """Remind whoever has not paid, at most once a week each; how many were.

    :raises PermissionDenied: unless the actor keeps the list.
    """
    own = access.keeps_lists(actor) and PayerGroup.objects.visible_to(actor).filter(pk=group.pk).exists()
    access.require(actor, "insurance.remind", group.about, allowed=own)
    now = clock.now()
    with transaction.atomic():
        due = list(
            group.members.select_for_update(no_key=True, of=("self",))
            .filter(Q(reminded_at=None) | Q(reminded_at__lte=now - REMIND_AGAIN), party__isnull=False)
            .filter(bill__charge__paid__lt=F("bill__charge__amount"), bill__party=F("party"))
        )
        if due:
            context = {"title": group.title, "year": group.year, "due": group.due}
            outbox.send_many(
                "insurance-group-remind",
                [each.party_id for each in due],
                context,
                about=group.about,
                via=("inbox", "sms", "email"),
            )
            group.members.filter(pk__in=[each.pk for each in due]).update(reminded_at=now)
        keeper = f"party/{actor.party.ref}" if actor.party is not None else f"office/{actor.office.code}"
        log.record(keeper, "insurance.reminded", actor=actor, target=group.about, data={"people": len(due)})
    return len(due)


def standing(group: PayerGroup) -> dict[str, int]:
    """How many have paid, have not, and cannot yet."""
    rows = group.members.select_related("bill__charge")
    paid = sum(1 for each in rows if each.paid)
    waiting = sum(1 for each in rows if each.bill_id is None)
    return {"all": len(rows), "paid": paid, "waiting": waiting, "unpaid": len(rows) - paid - waiting}
