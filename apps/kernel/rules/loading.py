"""Loads the law from its dated files: adds, corrects what nobody reviewed, leaves reviewed rows alone."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.kernel.rules.models import LegalDocument, Parameter
from apps.kernel.rules.parameters import SHANGHAI
from apps.kernel.rules.terms import PREFIX
from apps.kernel.rules.values import Shape

LAW = Path(__file__).parent / "law"
# Time limits are loaded as in force throughout: the files state no start for them.
FROM_THE_BEGINNING = dt.date(2020, 1, 1)
REVIEWED = Parameter.Review.REVIEWED
_ROW_FIELDS = (
    "valid_to",
    "title",
    "shape",
    "value",
    "unit",
    "comparator",
    "document_id",
    "clause",
    "confidence",
    "review",
)


@dataclass
class Report:
    """What loading did: how many rows of each outcome, and each change in words."""

    counts: Counter[str] = field(default_factory=Counter)
    changes: list[str] = field(default_factory=list)


@transaction.atomic
def load(law: Path = LAW) -> Report:
    """Bring the tables up to the files. Running it again changes nothing.

    :raises ValidationError: when a file does not say what a rule must say, naming file and code.
    """
    report = Report()
    documents = _load_documents(_read(law / "documents.yaml"), report)
    existing = {(row.code, row.region, row.valid_from): row for row in Parameter.objects.all()}
    # Once two people have decided on a rule, all its periods are theirs: cutting one moved another's end.
    decided = {(code, region) for (code, region, _from), row in existing.items() if row.review == REVIEWED}
    seen = set()
    for row in _seeds(law, documents):
        key = (row.code, row.region, row.valid_from)
        if key in seen:
            raise ValidationError(f"{row}: written twice in the files")
        seen.add(key)
        known = existing.get(key)
        if (row.code, row.region) in decided:
            _leave_alone(row, known, report)
        else:
            _load_row(row, known, report)
    return report


def _load_documents(entries: list[dict[str, Any]], report: Report) -> dict[str, LegalDocument]:
    existing = {document.code: document for document in LegalDocument.objects.all()}
    for entry in entries:
        if entry["code"] not in existing:
            existing[entry["code"]] = LegalDocument.objects.create(**entry)
            report.counts["documents"] += 1
    return existing


def _load_row(row: Parameter, known: Parameter | None, report: Report) -> None:
    if known is None:
        row.save(force_insert=True)
        report.counts["added"] += 1
    elif changed := _differences(row, known):
        row.pk = known.pk
        row.save(force_update=True)
        report.counts["corrected"] += 1
        report.changes.append(f"{row}: corrected {', '.join(changed)}")


def _leave_alone(row: Parameter, known: Parameter | None, report: Report) -> None:
    report.counts["reviewed rules left alone"] += 1
    if known is None or _differences(row, known):
        report.changes.append(f"{row}: reviewed here, the file differs; propose a change if the file is right")


def _differences(row: Parameter, known: Parameter) -> list[str]:
    return [name for name in _ROW_FIELDS if getattr(known, name) != getattr(row, name)]


def _seeds(law: Path, documents: dict[str, LegalDocument]) -> Iterator[Parameter]:
    for path in sorted((law / "parameters").glob("*.yaml")):
        for entry in _read(path):
            shared = {key: value for key, value in entry.items() if key != "rows"}
            for dated in entry["rows"]:
                yield _row(path, shared | dated, documents)
    for entry in _read(law / "clocks.yaml"):
        limit = {key: entry[key] for key in ("term", "unit", "note") if key in entry}
        rest = {key: value for key, value in entry.items() if key not in limit and key != "code"}
        yield _row(
            law / "clocks.yaml",
            {"code": PREFIX + entry["code"], "shape": Shape.TERM, "value": limit, **rest},
            documents,
        )


def _row(path: Path, seed: dict[str, Any], documents: dict[str, LegalDocument]) -> Parameter:
    seed = dict(seed)
    confidence = seed["confidence"]
    row = Parameter(
        code=seed.pop("code"),
        region=seed.pop("region", SHANGHAI),
        valid_from=seed.pop("from", FROM_THE_BEGINNING),
        valid_to=seed.pop("to", None),
        document=documents[seed.pop("document")],
        # Confirmed: the public text was read. Everything else waits for review.
        review=Parameter.Review.CONFIRMED if confidence == Parameter.Confidence.CONFIRMED else Parameter.Review.PENDING,
        **seed,
    )
    try:
        row.clean_fields()
        row.clean()
    except ValidationError as error:
        raise ValidationError(f"{path.name}: {row.code}: {error}") from error
    return row


def _read(path: Path) -> list[dict[str, Any]]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or []
