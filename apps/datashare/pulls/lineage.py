"""OpenLineage events of a run: kept on the run, appended to a file and posted to an endpoint where configured."""

import json
import uuid
from pathlib import Path
from typing import Any

import httpx
from celery import shared_task
from django.conf import settings
from django.db import transaction

from apps.datashare.pulls.models import Pull
from apps.kernel.workcalendar import clock

PRODUCER = "https://github.com/shanghai-tax-portal"
SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
NAMESPACE = uuid.UUID("6f2a6c58-6d5b-5b0e-9b53-0a6b6a1b7f10")
TIMEOUT = httpx.Timeout(5, connect=2)


def note(run: Pull, kind: str, why: str = "") -> None:
    """Add an event to the run; the caller saves it. It leaves the portal after commit."""
    event = _event(run, kind, why)
    run.lineage = [*run.lineage, event]
    transaction.on_commit(lambda: _send(event))


def _event(run: Pull, kind: str, why: str) -> dict[str, Any]:
    dataset = run.source.dataset
    statistics = {"_producer": PRODUCER, "_schemaURL": SCHEMA, "rowCount": run.inserted + run.updated}
    facets: dict[str, Any] = {}
    if why:
        facets["errorMessage"] = {
            "_producer": PRODUCER,
            "_schemaURL": SCHEMA,
            "message": why,
            "programmingLanguage": "Python",
        }
    source = {"namespace": run.source.kind, "name": run.file_name or run.source.address}
    if run.file_hash:
        source["facets"] = {
            "version": {"_producer": PRODUCER, "_schemaURL": SCHEMA, "datasetVersion": f"sha256:{run.file_hash}"}
        }
    return {
        "eventType": kind,
        "eventTime": clock.now().isoformat(),
        "producer": PRODUCER,
        "schemaURL": SCHEMA,
        "run": {"runId": str(uuid.uuid5(NAMESPACE, run.ref)), "facets": facets},
        "job": {"namespace": settings.PULLS_LINEAGE_NAMESPACE, "name": f"pull.{dataset.code}"},
        "inputs": [source],
        "outputs": [
            {
                "namespace": settings.PULLS_LINEAGE_NAMESPACE,
                "name": dataset.code,
                "facets": {"version": {**statistics, "datasetVersion": str(run.version.number)}},
                "outputFacets": {"outputStatistics": statistics},
            }
        ],
    }


def _send(event: dict[str, Any]) -> None:
    if settings.PULLS_LINEAGE_FILE:
        with Path(settings.PULLS_LINEAGE_FILE).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(event, ensure_ascii=False) + "\n")
    if settings.PULLS_LINEAGE_URL:
        post.delay(event)


@shared_task(name="pulls.post_lineage", autoretry_for=(httpx.HTTPError,), retry_backoff=True, max_retries=5)
def post(event: dict[str, Any]) -> None:
    """Post one event to the endpoint.

    :raises httpx.HTTPError: the endpoint is away or refuses; the task tries again.
    """
    httpx.post(settings.PULLS_LINEAGE_URL, json=event, timeout=TIMEOUT).raise_for_status()
