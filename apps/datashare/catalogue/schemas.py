"""An entry's fields as others' tools read them: Table Schema, Data Package and ODCS contract (Art 16)."""

from typing import Any

import yaml

from apps.datashare.catalogue.models import DataField, Dataset, DatasetVersion, Frequency

LOGICAL = {  # our types in the words of the Open Data Contract Standard
    DataField.Type.STRING: "string",
    DataField.Type.INTEGER: "integer",
    DataField.Type.NUMBER: "number",
    DataField.Type.DATE: "date",
    DataField.Type.DATETIME: "timestamp",
    DataField.Type.BOOLEAN: "boolean",
}
ISO_INTERVALS = {
    Frequency.DAILY: (1, "d"),
    Frequency.WEEKLY: (7, "d"),
    Frequency.MONTHLY: (1, "m"),
    Frequency.QUARTERLY: (3, "m"),
    Frequency.YEARLY: (1, "y"),
}


def table_schema(version: DatasetVersion) -> dict[str, Any]:
    """The fields as a Table Schema, with every rule that a value must keep."""
    fields = list(version.fields.all())
    return {
        "fields": [_field(row) for row in fields],
        "primaryKey": [row.name for row in fields if row.key],
        "missingValues": [""],
    }


def data_package(dataset: Dataset) -> dict[str, Any]:
    """The entry as a Data Package; the data have no path here, because they go by grant only."""
    version = dataset.current
    return {
        "name": dataset.code,
        "title": version.title,
        "description": version.abstract,
        "version": str(version.number),
        "created": dataset.created_at.isoformat(timespec="seconds"),
        "keywords": version.keywords.split(),
        "contributors": [{"title": dataset.provider.name, "role": "publisher"}],
        "resources": [
            {
                "name": dataset.code,
                "profile": "tabular-data-resource",
                "data": [],
                "schema": table_schema(version),
            }
        ],
    }


def contract(dataset: Dataset) -> str:
    """The entry as an Open Data Contract (ODCS 3): schema, quality rules, service level, terms."""
    version = dataset.current
    levels: list[dict[str, Any]] = [{"property": "retention", "value": version.retention_days, "unit": "d"}]
    if version.frequency in ISO_INTERVALS:
        value, unit = ISO_INTERVALS[version.frequency]
        levels.insert(0, {"property": "frequency", "value": value, "unit": unit})
    document = {
        "apiVersion": "v3.0.2",
        "kind": "DataContract",
        "id": dataset.code,
        "version": f"{version.number}.0.0",
        "status": "active",
        "name": version.title,
        "domain": version.theme,
        "description": {
            "purpose": version.abstract,
            "usage": "; ".join(str(scenario) for scenario in version.scenarios.all()),
            "limitations": version.condition,
        },
        "team": [{"username": dataset.provider.code, "name": dataset.provider.name, "role": "provider"}],
        "support": [{"channel": "contact", "description": version.contact, "url": "tel:12366"}],
        "slaProperties": levels,
        "schema": [
            {
                "name": dataset.code.replace("-", "_"),
                "logicalType": "object",
                "physicalType": "table",
                "properties": [_property(row, version) for row in version.fields.all()],
            }
        ],
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)


def _field(row: DataField) -> dict[str, Any]:
    rules: dict[str, Any] = {"required": True} if row.required or row.key else {}
    if row.key:
        rules["unique"] = True
    if row.max_length:
        rules["maxLength"] = row.max_length
    if row.pattern:
        rules["pattern"] = row.pattern
    if row.codes:
        rules["enum"] = row.codes.split()
    for name, value in (("minimum", row.minimum), ("maximum", row.maximum)):
        if value is not None:
            rules[name] = f"{value.normalize():f}"
    described = {"name": row.name, "title": row.label, "type": row.type}
    return {**described, "constraints": rules} if rules else described


def _property(row: DataField, version: DatasetVersion) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": row.name,
        "businessName": row.label,
        "logicalType": LOGICAL[row.type],
        "required": row.required or row.key,
        "classification": row.classification,
        "criticalDataElement": row.key,
    }
    if row.party:
        described["tags"] = ["party-identifier"]
    if row.key:
        described |= {"primaryKey": True, "primaryKeyPosition": 1, "unique": True}
    options = {"maxLength": row.max_length, "pattern": row.pattern}
    options = {name: value for name, value in options.items() if value}
    if options and row.type == DataField.Type.STRING:
        described["logicalTypeOptions"] = options
    if row.codes:
        described["quality"] = [
            {"type": "library", "rule": "validValues", "validValues": row.codes.split(), "mustBe": 0}
        ]
    return described
