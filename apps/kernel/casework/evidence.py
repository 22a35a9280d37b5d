"""Files that offices put on a case between them: opinions, reports, evidence."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.casework.models import Case
from apps.kernel.casework.page_parts import Part
from apps.kernel.documents import uploads
from apps.kernel.documents.models import Upload
from apps.kernel.parties.actors import Actor


class EvidenceForm(forms.Form):
    """One file for the case."""

    evidence = forms.FileField(
        label=gettext_lazy("文件"), help_text=gettext_lazy("PDF、图片或者办公文档；一次一份，可以多次添加。")
    )


def optional() -> forms.FileField:
    """The field of a form that may bring a file with it."""
    return forms.FileField(label=gettext_lazy("证明材料（可以不附）"), required=False)


def keep(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Take in the file that came with an action, if one did.

    :raises ValidationError: on ``evidence``, when the file must not come in.
    """
    file = data.get("evidence")
    if not file:
        return
    try:
        uploads.receive(file, actor=actor, about=case.about)
    except ValidationError as error:
        raise ValidationError({"evidence": error.messages}) from error


def required(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Take in the file an action is about.

    :raises ValidationError: on ``evidence``, when none came or it must not come in.
    """
    if not data.get("evidence"):
        raise ValidationError({"evidence": _("请选择要添加的文件。")})
    keep(case, actor, data)


def of_case(case: Case, actor: Actor) -> Part | None:
    """The files offices put on a case, for those of its page's readers who work in an office."""
    if actor.party is not None:
        return None
    files = list(Upload.objects.filter(about=case.about, office__isnull=False).select_related("office").order_by("pk"))
    return Part("collaboration/_evidence.html", files) if files else None
