"""How long cases are kept: drafts nobody submitted go, closed cases are put into the archive (Arts 6, 18)."""

import datetime as dt
import hashlib
from itertools import chain
from typing import Any

from django.core import serializers
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT
from apps.kernel.documents.models import IssuedDocument, Upload
from apps.kernel.retention import kinds
from apps.kernel.retention.models import Entry

ARCHIVED = "closed-case"


def content(case: Case) -> bytes:
    """A case as it stands, whole: its form, steps, custody, clocks, the papers and letters it rests on."""
    parts = chain(
        [case, *_detail(case)],
        case.steps.order_by("pk"),
        case.custodies.order_by("pk"),
        case.clocks.order_by("pk"),
        case.papers.order_by("pk"),
        Upload.objects.filter(about=case.about).order_by("pk"),
        IssuedDocument.objects.filter(about=case.about).order_by("pk"),
    )
    return serializers.serialize("json", parts, ensure_ascii=False, indent=1).encode()


def _detail(case: Case) -> list[Any]:
    return list(case.definition.detail._default_manager.filter(case=case))  # noqa: SLF001 - Django's public manager


def _drafts(before: dt.datetime) -> QuerySet[Case]:
    return Case.objects.filter(state=DRAFT, submitted_at=None, opened_at__lt=before).order_by("opened_at", "pk")


def _destroy(case: Case) -> None:
    case.papers.all().delete()
    case.hand_overs.all().delete()
    case.delete()


def _closed(before: dt.datetime) -> QuerySet[Case]:
    """Closed long ago and not in the archive yet."""
    put_away = Entry.objects.filter(register__kind=ARCHIVED, subject=OuterRef("number"), ended_at__isnull=False)
    return Case.objects.filter(~Exists(put_away), closed_at__lt=before).order_by("closed_at", "pk")


def _put_away(case: Case) -> None:
    """Write the case beside the database, where the tombstone's digest proves it; its rows stay to be read."""
    package = content(case)
    name = f"{case.closed_at:%Y}/{case.number}-{hashlib.sha256(package).hexdigest()[:12]}.json"
    if not storages["archive"].exists(name):
        storages["archive"].save(name, ContentFile(package))


kinds.register(
    kinds.Kind(
        code="draft",
        title=_("未提交的草稿"),
        past=_drafts,
        since=lambda case: case.opened_at,
        subject=lambda case: case.number,
        content=content,
        end=_destroy,
    )
)
kinds.register(
    kinds.Kind(
        code=ARCHIVED,
        title=_("办结事项归档"),
        past=_closed,
        since=lambda case: case.closed_at,
        subject=lambda case: case.number,
        content=content,
        end=_put_away,
    )
)
