"""Account data is read by two people only, each time for a purpose, and an auditor looks at who did (Art 29)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.banks import access
from apps.collaboration.banks.models import AccountEnquiry, AccountRead, BankAccount
from apps.collaboration.coded import Refusal
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock


@transaction.atomic
def read(enquiry: AccountEnquiry, *, purpose: str, actor: Actor) -> list[BankAccount]:
    """The accounts a bank named, with their movements; the reading is on record before anything is shown.

    :raises PermissionDenied: unless the actor is one of the two officers; the attempt is on record.
    """
    if not access.may_read(enquiry, actor) or actor.office is None:
        log.denied("account-data.read", actor=actor, target=enquiry.case.about, reason="not one of the two officers")
        raise PermissionDenied(_("只有许可证明上的两名执法人员可以查阅账户资料。"))
    AccountRead.objects.create(enquiry=enquiry, user=actor.person, office=actor.office, purpose=purpose)
    log.read(
        actor=actor,
        party_id=enquiry.party_id,
        what=f"account-data/{enquiry.case.number}",
        purpose=Purpose.BANK,
        basis=purpose,
    )
    return list(enquiry.accounts.prefetch_related("movements").order_by("id"))


@transaction.atomic
def review(row: AccountRead, *, finding: str, note: str, actor: Actor) -> AccountRead:
    """An auditor's finding on a reading, once and by somebody else than the reader.

    :raises PermissionDenied: unless an auditor reviews somebody else's reading; the attempt is on record.
    :raises ValidationError: when it was reviewed before, or doubt is not explained.
    """
    if not access.audits(actor) or row.user_id == actor.person.pk:
        log.denied("account-data.review", actor=actor, target=f"account-read/{row.ref}", reason="not another auditor")
        raise PermissionDenied(_("须由审计人员复核他人的查阅。"))
    locked = AccountRead.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    if locked.finding:
        raise Refusal(_("这次查阅已经复核过了。"), code="reviewed")
    if finding == AccountRead.Finding.DOUBTFUL and not note.strip():
        raise Refusal({"note": _("存疑的，请写明理由。")}, code="note")
    locked.finding, locked.note = finding, note.strip()
    locked.reviewed_by, locked.reviewed_at = actor.person, clock.now()
    locked.save(update_fields=["finding", "note", "reviewed_by", "reviewed_at"])
    log.record(
        f"account-read/{locked.ref}", "account-read-reviewed", actor=actor, target=finding, data={"finding": finding}
    )
    return locked
