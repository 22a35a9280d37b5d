"""Letters out of the outbox: claimed, posted and written down one by one, against only posting them (Articles 12, 15).

``LETTERS`` says how many (2,000 without). Both ways post the same signed bodies to the same receiver process from one
worker over connections that stay open; what the portal adds is that no letter is lost or sent twice when it dies.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import httpx
from django.conf import settings

from apps.kernel.notifications import delivery, outbox, posting, signatures
from apps.kernel.notifications.channels import by_code
from apps.kernel.notifications.models import ChannelCode, Delivery
from apps.kernel.parties.models import Party
from bench.figures import Figure
from ops import environment, ports
from ops.processes import Service

LETTERS = int(os.environ.get("LETTERS", "2000"))
SECRET = "the receiver of this benchmark and the portal share this"


def measure(_address: str) -> list[Figure]:
    """Letters a second of each way, their ratio, and whether each letter arrived once."""
    port = ports.free()
    settings.YWTB_PUSH_URL, settings.YWTB_PUSH_SECRET = f"http://127.0.0.1:{port}/messages", SECRET
    with tempfile.TemporaryDirectory(prefix="taxportal-bench-") as folder:
        receiver = _receiver(Path(folder), port)
        receiver.start()
        try:
            receiver.wait_ready()
            queued = _queue()
            bodies = [(str(each.pk), _body(each)) for each in queued]
            bare = _timed(lambda: [_post(f"bare-{key}", body) for key, body in bodies])
            waiting = Delivery.objects.filter(state__in=Delivery.WAITING).count()
            sent = _timed(lambda: _sweep(waiting))
            keys = {key for key, _body_ in bodies}
            arrived = [message["key"] for message in httpx.get(f"http://127.0.0.1:{port}/messages").json()["messages"]]
        finally:
            receiver.stop()
    return [
        Figure(what=f"{len(bodies):,} signed posts, nothing else", value=len(bodies) / bare, unit="letters/s"),
        Figure(what="letters claimed, posted, written down", value=waiting / sent, unit="letters/s"),
        Figure(what="share of only posting", value=bare / len(bodies) * waiting / sent, unit="ratio"),
        Figure(what="letters that did not arrive", value=len(keys - set(arrived)), unit="letters", at_most=0),
    ]


def _receiver(folder: Path, port: int) -> Service:
    options = ("--name", "bench", "--port", port, "--secret-from", "YWTB_PUSH_SECRET", "--folder", folder)
    return Service(
        name="receiver",
        command=[sys.executable, "-m", "sandbox.receiver", *options],
        env={**os.environ, "YWTB_PUSH_SECRET": SECRET},
        cwd=environment.HOME,
        log=folder / "receiver.log",
        ready=lambda: ports.answers(port),
    )


def _queue() -> list[Delivery]:
    """As many letters as asked for, none sent yet."""
    to = list(Party.objects.order_by("pk").values_list("pk", flat=True)[:LETTERS])
    while (queued := Delivery.objects.filter(state=Delivery.State.QUEUED, channel=ChannelCode.PUSH)).count() < LETTERS:
        outbox.send_many("insurance-billed", to, {}, about="bench", via=(ChannelCode.PUSH,))
    return list(queued.select_related("message")[:LETTERS])


def _body(letter: Delivery) -> bytes:
    return json.dumps(by_code(letter.channel).payload(letter), ensure_ascii=False).encode()


def _post(key: str, body: bytes) -> None:
    posting.post(settings.YWTB_PUSH_URL, body, {"Idempotency-Key": key, **signatures.headers(body, secret=SECRET)})


def _sweep(waiting: int) -> None:
    if (tried := delivery.deliver_due(limit=waiting)) != waiting:
        raise AssertionError((tried, waiting))


def _timed(work) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
