"""A registry checks a certificate at once; every check is on record and the payer is told (Art 28).

By number, verification code or scanned QR the certificate is known; by the applicant's code the portal looks for
the latest one that stands and covers the tax the registration depends on.
"""

from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.collaboration import payers
from apps.collaboration.registry import levies
from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.documents import codes
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.documents.signals import certificate_checked
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.kernel.workcalendar import clock

PAID, EXEMPT = "tax-payment-certificate", "tax-exemption-certificate"
CHECKED_KINDS = (PAID, EXEMPT)
CHECKING_OFFICES = (Office.Kind.REGISTRY, Office.Kind.DEPARTMENT)


def may_check(actor: Actor) -> bool:
    """Whether the actor works for a registry or department that must check certificates."""
    return actor.office is not None and actor.office.kind in CHECKING_OFFICES and Role.OFFICER in actor.roles


def authorise(actor: Actor) -> None:
    """Refuse whoever may not check; the attempt is on record.

    :raises PermissionDenied: unless the actor works for an office that must check.
    """
    if not may_check(actor):
        log.denied("registry.check", actor=actor, target="registry", reason="not a checking office")
        raise PermissionDenied(_("只有不动产登记机构和相关部门可以查验。"))


def check(
    *,
    asked: str = "",
    payer: str,
    matter: str,
    matter_number: str,
    actor: Actor,
    payer_code: str = "",
    idempotency_key: str | None = None,
) -> CertificateCheck:
    """Check the certificate ``asked`` for against the applicant's name, or find one by the applicant's code.

    A wrong name learns only that it is wrong, never whose certificate it is.

    :raises PermissionDenied: unless the actor works for an office that must check; the attempt is on record.
    :raises ValidationError: on ``asked`` or ``payer_code``, when neither can be used.
    """
    authorise(actor)
    if not asked and not payer_code:
        raise ValidationError({"asked": _("请填写凭证编号或者验证码；没有凭证的，填写申请人代码。")})
    party = _party(payer_code) if payer_code else None
    with transaction.atomic():
        if idempotency_key:
            first = CertificateCheck.objects.filter(office=actor.office, idempotency_key=idempotency_key).first()
            if first is not None:
                return first
        document = find(asked) if asked else _latest(party, payer, matter)
        row = CertificateCheck.objects.create(
            office=actor.office,
            user=actor.user,
            channel=actor.channel,
            matter=matter,
            matter_number=matter_number,
            asked=asked,
            payer=payer,
            party=party,
            document=document,
            outcome=_outcome(document, payer, party, matter),
            idempotency_key=idempotency_key,
        )
        # Each check is a stream of its own: in one of the office, its clerks would wait for each other's commits.
        log.record(
            f"certificate-check/{row.ref}",
            "registry.check",
            actor=actor,
            target=f"office/{actor.office.code}",
            data={"outcome": row.outcome, "document": document.ref if document else ""},
        )
        if row.passed:
            _tell_payer(row, actor)
            certificate_checked.send(
                CertificateCheck, document=row.document, matter_number=row.matter_number, actor=actor
            )
    return row


def _party(code: str) -> Party | None:
    try:
        return payers.by_code(code)
    except ValidationError as error:
        raise ValidationError({"payer_code": error.error_list}) from error


def find(asked: str) -> IssuedDocument | None:
    """The certificate by its number, its code, or the address its QR code holds."""
    certificates = IssuedDocument.objects.filter(kind__in=CHECKED_KINDS).select_related("party")
    text = asked.strip()
    if "/verify/" in text:
        text = urlsplit(text).path.rstrip("/").rpartition("/")[2]
    code = codes.normalised(text)
    return certificates.filter(code=code).first() if code else certificates.filter(number=text).first()


def _latest(party: Party | None, payer: str, matter: str) -> IssuedDocument | None:
    """The latest certificate of the applicant that stands and covers the tax; nothing when the name is another's."""
    if party is None or payers.plain(party.name) != payers.plain(payer):
        return None
    covers = Q(pk__in=[])
    for name in levies.names(matter, clock.today()):
        covers |= Q(context__rows__contains=[{"levy": name}])
    found = IssuedDocument.objects.filter(covers, kind__in=CHECKED_KINDS, party=party, revoked_at=None)
    return found.select_related("party").order_by("-issued_at", "-pk").first()


def covers(document: IssuedDocument, matter: str) -> bool:
    """Whether the certificate is about a tax the registration depends on, where the law names one."""
    needed = set(levies.names(matter, clock.today()))
    return not needed or bool(needed & {each.get("levy") for each in document.context.get("rows", ())})


def used_before(row: CertificateCheck) -> bool:
    """Whether the same certificate has passed for another registration already."""
    if row.document is None:
        return False
    earlier = CertificateCheck.objects.filter(
        document=row.document, outcome=CertificateCheck.Outcome.PASSED, pk__lt=row.pk
    )
    return earlier.exclude(office=row.office, matter_number=row.matter_number).exists()


def _outcome(document: IssuedDocument | None, payer: str, party: Party | None, matter: str) -> str:
    outcomes = CertificateCheck.Outcome
    if document is None:
        return outcomes.UNKNOWN
    if payers.plain(document.party_name) != payers.plain(payer):
        return outcomes.MISMATCH
    if party is not None and party.pk != document.party_id:
        return outcomes.MISMATCH
    if document.revoked_at:
        return outcomes.REVOKED
    return outcomes.PASSED if covers(document, matter) else outcomes.OTHER_LEVY


def _tell_payer(row: CertificateCheck, actor: Actor) -> None:
    log.read(
        actor=actor,
        party_id=row.document.party_id,
        what=f"document/{row.document.ref}",
        purpose=Purpose.REGISTRY,
        basis=f"{row.get_matter_display()} {row.matter_number}",
    )
    outbox.send(
        "certificate-checked",
        row.document.party,
        {
            "office": str(row.office),
            "document": row.document.number,
            "matter": str(row.get_matter_display()),
            "number": row.matter_number,
        },
        about=row.document.about,
    )
