"""A certificate is revoked after a registry has relied on it: the registry is told (Art 28)."""

from django.db.models import Q

from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.audit import log
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock


def on_document_revoked(sender: object, *, document: IssuedDocument, actor: Actor, **_more: object) -> None:
    """Every check that rests on it is marked, and each office hears which registration it was for.

    A check rests on the certificate it passed with, or on the one the tax office has named since.
    """
    passed = Q(document=document, outcome=CertificateCheck.Outcome.PASSED, resolution="", warned_at=None)
    confirmed = Q(mismatch__document=document, resolution=CertificateCheck.Resolution.CONFIRMED)
    relied = CertificateCheck.objects.filter(passed | confirmed).select_related("office")
    for row in relied.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        row.warned_at = clock.now()
        row.save(update_fields=["warned_at"])
        log.record(f"office/{row.office.code}", "registry.warned", actor=actor, target=row.ref)
        outbox.send(
            "certificate-revoked",
            row.office,
            {
                "document": document.number,
                "matter": str(row.get_matter_display()),
                "number": row.matter_number,
                "check": row.ref,
                "reason": str(document.get_revocation_reason_display()),
                "replacement": document.replaced_by.number if document.replaced_by else "",
            },
            about=f"check/{row.ref}",
        )
