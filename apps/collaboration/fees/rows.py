"""One row of a delivery: what it must hold, checked the same way from a page, a file or the API (Art 25)."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration.fees import packing
from apps.collaboration.fees.models import FeeDuty
from apps.kernel.facts import copying
from apps.kernel.forms import DateField
from apps.kernel.ledger.models import ZERO
from apps.kernel.lists import joined
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock

MOST = Decimal("99999999999.99")
EVERY = 2_000  # rows between two words of progress


class SourceRow(forms.Form):
    """A source as it is delivered. ``levies`` are those the department has a duty for."""

    number = forms.RegexField(
        r"^[\w.\-/〔〕()（）号]+$",
        label=gettext_lazy("费源编号"),
        max_length=40,
        error_messages={"invalid": gettext_lazy("费源编号只能用文字、数字和 . - / 〔〕（）。")},
    )
    payer_code = forms.CharField(label=gettext_lazy("缴费人代码"), max_length=18, required=False)
    payer = forms.CharField(label=gettext_lazy("缴费人名称"), max_length=120)
    levy = forms.CharField(label=gettext_lazy("征收项目"), max_length=60)
    base = forms.CharField(label=gettext_lazy("计费依据"), max_length=120)
    amount = forms.DecimalField(
        label=gettext_lazy("金额（元）"),
        max_digits=13,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=MOST,
        error_messages={
            "invalid": gettext_lazy("金额请填数字，以元为单位，不写“万元”等字样。"),
            "min_value": gettext_lazy("金额应大于零。"),
            "max_decimal_places": gettext_lazy("金额以元为单位，最多两位小数。"),
        },
    )
    basis = forms.CharField(label=gettext_lazy("依据文书"), max_length=120)
    issued = DateField(label=gettext_lazy("文书日期"), required=False)
    due = DateField(label=gettext_lazy("缴费期限"))

    def __init__(self, *args, levies: dict[str, str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.levies = levies

    def clean_levy(self) -> str:
        """The levy by its code or its name; only one the department delivers."""
        found = self.levies.get(self.cleaned_data["levy"])
        if found is None:
            allowed = joined(sorted({name for name in self.levies if not name.isascii()}))
            raise forms.ValidationError(_("本部门不传递这个征收项目。可以填：%s。") % allowed, code="other_department")
        return found

    def clean_issued(self):
        """From the day of the document runs the term for sending it; a document of tomorrow is none."""
        issued = self.cleaned_data["issued"]
        if issued is not None and issued > clock.today():
            raise forms.ValidationError(_("文书日期不能在今天以后。"), code="stale")
        return issued

    def clean_due(self):
        """A term that has passed cannot be billed."""
        due = self.cleaned_data["due"]
        if due < clock.today():
            raise forms.ValidationError(_("缴费期限已经过去，请核对日期。"), code="stale")
        return due

    def clean_payer_code(self) -> str:
        return "".join(self.cleaned_data["payer_code"].split()).upper()


@dataclass
class Found:
    """What the check of a delivery found: how many rows are right, what they come to, and what is wrong."""

    right: int = 0
    total: Decimal = ZERO
    problems: list[dict[str, Any]] = field(default_factory=list)

    def problem(self, row: int, name: str, code: str, message: str) -> None:
        """Row 0 is the delivery as a whole."""
        self.problems.append({"row": row, "field": name, "code": code, "message": str(message)})


def levies_of(office: Office) -> dict[str, str]:
    """The codes a department delivers, by code and by name."""
    found = {}
    for duty in FeeDuty.objects.filter(office=office).select_related("levy"):
        found |= dict.fromkeys((duty.levy_id, duty.levy.name, duty.levy.name_en), duty.levy_id)
    return found


def check(
    lines: list[str], levies: dict[str, str], found: Found, *, progress: Callable[[int], None] = lambda done: None
) -> Iterator[str]:
    """A line of COPY for each row that is right: its shape, and that no number comes twice.

    A generator that asks the database nothing, so PostgreSQL takes rows in while the next are looked at; ``found`` is
    complete at its end. ``progress`` hears how many are done.
    """
    seen: dict[str, int] = {}
    today = clock.today().isoformat()
    for place, line in enumerate(lines, start=1):
        cells = plain(line, levies, today) or _formed(packing.cells(line), levies, found, place)
        if cells is not None:
            if first := seen.get(cells[NUMBER]):
                found.problem(place, "number", "doubled_row", _("费源编号与第 %d 行重复。") % first)
            seen.setdefault(cells[NUMBER], place)
            found.right += 1
            found.total += Decimal(cells[AMOUNT])
            yield f"{place}\t" + "\t".join(cells)
        if place % EVERY == 0:
            progress(place)


# What a system writes: nothing to trim, nothing to escape, a code of ours, money to the fen, a day as 2026-11-26.
_TEXT = r"[^\s\\](?:[^\x1f\\]{0,118}[^\s\\])?"
_DAY = r"20[0-9]{2}-[0-9]{2}-[0-9]{2}"
_PLAIN = re.compile(
    packing.CELL.join(
        {
            "number": r"[\w.\-/〔〕()（）号]{1,40}",
            "payer_code": r"(?:[0-9A-Z]{18})?",
            "payer": _TEXT,
            "levy": r"[^\x1f]+",
            "base": _TEXT,
            "amount": r"[1-9][0-9]{0,10}(?:\.[0-9]{1,2})?",
            "basis": _TEXT,
            "issued": rf"(?:{_DAY})?",
            "due": _DAY,
        }[name]
        for name in packing.COLUMNS
    )
)
NUMBER, LEVY, AMOUNT, ISSUED, DUE = (
    list(packing.COLUMNS).index(name) for name in ("number", "levy", "amount", "issued", "due")
)


def plain(line: str, levies: dict[str, str], today: str) -> list[str] | None:
    """A row that is plainly right, as COPY reads its cells, in a small part of the form's time; else nothing."""
    if _PLAIN.fullmatch(line) is None or not line.replace(packing.CELL, "").isprintable():
        return None
    cells = line.split(packing.CELL)
    levy, issued, due = levies.get(cells[LEVY]), cells[ISSUED], cells[DUE]
    if levy is None or due < today or issued > today or not _is_day(due) or not (issued == "" or _is_day(issued)):
        return None
    cells[LEVY], cells[ISSUED] = levy, issued or copying.cell(None)
    return cells


@lru_cache(1_000)
def _is_day(text: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _formed(typed: dict[str, str], levies: dict[str, str], found: Found, place: int) -> list[str] | None:
    """A row as the form reads it; what is wrong with it goes to ``found``."""
    form = SourceRow(typed, levies=levies)
    if form.is_valid():
        given = (form.cleaned_data[name] for name in packing.COLUMNS)
        return [copying.cell(None if value is None else str(value)) for value in given]
    for name, errors in form.errors.as_data().items():
        for error in errors:
            found.problem(place, name, error.code or "invalid", error.messages[0])
    return None
