"""One row of a delivery: what it must hold, checked the same way from a page, a file or the API (Art 25)."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration.fees.models import FeeDuty
from apps.kernel.forms import DateField
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock

# The columns of a file: their headings, in Chinese and in the API's words.
COLUMNS = {
    "number": "费源编号",
    "payer_code": "缴费人代码",
    "payer": "缴费人名称",
    "levy": "征收项目",
    "base": "计费依据",
    "amount": "金额（元）",
    "basis": "依据文书",
    "issued": "文书日期",
    "due": "缴费期限",
}
MOST = Decimal("99999999999.99")


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
            allowed = "、".join(sorted({name for name in self.levies if not name.isascii()}))
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
class Checked:
    """What the check of a delivery found."""

    rows: list[dict[str, Any]] = field(default_factory=list)
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


def check(raw: list[Any], office: Office, *, progress: Callable[[int], None] = lambda done: None) -> Checked:
    """Every row's shape, and that no number comes twice. ``progress`` hears how many are done."""
    found, levies, seen = Checked(), levies_of(office), {}
    today = clock.today()
    for place, given in enumerate(raw, start=1):
        row = given if isinstance(given, dict) else {}
        typed = {name: "" if row.get(name) is None else str(row.get(name)) for name in COLUMNS}
        cleaned = _plain(typed, levies, today) or _formed(typed, levies, found, place)
        if cleaned is not None:
            if first := seen.get(cleaned["number"]):
                found.problem(place, "number", "doubled_row", _("费源编号与第 %d 行重复。") % first)
            seen.setdefault(cleaned["number"], place)
            found.rows.append({"row": place, **cleaned})
        if place % 200 == 0:
            progress(place)
    return found


# What a system writes: nothing to trim, a code of ours, money to the fen, a day as 2026-11-26.
_PLAIN = {
    "number": re.compile(r"[\w.\-/〔〕()（）号]{1,40}"),
    "payer_code": re.compile(r"(|[0-9A-Z]{18})"),
    "payer": re.compile(r"\S(.{0,118}\S)?"),
    "base": re.compile(r"\S(.{0,118}\S)?"),
    "basis": re.compile(r"\S(.{0,118}\S)?"),
    "amount": re.compile(r"[1-9][0-9]{0,10}(\.[0-9]{1,2})?"),
    "issued": re.compile(r"(|20[0-9]{2}-[0-9]{2}-[0-9]{2})"),
    "due": re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}"),
}


def _plain(typed: dict[str, str], levies: dict[str, str], today: dt.date) -> dict[str, Any] | None:
    """A row that is plainly right, as the form would give it at a thirtieth of the time; of any other, nothing."""
    levy = levies.get(typed["levy"])
    shaped = all(shape.fullmatch(typed[name]) and typed[name].isprintable() for name, shape in _PLAIN.items())
    if levy is None or not shaped:
        return None
    try:
        due = dt.date.fromisoformat(typed["due"])
        issued = dt.date.fromisoformat(typed["issued"]) if typed["issued"] else None
    except ValueError:
        return None
    if due < today or (issued or today) > today:
        return None
    return {**typed, "levy": levy, "amount": Decimal(typed["amount"]), "issued": issued, "due": due}


def _formed(typed: dict[str, str], levies: dict[str, str], found: Checked, place: int) -> dict[str, Any] | None:
    """A row as the form reads it; what is wrong with it goes to ``found``."""
    form = SourceRow(typed, levies=levies)
    if form.is_valid():
        return form.cleaned_data
    for name, errors in form.errors.as_data().items():
        for error in errors:
            found.problem(place, name, error.code or "invalid", error.messages[0])
    return None
