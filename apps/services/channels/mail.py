"""Send papers by registered mail (邮寄, Art 11): registered by the sender, recorded by the office, one rule for time.

What is sent counts from its postmark (以寄出的邮戳日期为准); the office's time stands still until it is there.
"""

import datetime as dt
import re
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.audit import log
from apps.kernel.casework import cases, clocks
from apps.kernel.casework.models import Case
from apps.kernel.casework.page_parts import Part
from apps.kernel.casework.procedures import DRAFT, recorded
from apps.kernel.casework.standard import HANDLERS
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Office
from apps.kernel.parties.todos import Todo
from apps.kernel.workcalendar import clock
from apps.services.channels.models import Mailing
from apps.services.sites import directory
from apps.services.sites.models import Site

# The post union's numbers (万国邮联 S10): two letters, eight digits, a check digit, the country.
_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)CN")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
AWAITED = gettext_lazy("等待邮寄的材料 %(tracking)s")
SENT = gettext_lazy("邮寄材料 %(tracking)s，邮戳日期 %(postmark)s。")
_DOMESTIC = re.compile(r"\d{13}")


def address_of(office: Office) -> str:
    """Where the post brings it: the office's own address, else that of the site it runs."""
    if office.address:
        return office.address
    site = directory.find().filter(office=office, kind=Site.Kind.GOVERNMENT).order_by("code").first()
    return f"{site.address} {site.name}" if site is not None else ""


def check_digit(serial: str) -> int:
    """The check digit of an S10 serial of eight digits."""
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, serial, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


def tracking_number(typed: str) -> str:
    """A tracking number as people copy it from the receipt.

    :raises ValidationError: when it cannot be one.
    """
    number = "".join(typed.split()).upper()
    international = _S10.fullmatch(number)
    if international is not None and check_digit(international[1]) == int(international[2]):
        return number
    if _DOMESTIC.fullmatch(number):
        return number
    raise ValidationError(
        {"tracking": _("邮件号码不正确。请对照回执填写 13 位号码，例如 EA123456785CN 或者 13 位数字。")}
    )


def may_send(case: Case, actor: Actor) -> bool:
    """Whether papers can be sent for a case: it is under way and the actor's own."""
    return actor.party is not None and not actor.draft and case.state != DRAFT and case.closed_at is None


@transaction.atomic
def register(case: Case, actor: Actor, *, carrier: str, tracking: str, posted_on: dt.date) -> Mailing:
    """Say that papers are on their way. The office's clocks stand still until they are there.

    :raises ValidationError: naming the field.
    """
    case = (
        Case.objects.select_for_update(no_key=True, of=("self",)).select_related("applicant", "office").get(pk=case.pk)
    )
    if actor.party is None or not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        log.denied("mailing.register", actor=actor, target=case.number, reason="not the applicant's side")
        raise PermissionDenied
    if not may_send(case, actor):
        raise ValidationError(_("草稿请先提交；已办结的事项不再收取材料。"))
    if posted_on > clock.today():
        raise ValidationError({"posted_on": _("交寄日期不能晚于今天。请寄出后再登记。")})
    if posted_on < clock.today() - dt.timedelta(days=60):
        raise ValidationError({"posted_on": _("交寄日期太早，请核对年份和月份。")})
    row = Mailing(
        case=case, carrier=carrier, tracking=tracking_number(tracking), posted_on=posted_on, registered_by=actor.user
    )
    row.full_clean()
    row.save()
    clocks.pause(case, clock.now(), recorded(AWAITED) % {"tracking": row.tracking})
    log.record(case.about, "mailing.registered", actor=actor, target=row.tracking)
    return row


@transaction.atomic
def arrive(
    mailing: Mailing, actor: Actor, *, received_on: dt.date, postmark: dt.date, complete: bool, note: str = ""
) -> Mailing:
    """Record that an item has come and its papers were checked; complete papers answer a supplement notice.

    :raises ValidationError: naming the field.
    """
    row = (
        Mailing.objects.select_for_update(no_key=True, of=("self",))
        .select_related("case__applicant", "registered_by")
        .get(pk=mailing.pk)
    )
    case = row.case
    if (
        actor.party is not None
        or actor.office is None
        or case.office_id != actor.office.pk
        or not actor.roles & HANDLERS
    ):
        log.denied("mailing.arrive", actor=actor, target=case.number, reason="not the office that handles the case")
        raise PermissionDenied
    if row.received_on is not None:
        raise ValidationError(_("这件邮件已经登记收到。"))
    if received_on > clock.today():
        raise ValidationError({"received_on": _("收到日期不能晚于今天。")})
    if postmark > received_on:
        raise ValidationError({"postmark": _("邮戳日期不能晚于收到日期。")})
    if not complete and not note.strip():
        raise ValidationError({"note": _("材料不齐时请写明缺少什么，申请人会看到。")})
    row.received_on, row.postmark, row.received_by = received_on, postmark, actor.user
    row.complete, row.note = complete, note.strip()
    row.full_clean()
    row.save()
    log.record(case.about, "mailing.arrived", actor=actor, target=row.tracking, data={"complete": complete})
    _go_on(row)
    outbox.send(
        "mailing-arrived",
        case.applicant,
        {"number": case.number, "tracking": row.tracking, "postmark": postmark, "state": row.state, "note": row.note},
        about=case.about,
    )
    return row


def _go_on(row: Mailing) -> None:
    """The case goes on from where it waited for the papers, unless another item is still under way."""
    case = row.case
    if case.closed_at is not None or case.mailings.filter(received_on__isnull=True).exists():
        return
    if not case.standing.waits_for_applicant:
        clocks.resume(case, clock.now())
    elif row.complete and case.definition.transition("supply", case.state) is not None:
        # Registering the item was the applicant's word that these are the papers asked for.
        sender = Actor(user=row.registered_by, party=case.applicant, channel=Channel.MAIL)
        reason = recorded(SENT) % {"tracking": row.tracking, "postmark": row.postmark.isoformat()}
        cases.perform(case, "supply", sender, reason=reason)


def of_case(case: Case, actor: Actor) -> Part | None:
    """The items of a case, for its page."""
    rows = list(Mailing.objects.visible_to(actor).filter(case=case))
    may = may_send(case, actor)
    if not rows and not may:
        return None
    return Part("services/channels/_mailings.html", {"rows": rows, "may": may})


def incomplete(actor: Actor) -> Iterator[Todo]:
    """What the office found missing in the post, for the home page."""
    if actor.party is None:
        return
    rows = Mailing.objects.visible_to(actor).filter(complete=False, case__closed_at__isnull=True).select_related("case")
    for row in rows[:20]:
        yield Todo(
            title=_("补寄材料：%(title)s") % {"title": row.case.heading},
            url=reverse("cases:page", args=[actor.party.ref, row.case.number]),
            kind="case",
            note=row.note,
        )
