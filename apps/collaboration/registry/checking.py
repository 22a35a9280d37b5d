"""A registry checks a certificate at once; every check is on record and the payer is told (Art 28)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.audit import log
from apps.kernel.documents import codes
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.documents.signals import certificate_checked
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role

CHECKED_KINDS = ("tax-payment-certificate",)
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
    asked: str,
    payer: str,
    matter: str,
    matter_number: str,
    actor: Actor,
    idempotency_key: str | None = None,
) -> CertificateCheck:
    """Check the certificate ``asked`` for (its number or verification code) against the applicant's name.

    A wrong name learns only that it is wrong, never whose certificate it is.

    :raises PermissionDenied: unless the actor works for an office that must check; the attempt is on record.
    """
    authorise(actor)
    with transaction.atomic():
        if idempotency_key:
            first = CertificateCheck.objects.filter(office=actor.office, idempotency_key=idempotency_key).first()
            if first is not None:
                return first
        document = _find(asked)
        row = CertificateCheck.objects.create(
            office=actor.office,
            user=actor.user,
            channel=actor.channel,
            matter=matter,
            matter_number=matter_number,
            asked=asked,
            payer=payer,
            document=document,
            outcome=_outcome(document, payer),
            idempotency_key=idempotency_key,
        )
        log.record(
            f"office/{actor.office.code}",
            "registry.check",
            actor=actor,
            target=row.ref,
            data={"outcome": row.outcome, "document": document.ref if document else ""},
        )
        if row.passed:
            _tell_payer(row, actor)
            certificate_checked.send(
                CertificateCheck, document=row.document, matter_number=row.matter_number, actor=actor
            )
    return row


def _find(asked: str) -> IssuedDocument | None:
    certificates = IssuedDocument.objects.filter(kind__in=CHECKED_KINDS).select_related("party")
    code = codes.normalised(asked)
    return certificates.filter(code=code).first() if code else certificates.filter(number=asked.strip()).first()


def _outcome(document: IssuedDocument | None, payer: str) -> str:
    outcomes = CertificateCheck.Outcome
    if document is None:
        return outcomes.UNKNOWN
    if _plain(document.party_name) != _plain(payer):
        return outcomes.MISMATCH
    return outcomes.REVOKED if document.revoked_at else outcomes.PASSED


def _plain(name: str) -> str:
    """A name without the differences of typing: spaces, and full-width brackets."""
    return "".join(name.split()).translate(str.maketrans("（）", "()")).casefold()


def _tell_payer(row: CertificateCheck, actor: Actor) -> None:
    log.read(
        actor=actor,
        party_id=row.document.party_id,
        what=f"document/{row.document.ref}",
        purpose=f"{row.matter} {row.matter_number}",
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
