"""The demonstration's service sites: a government centre in every district, and places nearer to home."""

from decimal import Decimal

from django.db import transaction

from apps.kernel.parties.models import Office
from apps.services.sites import demo_data as data
from apps.services.sites.models import BusinessLine, OpeningHours, Site, SiteMatter, Window, WindowKind


@transaction.atomic
def seed() -> None:
    """Add what is absent; a second run changes nothing."""
    lines = {code: _line(position, code, *rest) for position, (code, *rest) in enumerate(data.LINES, start=1)}
    offices = {office.district: office for office in Office.objects.filter(code__regex=r"^tax-\d{6}-1$")}
    for district, name, address, directions, latitude, longitude in data.CENTRES:
        _site(
            f"centre-{district}",
            lines,
            name=name,
            kind=Site.Kind.GOVERNMENT,
            office=offices.get(district),
            district=district,
            address=address,
            directions=directions,
            latitude=Decimal(latitude),
            longitude=Decimal(longitude),
            accessible_toilet=True,
            hearing_loop=True,
            sign_language=True,
        )
    for district, code, kind, name, address, directions in data.OTHERS:
        _site(
            code,
            lines,
            name=name,
            kind=kind,
            office=offices.get(district),
            district=district,
            address=address,
            directions=directions,
        )


def _line(position: int, code: str, *words) -> BusinessLine:
    label, summary, minutes, needs, matter = words
    fields = {"label": label, "summary": summary, "minutes": minutes, "needs": "\n".join(needs), "matter": matter}
    return BusinessLine.objects.get_or_create(code=code, defaults={**fields, "position": position})[0]


def _site(code: str, lines: dict[str, BusinessLine], **fields) -> None:
    site, created = Site.objects.get_or_create(code=code, defaults={"phone": "021-12366", "step_free": True, **fields})
    if not created:
        return
    kind = site.kind
    OpeningHours.objects.bulk_create(
        OpeningHours(site=site, weekday=day, opens=opens, closes=closes) for day, opens, closes in data.HOURS[kind]
    )
    offered = data.OFFERED[kind]
    SiteMatter.objects.bulk_create(
        SiteMatter(site=site, line=lines[each], window_kind=_kind(site, each)) for each in offered
    )
    for number, label, window_kind, accessible, served in data.WINDOWS[kind]:
        window = Window.objects.create(site=site, code=number, label=label, kind=window_kind, accessible=accessible)
        window.lines.set(lines[each] for each in served or offered)


def _kind(site: Site, line: str) -> str:
    if site.kind == Site.Kind.SELF_SERVICE:
        return WindowKind.MACHINE
    special = site.kind == Site.Kind.GOVERNMENT and line == "real-estate"
    return WindowKind.SPECIAL if special else WindowKind.GENERAL
