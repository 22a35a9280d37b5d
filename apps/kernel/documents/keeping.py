"""How long files wait in quarantine: one the scanner never passed goes (Arts 6, 18)."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import uploads
from apps.kernel.documents.models import Upload
from apps.kernel.parties.actors import Actor
from apps.kernel.retention import kinds


def _waiting(before: dt.datetime) -> QuerySet[Upload]:
    waiting = Upload.objects.filter(state=Upload.State.RECEIVED, received_at__lt=before)
    return waiting.order_by("received_at", "pk")


def _destroy(upload: Upload) -> None:
    uploads.destroy(upload, Actor.system("retention"), reason="retention")


kinds.register(
    kinds.Kind(
        code="quarantine",
        title=_("隔离区中的文件"),
        past=_waiting,
        since=lambda upload: upload.received_at,
        subject=lambda upload: f"upload/{upload.ref}",
        content=lambda upload: upload.sha256.encode(),
        end=_destroy,
    )
)
