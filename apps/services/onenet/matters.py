"""The matters 一网通办 lists (事项目录): every procedure in its field names, with the day it last changed (Art 15)."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from apps.kernel.casework import procedures
from apps.kernel.casework.procedures import Procedure, recorded
from apps.kernel.notifications.dispatch import canonical
from apps.kernel.parties.actors import Channel
from apps.kernel.parties.models import Party
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock
from apps.services.onenet.models import ListedMatter

# Where a taxpayer can begin a matter.
CHANNELS = (Channel.ONLINE, Channel.MOBILE, Channel.COUNTER, Channel.API)


@dataclass(frozen=True)
class Listing:
    """The list as it stands: its entries, and a mark that changes whenever one of them does."""

    entries: list[dict[str, Any]]
    etag: str
    changed_at: dt.datetime | None


def listing(since: dt.datetime | None = None) -> Listing:
    """Every matter, or those changed after ``since``; withdrawn ones stay as such."""
    rows = _up_to_date()
    known = {procedure.code: procedure for procedure in _offered()}
    entries = [
        {**(_entry(known[row.code]) if row.code in known else {"code": row.code}), **_standing(row)}
        for row in rows
        if since is None or row.changed_at > since
    ]
    etag = hashlib.sha256("".join(f"{row.code}{row.digest}{row.changed_at}" for row in rows).encode()).hexdigest()[:32]
    return Listing(entries, f'"{etag}"', max((row.changed_at for row in rows), default=None))


def _offered() -> list[Procedure]:
    """What taxpayers apply for; procedures between offices are none of 一网通办's."""
    return [procedure for procedure in procedures.all() if procedure.audience]


@transaction.atomic
def _up_to_date() -> list[ListedMatter]:
    """The rows of the list, after noting what changed since the list was last asked for."""
    now_offered = {procedure.code: _digest(procedure) for procedure in _offered()}
    rows = {row.code: row for row in ListedMatter.objects.all()}
    same = all(code in rows and rows[code].digest == digest for code, digest in now_offered.items())
    if same and all(row.withdrawn == (code not in now_offered) for code, row in rows.items()):
        return sorted(rows.values(), key=lambda row: row.code)
    ListedMatter.objects.bulk_create(
        (ListedMatter(code=code, digest=digest) for code, digest in now_offered.items()), ignore_conflicts=True
    )
    for row in ListedMatter.objects.select_for_update(no_key=True):
        digest = now_offered.get(row.code, row.digest)
        if digest != row.digest or row.withdrawn != (row.code not in now_offered):
            row.digest, row.withdrawn, row.changed_at = digest, row.code not in now_offered, clock.now()
            row.save()
    return list(ListedMatter.objects.order_by("code"))


def _digest(procedure: Procedure) -> str:
    return hashlib.sha256(canonical(_entry(procedure))).hexdigest()


def _standing(row: ListedMatter) -> dict[str, Any]:
    return {"status": "withdrawn" if row.withdrawn else "in_force", "modified": row.changed_at.isoformat()}


def _entry(procedure: Procedure) -> dict[str, Any]:
    today = clock.today()
    return {
        "code": procedure.code,
        "name": recorded(procedure.title),
        "summary": recorded(procedure.summary),
        "articles": [procedure.article],
        "subject": recorded(procedure.subject),
        "audience": [str(kind) for kind in sorted(procedure.audience)],
        "audience_name": [recorded(Party.Kind(kind).label) for kind in sorted(procedure.audience)],
        "channels": [{"code": str(channel), "name": recorded(Channel(channel).label)} for channel in CHANNELS],
        "clocks": [
            {"name": recorded(spec.label), "term": term.term, "unit": term.unit, "basis": term.source}
            for spec in procedure.clocks
            for term in (terms.term(spec.term, today),)
        ],
        "papers": [recorded(paper) for paper in procedure.papers],
        "minutes": procedure.minutes,
        "cost": recorded(procedure.cost),
        "url": settings.PUBLIC_URL + reverse("onenet:matter", args=[procedure.code]),
    }
