"""A catalogue of 10,000 entries: its last page costs what its first costs, for people and for machines.

The entries are made in one transaction that is rolled back; pages are asked for in this process, so that nothing
but the page itself is measured. The aim is on the ratio of the last page to the first.
"""

import statistics
from time import perf_counter

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.datashare.catalogue.models import Arrival, DataField, Dataset, DatasetVersion
from apps.kernel.parties.models import Office, User
from apps.kernel.workcalendar import clock
from bench.figures import Figure

ENTRIES, FIELDS, ROUNDS = 10_000, 8, 15


def measure(_address: str) -> list[Figure]:
    """Milliseconds of the first and the last page, their ratio, and the statements each takes."""
    with transaction.atomic():
        last = _fill()
        figures = [
            *_compared("page of the catalogue", "/datashare/?", f"after={last - 20}"),
            *_compared("page of the feed (DCAT-AP, Turtle)", "/datashare/catalog.ttl?", f"after={last - 100}"),
            *_compared("page of the provider's list", "/partner/catalogue/?", f"after={last - 20}", officer="market"),
            *_skipped("CKAN package_list", "/datashare/api/3/action/package_list?limit=100", "&offset=9900"),
            *_skipped("CKAN package_search", "/datashare/api/3/action/package_search?rows=10", "&start=9900"),
        ]
        transaction.set_rollback(True)
    return figures


def _compared(what: str, path: str, after: str, officer: str = "") -> list[Figure]:
    first, few = _cost(path, officer)
    last, many = _cost(f"{path}{after}", officer)
    return [
        Figure(what=f"{what}: the first", value=first, unit="ms"),
        Figure(what=f"{what}: the last against the first", value=last / first, unit="times", at_most=1.5),
        Figure(what=f"{what}: statements more for the last", value=many - few, unit="queries", at_most=0),
    ]


def _skipped(what: str, path: str, offset: str) -> list[Figure]:
    """CKAN's own calls count from the beginning, so what lies before is read: little, and held to a time."""
    return [
        Figure(what=f"{what}: the first", value=_cost(path, "")[0], unit="ms"),
        Figure(what=f"{what}: 9,900 entries on", value=_cost(f"{path}{offset}", "")[0], unit="ms", at_most=25),
    ]


def _cost(address: str, officer: str) -> tuple[float, int]:
    """The median time of a page in milliseconds, and its statements; ``officer`` asks for it, or nobody known."""
    client = Client()
    if officer:
        client.force_login(User.objects.get(username=officer))
    client.get(address)
    seconds = []
    for _round in range(ROUNDS):
        began = perf_counter()
        answer = client.get(address)
        seconds.append(perf_counter() - began)
        if answer.status_code != 200:
            raise AssertionError((address, answer.status_code))
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return statistics.median(seconds) * 1000, len(asked)


def _fill() -> int:
    """Publish entries with fields and an arrival each; the key of the last."""
    provider, now = Office.objects.get(code="market"), clock.now()
    datasets = Dataset.objects.bulk_create(
        Dataset(code=f"bench-{number:05}", provider=provider) for number in range(ENTRIES)
    )
    versions = DatasetVersion.objects.bulk_create(
        DatasetVersion(
            dataset=dataset, number=1, state=DatasetVersion.State.PUBLISHED, published_at=now,
            title=f"登记信息 {dataset.code}", title_en=f"Register {dataset.code}", abstract="测速。",
            theme="registration", keywords="登记", sharing="unconditional", frequency="daily", security=1,
            retention_days=30, contact="测速",
        )
        for dataset in datasets
    )  # fmt: skip
    for dataset, version in zip(datasets, versions, strict=True):
        dataset.current = version
    Dataset.objects.bulk_update(datasets, ["current"], batch_size=1000)
    DataField.objects.bulk_create(
        (
            DataField(version=version, position=place, name=f"field{place}", label=f"数据项{place}", type="string")
            for version in versions
            for place in range(FIELDS)
        ),
        batch_size=5000,
    )
    Arrival.objects.bulk_create(Arrival(dataset=dataset, at=now, rows=1) for dataset in datasets)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE datashare_dataset, datashare_datasetversion, datashare_datafield, datashare_arrival")
    return datasets[-1].pk
