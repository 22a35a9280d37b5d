"""How the portal writes dates, amounts, clocks and icons."""

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from apps.kernel.lists import joined
from apps.kernel.parties.actors import Actor
from apps.portal import content, entries

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """An icon that decorates the words beside it."""
    return mark_safe(lucide(name, size=20, aria_hidden="true", focusable="false", **{"class": "icon"}))  # noqa: S308 - our own icon names


@register.simple_tag(takes_context=True)
def address(context: dict, route: str, **arguments: str) -> str:
    """A route's address that keeps the identity the reader acts under."""
    return entries.address(route, getattr(context["request"], "actor", Actor()), **arguments)


@register.filter
def cn_date(value: dt.date | dt.datetime | None) -> str:
    """2026年10月26日, or 26 October 2026 in English; a moment is told in Shanghai time."""
    if not value:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    if translation.get_language() == "en":
        return date_format(value, "j F Y", use_l10n=False)
    return f"{value.year}年{value.month}月{value.day}日"


@register.filter
def cn_time(value: dt.datetime | None) -> str:
    """The day and the minute of a moment in Shanghai."""
    if not value:
        return ""
    return f"{cn_date(value)} {timezone.localtime(value):%H:%M}"


register.filter("joined", joined)


@register.filter
def citation(labels: str) -> str:
    """Articles of the Measures as the reader's language cites them; nothing for none."""
    return content.citation(labels) if labels else ""


@register.filter
def yuan(value: Decimal | int | None) -> str:
    """An amount with thousands separators and two decimals: 12,345.60."""
    return "" if value is None else f"{Decimal(value):,.2f}"


@register.simple_tag
def clock_bar(used: int, total: int, unit: str, state: str = "") -> SafeString:
    """A legal clock as words and a bar: 已用 3 / 10 个工作日. ``state`` is "due", "done" or nothing."""
    words = _("已用 %(used)s / %(total)s %(unit)s") % {"used": used, "total": total, "unit": unit}
    width = 100 if total <= 0 else max(0, min(100, round(100 * used / total)))
    return format_html(
        '<div class="clock {}"><p class="number">{}</p>'
        '<svg class="clock-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="track" width="100" height="6"/><rect class="used" width="{}" height="6"/></svg></div>',
        state,
        words,
        width,
    )


@register.filter
def page_heading(text: str) -> SafeString:
    """The rendered ``heading`` block as the page's first heading; nothing when the page writes its own."""
    return format_html("<h1>{}</h1>", text.strip()) if text.strip() else mark_safe("")
