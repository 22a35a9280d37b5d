"""Pages by key, refusals on forms and files to download, shared by the room's pages."""

import csv
import datetime as dt
import io
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse

PER_PAGE = 50
SHOWN = 200  # rows of a problem list shown on a page


def page(request: HttpRequest, found) -> dict:
    """One page of rows, newest first, and where the next begins."""
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(id__lt=int(after[:18]))
    some = list(found.order_by("-id")[: PER_PAGE + 1])
    return {"rows": some[:PER_PAGE], "next": some[PER_PAGE - 1].pk if len(some) > PER_PAGE else None}


def add(form, error: ValidationError) -> None:
    """A use case's refusal, on the fields of the form it names."""
    for name, messages in getattr(error, "message_dict", {"": error.messages}).items():
        form.add_error(name if name in form.fields else None, messages)


def day_of(text: str) -> dt.date:
    """
    :raises Http404: when it is no day.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def download(text: str, name: str) -> HttpResponse:
    """A file for spreadsheets."""
    return HttpResponse(
        "\ufeff" + text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV; no cell of them is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in map(str, row)])
    return out.getvalue()
