"""Open a consultation or a listing request, and exchange its files (Art 18)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from apps.datashare.access import shares
from apps.datashare.adhoc.consultation import AGREED, CONSULTATION
from apps.datashare.adhoc.listing import LISTING_REQUEST
from apps.kernel.audit import log
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.documents import uploads
from apps.kernel.documents.models import Upload
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office


def propose(actor: Actor, *, key: str, counterpart: Office, **terms: Any) -> Case:
    """Propose to another unit to share something once.

    :raises PermissionDenied: unless the actor works in a tax office or a department.
    :raises ValidationError: naming each field; nothing is left behind.
    """
    given = {**terms, "counterpart": counterpart.code}
    return cases.open_submitted(CONSULTATION, actor, given, idempotency_key=key)


def ask_listing(actor: Actor, *, key: str, provider: Office, **asked: Any) -> Case:
    """Ask that data be listed which the catalogue lacks.

    :raises PermissionDenied: unless the actor works in a tax office.
    :raises ValidationError: naming each field; nothing is left behind.
    """
    given = {**asked, "provider": provider.code}
    return cases.open_submitted(LISTING_REQUEST, actor, given, idempotency_key=key)


@transaction.atomic
def hand_over(case: Case, actor: Actor, file: UploadedFile) -> Upload:
    """Put a file on an agreed consultation; it goes through quarantine like every other.

    :raises PermissionDenied: for anyone but the providing unit, and unless terms are agreed.
    :raises ValidationError: on ``file``.
    """
    case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if not may_hand_over(case, actor):
        log.denied("data.hand_over", actor=actor, target=case.number, reason="not the provider, or not agreed")
        raise PermissionDenied(_("商定以后由提供单位上传文件。"))
    return uploads.receive(file, actor=actor, about=case.about)


def may_hand_over(case: Case, actor: Actor) -> bool:
    """Whether the actor's unit provides what this consultation agreed on."""
    return (
        case.procedure == CONSULTATION.code
        and case.state == AGREED
        and actor.office is not None
        and actor.party is None
        and case.office_id == actor.office.pk
        and shares(actor)
    )
