"""What keeps the evidence sound by itself: checkpoints, partitions, the check of the key, and the merkle tree."""

import base64
import datetime as dt
import hashlib
import threading

import pytest
import time_machine
from django.contrib.admin import site
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.audit import checkpoints, checks, log, partitions
from apps.kernel.audit.models import Checkpoint, Event, ReadLog, Stream
from apps.kernel.audit.offline import merkle_root
from apps.kernel.audit.purposes import Purpose
from apps.kernel.audit.tasks import prepare_partitions, write_checkpoints
from apps.kernel.parties.actors import Actor
from tests import factories
from tests.access.roles import Role
from tests.access.world import World

CLOCKS = Actor.system("clocks")


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_the_folded_tree_is_the_recursive_tree_of_rfc_6962(leaves):
    def tree(items: list[bytes]) -> bytes:
        if not items:
            return hashlib.sha256(b"").digest()
        if len(items) == 1:
            return items[0]
        split = 1 << (len(items) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + tree(items[:split]) + tree(items[split:])).digest()

    assert merkle_root(leaves) == tree(leaves)


@pytest.mark.django_db
def test_a_checkpoint_notes_only_heads_that_moved(evidence):
    log.record("a", "x", actor=CLOCKS)
    log.record("b", "x", actor=CLOCKS)
    write_checkpoints()
    write_checkpoints()
    log.record("b", "y", actor=CLOCKS)
    write_checkpoints()
    assert list(Checkpoint.objects.order_by("sequence").values_list("leaves", flat=True)) == [2, 1]
    assert sorted(path.name for path in evidence.iterdir()) == [
        "checkpoint-000000001.jsonl",
        "checkpoint-000000002.jsonl",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_stream_being_written_waits_for_the_next_checkpoint_and_holds_nobody_up(evidence):
    log.record("busy", "x", actor=CLOCKS)
    log.record("quiet", "x", actor=CLOCKS)
    holding, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            log.record("busy", "y", actor=CLOCKS)
            holding.set()
            release.wait(20)
        connections.close_all()

    writer = threading.Thread(target=hold)
    writer.start()
    assert holding.wait(10)
    assert checkpoints.write() == 1
    release.set()
    writer.join(20)
    assert checkpoints.write() == 1
    assert not Stream.objects.filter(pending=True).exists()


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_whose_commit_failed_is_followed_by_one_that_rests_on_its_file(evidence, monkeypatch):
    log.record("a", "x", actor=CLOCKS)

    class CrashError(Exception):
        pass

    def crash(**_kwargs):
        raise CrashError

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint.objects, "create", crash)
        with pytest.raises(CrashError):
            checkpoints.write()
    assert checkpoints.write() == 1
    assert [row.sequence for row in Checkpoint.objects.all()] == [2]
    assert len(list(evidence.iterdir())) == 2


@pytest.mark.django_db(transaction=True)
def test_many_writers_of_one_stream_make_one_unbroken_chain():
    def write() -> None:
        for _ in range(20):
            log.record("shared", "x", actor=CLOCKS)
        connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 81))


@pytest.mark.django_db
def test_without_a_key_no_checkpoint_pretends_to_be_signed(settings, evidence):
    log.record("a", "x", actor=CLOCKS)
    settings.AUDIT_SIGNING_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="AUDIT_SIGNING_KEY"):
        checkpoints.write()
    assert [message.id for message in checks.signing_key_is_usable()] == ["audit.W001"]
    settings.AUDIT_SIGNING_KEY = base64.b64encode(b"short").decode()
    assert [message.id for message in checks.signing_key_is_usable()] == ["audit.E001"]
    assert Stream.objects.get(name="a").pending


@pytest.mark.django_db
def test_partitions_are_made_ahead_and_a_month_with_stray_rows_is_left_alone_and_told(caplog):
    with time_machine.travel(dt.datetime(2040, 11, 20, tzinfo=dt.UTC), tick=False):
        log.record("a", "x", actor=CLOCKS)
        assert "audit_event_204102" in partitions.missing()
        prepare_partitions()
        assert partitions.missing() == ["audit_event_204011"]
        assert "audit_event_204011" in caplog.text
        assert partitions.prepare() == 0
    with time_machine.travel(dt.datetime(2041, 1, 20, tzinfo=dt.UTC), tick=False):
        log.record("a", "y", actor=CLOCKS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM audit_event ORDER BY seq")
        assert [row[0] for row in cursor.fetchall()] == ["audit_event_default", "audit_event_204101"]


@pytest.mark.django_db
@pytest.mark.usefixtures("plain_static_files")
def test_an_administrator_sees_the_evidence_and_can_change_none_of_it(rf):
    clerk = factories.staff(factories.tax_office())
    log.read(actor=clerk, party_id=7, what="profile", purpose=Purpose.CASEWORK, basis="受理 SH1")
    log.record("case/1", "accept", actor=clerk)
    admin = factories.user()
    admin.is_staff = admin.is_superuser = True
    admin.save()
    client = World({Role.ADMIN: admin}, {}).client(Role.ADMIN)
    page = client.get(reverse("admin:audit_readlog_changelist"), {"q": "reads/7"}).content.decode()
    assert "受理 SH1" in page
    assert "case/1" not in page
    assert "case/1" in client.get(reverse("admin:audit_event_changelist")).content.decode()
    event = Event.objects.get(action="accept")
    assert client.get(reverse("admin:audit_event_change", args=[event.pk])).status_code == 200
    assert client.post(reverse("admin:audit_event_change", args=[event.pk]), {"action": "x"}).status_code == 403
    assert client.get(reverse("admin:audit_event_add")).status_code == 403
    assert client.post(reverse("admin:audit_event_delete", args=[event.pk]), {"post": "yes"}).status_code == 403
    assert not site.get_model_admin(ReadLog).has_change_permission(rf.get("/"))
