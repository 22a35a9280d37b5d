"""What the pages of credit ask for (Art 34)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import DateField, MoneyField
from apps.supervision.credit.indicators import ENTERED
from apps.supervision.credit.measures import LONGEST
from apps.supervision.credit.models import MeasureTask, Proposal


def _words(label, limit: int, rows: int = 4, **more) -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **more)


class RepairForm(forms.Form):
    """How it was mended, where the data do not show it."""

    explanation = _words(_("怎样、什么时候纠正的"), 1000, help_text=_("主管税务机关会核实。证明材料可以在提交后补充。"))


class DisputeForm(forms.Form):
    """What is wrong, and why."""

    grounds = _words(_("哪里不对，有什么事实"), 2000)


class SearchForm(forms.Form):
    """A payer by its code or full name."""

    payer = forms.CharField(label=_("统一社会信用代码或者名称"), max_length=120)


class ProposalForm(forms.ModelForm):
    """A deduction with its evidence."""

    code = forms.ChoiceField(label=_("扣分指标"), choices=[("", _("请选择")), *ENTERED])
    happened_on = DateField(label=_("发生日期"))
    tax = MoneyField(label=_("涉及税费（元）"), required=False, min_value=0)

    class Meta:
        model = Proposal
        fields = ["code", "period", "happened_on", "tax", "evidence"]
        widgets = {"evidence": forms.Textarea(attrs={"rows": 4})}


class DecisionForm(forms.Form):
    """Agree or not; not agreeing needs a reason."""

    accepted = forms.TypedChoiceField(
        label=_("是否同意扣分？"),
        choices=[("yes", _("同意")), ("no", _("不同意"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    opinion = _words(_("意见"), 500, 3, required=False, help_text=_("不同意的必须填写。"))


class YearForm(forms.Form):
    """Which year to evaluate."""

    year = forms.IntegerField(label=_("评价年度"), min_value=2020, max_value=2100)


class ReportForm(forms.Form):
    """What the department did."""

    state = forms.ChoiceField(
        label=_("结果"),
        choices=[(state.value, state.label) for state in (MeasureTask.State.DONE, MeasureTask.State.DECLINED)],
        widget=forms.RadioSelect,
    )
    report = _words(_("执行情况或者不适用的理由"), LONGEST)
