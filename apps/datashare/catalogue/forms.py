"""What is asked of an entry and its fields."""

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from apps.datashare.catalogue import editing
from apps.datashare.catalogue.models import DataField, DatasetVersion, Sharing, Theme
from apps.kernel.forms import DateField
from apps.kernel.parties.models import Office


class EntryForm(forms.ModelForm):
    """What a version says of its data."""

    covers_from = DateField(label=_("数据起始日"), required=False)

    class Meta:
        model = DatasetVersion
        fields = [*editing.ABOUT_COLUMNS, "scenarios"]
        widgets = {"abstract": forms.Textarea(attrs={"rows": 4}), "scenarios": forms.CheckboxSelectMultiple}

    @property
    def about(self) -> dict:
        """The cleaned description, without the scenarios."""
        return {name: self.cleaned_data[name] for name in editing.ABOUT_COLUMNS}


class NewEntryForm(EntryForm):
    """A new entry also needs its identifier."""

    code = forms.SlugField(
        label=_("标识"),
        max_length=80,
        help_text=_("小写字母、数字和连字符，发布后不变。例如：market-enterprise-register。"),
    )
    field_order = ("code",)


class FieldForm(forms.ModelForm):
    """One field."""

    class Meta:
        model = DataField
        fields = editing.FIELD_COLUMNS


FieldFormSet = formset_factory(FieldForm, extra=3, can_delete=True, max_num=200, absolute_max=210)


class SearchForm(forms.Form):
    """Narrows the public catalogue."""

    q = forms.CharField(label=_("名称、摘要或者关键词"), max_length=60, required=False)
    theme = forms.ChoiceField(label=_("分类"), choices=[("", _("全部")), *Theme.choices], required=False)
    provider = forms.ModelChoiceField(
        Office.objects.filter(datasets__isnull=False).distinct().order_by("name"),
        label=_("提供单位"),
        to_field_name="code",
        required=False,
        empty_label=_("全部"),
    )
    sharing = forms.ChoiceField(label=_("共享属性"), choices=[("", _("全部")), *Sharing.choices], required=False)


class ReasonForm(forms.Form):
    """Why an entry is taken out."""

    reason = forms.CharField(label=_("撤销的原因"), max_length=300)
