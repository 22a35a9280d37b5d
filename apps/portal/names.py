"""Chinese names of columns that were given none: for the lists and forms of the administration.

A foreign key is called what it points to, other columns what they are called everywhere. The names belong to what is
shown and not to the tables, so no migration knows them.
"""

from django.apps import apps
from django.db.models import Field
from django.utils.translation import gettext_lazy as _

CALLED = {
    "id": _("编号"),
    "ref": _("编号"),
    "idempotency_key": _("防重复标识"),
    "last_party": _("处理到的纳税缴费人"),
    "client_id": _("系统标识"),
    "client_secret": _("系统密钥"),
    "client_type": _("系统类型"),
    "authorization_grant_type": _("授权方式"),
}
PLAIN = {"ID", "client ID", "client secret", "client type", "authorization grant type"}


def give() -> None:
    """Name every column of this portal that has only the name of its attribute."""
    for model in apps.get_models():
        if model.__module__.startswith("apps."):
            for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's public name for it
                if _unnamed(field):
                    field.verbose_name = _name(field)


def _unnamed(field: Field) -> bool:
    return field.verbose_name in PLAIN or field.verbose_name == field.name.replace("_", " ")


def _name(field: Field) -> object:
    if field.is_relation:
        return field.related_model._meta.verbose_name  # noqa: SLF001 - as above
    return CALLED.get(field.name, field.verbose_name)
