"""How the portal writes dates, amounts, clocks and icons."""

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from lucide.templatetags.lucide import lucide

from apps.kernel.parties.actors import Actor
from apps.portal import navigation

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """An icon that decorates the words beside it."""
    return mark_safe(lucide(name, size=20, aria_hidden="true", focusable="false", **{"class": "icon"}))  # noqa: S308 - our own icon names


@register.simple_tag(takes_context=True)
def address(context: dict, route: str, **arguments: str) -> str:
    """A route's address that keeps the identity the reader acts under."""
    return navigation.address(route, getattr(context["request"], "actor", Actor()), **arguments)


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
def cn_datetime(value: dt.datetime | None) -> str:
    """The day and the minute of a moment in Shanghai."""
    if not value:
        return ""
    return f"{cn_date(value)} {timezone.localtime(value):%H:%M}"


@register.filter
def yuan(value: Decimal | int | None) -> str:
    """An amount with thousands separators and two decimals: 12,345.60."""
    return "" if value is None else f"{Decimal(value):,.2f}"


# What a term is counted in, as written after a number.
UNITS = {
    "hour": _("小时"),
    "working_day": _("工作日"),
    "day": _("日"),
    "month": _("个月"),
    "year": _("年"),
}


@register.filter
def unit_label(unit: str) -> str:
    """The word for a term's unit."""
    return str(UNITS[unit])


@register.simple_tag
def clock_bar(used: int, total: int) -> SafeString:
    """How much of a term is used up, as a bar; the words stand beside it in the template."""
    width = 100 if total <= 0 else max(0, min(100, round(100 * used / total)))
    return format_html(
        '<svg class="clock-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="track" width="100" height="6"/><rect class="used" width="{}" height="6"/></svg>',
        width,
    )


@register.filter
def page_heading(text: str) -> SafeString:
    """The rendered ``heading`` block as the page's first heading; nothing when the page writes its own."""
    return format_html("<h1>{}</h1>", text.strip()) if text.strip() else mark_safe("")
