"""What the steps of a listing bring about: opened on the law's figures, published, shared, taken off (Art 33)."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case, Step
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Organisation, Party
from apps.kernel.rules import parameters, terms
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI
from apps.supervision.dishonesty import thresholds
from apps.supervision.dishonesty.models import DishonestEntry, DishonestyExit, DishonestyListing, Kind
from apps.supervision.risk import access

CODE = "dishonesty-listing"
Data = dict[str, Any]


@transaction.atomic
def propose(actor: Actor, party: Party, detail: dict[str, Any], *, idempotency_key: str | None = None) -> Case:
    """Open a candidate on the figures of a decision in force, and tell the taxpayer, who is heard first.

    :raises PermissionDenied: unless the actor is an analyst whose office reaches the payer.
    :raises ValidationError: naming the field, or the thresholds that are not reached.
    """
    access.require_analyst(actor, "dishonesty.propose", f"party/{party.ref}")
    if not Party.objects.filter(access.within_reach(actor), pk=party.pk).exists():
        log.denied("dishonesty.propose", actor=actor, target=f"party/{party.ref}", reason="out of reach")
        raise PermissionDenied(_("只能认定本单位管辖的纳税人。"))
    listing = DishonestyListing(**detail)
    listing.full_clean(exclude=["case"])
    if listing.decided_on > clock.today():
        raise ValidationError({"decided_on": _("决定生效日期不能晚于今天。")})
    reached, checked = thresholds.check(listing, clock.today())
    if not reached:
        words = thresholds.in_words(checked)
        raise ValidationError({"amount": _("没有达到列入名单的标准：%(words)s。") % {"words": words}})
    case = cases.open_case(procedures.get(CODE), _for(actor, party), detail, idempotency_key=idempotency_key)
    if case.submitted_at is not None:  # sent before
        return case
    return cases.perform(case, "submit", actor, reason=listing.facts)


def defended(case: Case, actor: Actor, data: Data) -> None:
    """Keep what the taxpayer says."""
    listing: DishonestyListing = case.detail
    listing.defence = data["reason"]
    listing.save(update_fields=["defence"])


def another_decides(case: Case, actor: Actor) -> None:
    """Whoever proposed the listing does not decide on it.

    :raises PermissionDenied: when it is the same person.
    """
    if actor.user is not None and case.opened_by_id == actor.user.pk:
        raise PermissionDenied(_("提出人不能决定自己提出的认定，请由另一位同事决定。"))


def publish(case: Case, actor: Actor, data: Data) -> None:
    """Put the entry on the public list for as long as the law shows it, and tell the departments."""
    listing: DishonestyListing = case.detail
    today = clock.today()
    term = terms.term("dishonesty-shown", today)
    party = case.applicant
    entry = DishonestEntry.objects.create(
        case=case,
        party=party,
        name=party.name,
        code=_code(party),
        kind=listing.kind,
        facts=listing.facts,
        decision=listing.decision,
        office=case.office,
        published_on=today,
        shown_until=deadlines.due(clock.now(), term.term, term.unit).due.astimezone(SHANGHAI).date(),
    )
    _share(entry, _("列入名单"))


def only_paid_evasion(case: Case, actor: Actor) -> None:
    """Only evasion and hidden arrears are kept from the public when all is paid before publication (Order 54).

    :raises ValidationError: for any other kind.
    """
    if case.detail.kind not in (Kind.EVASION, Kind.ARREARS):
        raise ValidationError(_("只有逃避缴纳税款、逃避追缴欠税的，公布前缴清才可以不公布。"))


def revoked(case: Case, actor: Actor, data: Data) -> None:
    """Taken off because it was wrong; the departments are told so."""
    entry = DishonestEntry.objects.filter(case=case).first()
    if entry is not None:
        _take_off(entry, DishonestEntry.Removal.ERROR)


def leave_early(case: Case, actor: Actor, data: Data) -> None:
    """An approved application takes the entry off and ends the listing."""
    application: DishonestyExit = case.detail
    entry = DishonestEntry.objects.select_for_update(no_key=True).get(pk=application.entry_id)
    _take_off(entry, DishonestEntry.Removal.EARLY)
    cases.perform(entry.case, "leave", Actor.system("dishonesty"), reason=case.number)


def entry_of(case: Case, actor: Actor, data: Data) -> None:
    """Hang an application on the entry it is about.

    :raises ValidationError: when the applicant is not listed, not for long enough yet (the day is named), or too often.
    """
    entry = DishonestEntry.objects.shown().filter(party=case.applicant).first()
    if entry is None:
        raise ValidationError(_("您不在公布的名单中，不需要申请。"))
    term = terms.term("dishonesty-exit-after", clock.today())
    earliest = deadlines.due(_start_of(entry.published_on), term.term, term.unit).due.astimezone(SHANGHAI).date()
    if clock.today() < earliest:
        raise ValidationError(
            _("公布满 %(months)d 个月后才能申请提前停止公布，最早 %(day)s。") % {"months": term.term, "day": earliest}
        )
    _not_listed_again(case.applicant)
    application: DishonestyExit = case.detail
    application.entry = entry
    application.save(update_fields=["entry"])


def _not_listed_again(party: Party) -> None:
    """Whoever was listed as often as the law says, within the years it says, stays for the whole time."""
    limit = parameters.row("dishonesty.exit.listings", clock.today())
    counted = terms.term("dishonesty-exit-counted", clock.today())
    decided = Step.objects.filter(case__procedure=CODE, case__applicant=party, action="list")
    moments = decided.exclude(case__state="revoked").values_list("at", flat=True)
    times = sum(deadlines.due(at, counted.term, counted.unit).due >= clock.now() for at in moments)
    if parameters.within(Decimal(times), limit):
        raise ValidationError(
            _("%(years)d 年内已经 %(times)d 次被确定为失信主体，依法不予提前停止公布（%(source)s）。")
            % {"years": counted.term, "times": times, "source": limit.source}
        )


def is_ready(application: DishonestyExit) -> None:
    """Only what is paid and put right leaves the list early.

    :raises ValidationError: naming what is missing.
    """
    missing = {}
    if not application.paid:
        missing["paid"] = _("税款、滞纳金、罚款全部缴清后才能申请提前停止公布。")
    if not application.corrected:
        missing["corrected"] = _("失信行为纠正、不良影响消除后才能申请提前停止公布。")
    if missing:
        raise ValidationError(missing)


def _for(actor: Actor, party: Party) -> Actor:
    """The officer, opening a case about a party."""
    return Actor(user=actor.user, party=party, office=actor.office, roles=actor.roles, channel=actor.channel)


def _start_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


def _take_off(entry: DishonestEntry, removal: str) -> None:
    entry.removed_on, entry.removal = clock.today(), removal
    entry.save(update_fields=["removed_on", "removal"])
    _share(entry, entry.get_removal_display())


def _share(entry: DishonestEntry, change: str) -> None:
    """Market regulation and the other departments act on the list together with the tax authority."""
    log.record(f"dishonesty/{entry.ref}", "dishonesty.shared", actor=Actor.system("dishonesty"), target=str(change))
    context = {"name": entry.name, "code": entry.code, "change": str(change), "day": clock.today()}
    for office in Office.objects.filter(kind=Office.Kind.DEPARTMENT, active=True).order_by("pk"):
        outbox.send("dishonesty-shared", office, context, about=f"dishonesty/{entry.ref}")


def _code(party: Party) -> str:
    return Organisation.objects.filter(party=party).values_list("uscc", flat=True).first() or ""
