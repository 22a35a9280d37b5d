"""The conditions of a collector (代征单位资格条件) as dated law, and what was found (委托代征管理办法, Art 23)."""

import datetime as dt
from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration.delegated.models import ConditionFinding, DelegatedAgreement
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import parameters
from apps.kernel.rules.models import Parameter
from apps.kernel.workcalendar import clock

PREFIX = "delegated.condition."


def in_force(on: dt.date) -> dict[str, Parameter]:
    """The conditions of a day by the form's field names."""
    rows = parameters.rows(on).filter(code__startswith=PREFIX)
    return {row.code.removeprefix(PREFIX).replace("-", "_"): row for row in rows if row.number == 1}


class QualifyForm(forms.Form):
    """One tick a condition; the wording and its source are the law's of today."""

    lawful_body = forms.BooleanField(label=gettext_lazy("依法成立的单位"), required=False)
    premises = forms.BooleanField(label=gettext_lazy("固定的工作场所"), required=False)
    staff = forms.BooleanField(label=gettext_lazy("称职的工作人员"), required=False)
    accounting = forms.BooleanField(label=gettext_lazy("财务制度健全"), required=False)
    no_breach = forms.BooleanField(label=gettext_lazy("没有严重违约"), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        law = in_force(clock.today())
        for name in list(self.fields):
            if name in law:
                self.fields[name].label, self.fields[name].help_text = law[name].title, law[name].source
            else:
                del self.fields[name]  # no longer a condition


def record(agreement: DelegatedAgreement, found: Mapping[str, object], actor: Actor) -> None:
    """Keep what was found of every condition; all must be met.

    :raises ValidationError: naming each condition that is not: then the application is to be refused.
    """
    law = in_force(clock.today())
    missing = {
        name: [_("不符合这一条件的，不能委托代征；请由负责人作出不予核准的决定。")]
        for name in law
        if not found.get(name)
    }
    if missing:
        raise ValidationError(missing)
    for name, row in law.items():
        ConditionFinding.objects.update_or_create(
            agreement=agreement,
            code=name,
            defaults={
                "title": row.title,
                "source": row.source,
                "met": True,
                "found_at": clock.now(),
                "found_by": actor.user,
            },
        )
