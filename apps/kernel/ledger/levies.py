"""The levies and accounts of the books: loaded from dated files, found by code."""

from pathlib import Path

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _

from apps.kernel.ledger.models import Account, Levy

FILES = Path(__file__).parent / "data"


def names() -> dict[str, str | Promise]:
    """Every levy of the newest dated file by code, named in the reader's language; asks no database."""
    return {row["code"]: _in_language(row["name"], row["name_en"]) for row in _newest()["levies"]}


def _chosen(chinese: str, english: str) -> str:
    return english if translation.get_language() == "en" else chinese


_in_language = lazy(_chosen, str)


def _newest() -> dict[str, list[dict]]:
    return yaml.load(max(FILES.glob("levies-*.yaml")).read_text("utf-8"), Loader=yaml.CSafeLoader)


def load(using: str = "default") -> None:
    """Bring accounts and levies to the newest dated file; running it again changes nothing."""
    data = _newest()
    levies = [
        {"account_id" if name == "account" else name: value for name, value in row.items()} for row in data["levies"]
    ]
    with transaction.atomic(using=using):
        _upsert(Account, data["accounts"], using)
        _upsert(Levy, levies, using)


def _upsert(model, rows: list[dict], using: str) -> None:
    fields = [name.removesuffix("_id") for name in rows[0] if name != "code"]
    model.objects.using(using).bulk_create(
        [model(**row) for row in rows], update_conflicts=True, unique_fields=["code"], update_fields=fields
    )


def get(code: str) -> Levy:
    """The levy of a code."""
    levy = Levy.objects.filter(pk=code).first()
    if levy is None:
        raise ValidationError({"levy": _("没有代码为“%s”的税费种。") % code}, code="unknown_levy")
    return levy
