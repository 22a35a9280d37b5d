"""A request through the API of cases: the same door, given codes instead of rows (Art 17)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.datashare.access import asks, require
from apps.datashare.catalogue.models import Dataset, Scenario
from apps.datashare.requests import rules
from apps.datashare.requests.models import DataRequest
from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor

ASKED = ("dataset", "scenario", "kind", "fields", "purpose", "basis", "months")
NEEDED = tuple(name for name in ASKED if name != "scenario")


def opened(actor: Actor, given: dict[str, Any], key: str) -> Case:
    """A draft from ``{dataset, scenario, kind, fields, purpose, basis, months}``; dataset and scenario by code.

    :raises ValidationError: naming each field that is missing or unknown.
    """
    require(asks(actor), "data.ask", actor, str(given.get("dataset", ""))[:80])
    missing = {name: _("请填写这一项。") for name in NEEDED if given.get(name) in (None, "", [])}
    if missing:
        raise ValidationError(missing)
    first = Case.objects.filter(opened_by=actor.user, idempotency_key=key).first()
    if first is not None:
        return first
    dataset = Dataset.objects.published().filter(code=str(given["dataset"])).first()
    if dataset is None:
        raise ValidationError({"dataset": _("目录中没有这项数据。")})
    scenario = None
    if given.get("scenario"):
        scenario = Scenario.objects.filter(code=str(given["scenario"])).first()
        if scenario is None:
            raise ValidationError({"scenario": _("没有这个应用场景。")})
    fields = given["fields"] if isinstance(given["fields"], list) else str(given["fields"]).split()
    months = given["months"]
    if isinstance(months, bool) or not str(months).isdecimal() or len(str(months)) > len("36"):
        raise ValidationError({"months": _("请填写 1 至 36 的整数。")})
    detail = {
        "office": actor.office,
        "dataset": dataset,
        "scenario": scenario,
        "kind": str(given["kind"]),
        "fields": [str(name) for name in fields],
        "purpose": str(given["purpose"]),
        "basis": str(given["basis"]),
        "months": int(str(months)),
    }
    row = DataRequest(**detail)
    row.full_clean(exclude=["case"])
    rules.check(row)
    return cases.open_case(procedures.get("data-request"), actor, detail, idempotency_key=key)
