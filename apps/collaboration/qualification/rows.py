"""One determination as a department writes it, checked the same way from a page, a file or the API (Art 26).

Every mistake has a code, so that a department's system can act on it.
"""

import calendar
import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration import payers
from apps.collaboration.qualification import kinds
from apps.collaboration.qualification.models import QualificationDuty
from apps.kernel.forms import DateField
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock

# The columns of a file: their headings, in Chinese and in the API's words.
COLUMNS = {
    "kind": "资格种类",
    "number": "证书编号",
    "payer_code": "纳税人代码",
    "payer": "纳税人名称",
    "determined_on": "认定日期",
    "valid_from": "有效期起",
    "valid_to": "有效期止",
    "amount": "认定金额（元）",
    "basis": "认定依据",
}
OPTIONAL = ("valid_to", "amount")
IN_YUAN = RegexValidator(
    r"^\d{1,13}\.\d{2}$", gettext_lazy("金额以元为单位，写两位小数，例如 1000000.00；不写“万元”。"), code="unit"
)


class DeterminationRow(forms.Form):
    """A determination. ``office`` may only tell of kinds it determines."""

    kind = forms.CharField(label=gettext_lazy("资格种类"), max_length=60)
    number = forms.CharField(label=gettext_lazy("证书或者文书编号"), max_length=60)
    payer_code = forms.CharField(
        label=gettext_lazy("纳税人代码"),
        help_text=gettext_lazy("单位填统一社会信用代码，自然人填居民身份证号码。"),
        max_length=24,
    )
    payer = forms.CharField(label=gettext_lazy("纳税人名称"), max_length=120)
    determined_on = DateField(label=gettext_lazy("认定日期"))
    valid_from = DateField(label=gettext_lazy("有效期起"))
    valid_to = DateField(label=gettext_lazy("有效期止（长期的不填）"), required=False)
    amount = forms.CharField(
        label=gettext_lazy("认定金额（元，没有的不填）"),
        help_text=gettext_lazy("例如 1000000.00。"),
        required=False,
        validators=[IN_YUAN],
    )
    basis = forms.CharField(label=gettext_lazy("认定依据或者鉴定意见"), max_length=500)

    def __init__(self, *args, office: Office, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.office = office

    def clean_kind(self) -> kinds.Kind:
        """The kind by its code or its name; only one this department determines."""
        given = self.cleaned_data["kind"]
        mine = set(QualificationDuty.objects.filter(office=self.office).values_list("kind", flat=True))
        for code, row in kinds.in_force(clock.today()).items():
            if given in (code, row.title) and code in mine:
                return row
        allowed = "；".join(sorted(kinds.title(code) for code in mine))
        raise ValidationError(_("本部门不认定这种资格。可以填：%s。") % allowed, code="kind")

    def clean_amount(self):
        """Yuan with fen, or nothing."""
        given = self.cleaned_data["amount"]
        if not given:
            return None
        amount = forms.DecimalField(max_digits=16, decimal_places=2).clean(given)
        if amount <= ZERO:
            raise ValidationError(_("金额应大于零。"), code="unit")
        return amount

    def clean(self) -> dict[str, Any]:
        """The payer exists and can hold it, and the dates do not contradict each other."""
        found = super().clean()
        self._payer(found)
        self._dates(found)
        return found

    def _payer(self, found: dict[str, Any]) -> None:
        if "payer_code" not in found or "payer" not in found:
            return
        try:
            party = payers.named(found["payer_code"], found["payer"])
        except ValidationError as error:
            self.add_error(None if hasattr(error, "error_dict") else "payer_code", error)
            return
        kind = found.get("kind")
        if kind is not None and party.kind != kind.holder:
            self.add_error("payer_code", ValidationError(_("这种资格不能认定给这类纳税人。"), code="holder"))
        found["party"] = party

    def _dates(self, found: dict[str, Any]) -> None:
        kind, told = found.get("kind"), found.get("determined_on")
        begins, ends = found.get("valid_from"), found.get("valid_to")
        if told and told > clock.today():
            self.add_error("determined_on", ValidationError(_("认定日期不能晚于今天。"), code="dates"))
        if begins and ends and ends < begins:
            self.add_error("valid_to", ValidationError(_("有效期止不能早于有效期起。"), code="dates"))
        elif ends and told and ends < told:
            self.add_error("valid_to", ValidationError(_("有效期止不能早于认定日期。"), code="dates"))
        elif ends and ends < clock.today():
            self.add_error("valid_to", ValidationError(_("这项资格已经到期，不能再告知为有效。"), code="expired"))
        if kind is not None and begins and (wrong := beyond(kind, begins, ends)):
            self.add_error("valid_to", ValidationError(wrong, code="dates"))

    def first_mistake(self) -> tuple[str, str]:
        """The code of the first mistake, and all of them in words."""
        errors = [(name, each) for name, listed in self.errors.as_data().items() for each in listed]
        words = " ".join(f"{COLUMNS.get(name, name)}：{message}" for name, each in errors for message in each.messages)
        code = errors[0][1].code or "invalid"
        return ("missing" if code == "required" else code), words[:500]


def beyond(kind: kinds.Kind, begins: dt.date, ends: dt.date | None) -> str:
    """Why a validity goes beyond what the law lets a qualification of the kind last; empty when it does not."""
    if kind.months is None:
        return ""
    if ends is None:
        return _("这种资格有期限，请填写有效期止。")
    longest = _months_later(begins, kind.months)
    if ends <= longest:
        return ""
    message = _("有效期最长 %(months)d 个月（%(source)s），不能晚于 %(day)s。")
    return message % {"months": kind.months, "source": kind.source, "day": longest}


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
