"""Lists for partner systems are read on from the last row one has, page by page."""

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

Row = TypeVar("Row", bound=Model)
PAGE, LARGEST_PAGE = 100, 1000
READ_ON = [
    OpenApiParameter("after", int, description="The key of the last row one has, from `next`."),
    OpenApiParameter("limit", int, description=f"Rows to a page, at most {LARGEST_PAGE}; {PAGE} unless told."),
]


def read_on(request: Request, found: QuerySet[Row], *, newest: bool = False) -> tuple[list[Row], str]:
    """One page of rows in the order they were written, or the newest first; and what to ask ``after`` for the next.

    :raises ValidationError: naming ``after`` or ``limit``, when it is no number.
    """
    after = _number(request, "after", most=2**62)
    limit = _number(request, "limit", most=LARGEST_PAGE) or PAGE
    if after:
        found = found.filter(pk__lt=after) if newest else found.filter(pk__gt=after)
    rows = list(found.order_by("-pk" if newest else "pk")[: limit + 1])
    return rows[:limit], str(rows[limit - 1].pk) if len(rows) > limit else ""


def _number(request: Request, name: str, *, most: int) -> int:
    given = request.query_params.get(name, "")
    if not given:
        return 0
    if not (given.isascii() and given.isdecimal()) or int(given[:20]) > most:
        raise ValidationError({name: _("请填写不大于 %d 的整数。") % most})
    return int(given)
