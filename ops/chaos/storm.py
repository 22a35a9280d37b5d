"""The storm: which fault comes when, by a seed; how each is done; and an init system that brings processes back."""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass

import httpx
import redis
from kombu.exceptions import OperationalError

from ops.processes import Service
from ops.run import Portal
from sandbox.gateway import signing
from taxportal.celery import app

# What can happen, and how often compared with the rest.
FAULTS = {
    "kill web": 4,
    "kill worker": 2,
    "kill prompt-worker": 3,
    "kill beat": 2,
    "kill gateway": 3,
    "kill partners": 1,
    "crash postgres": 2,
    "restart postgres": 1,
    "kill valkey": 2,
    "fill the broker with tasks": 1,
    "leave the broker no memory": 1,
    "disturb callbacks": 4,
    "receivers fail": 2,
}
STOPS_EVERYBODY = {"kill web", "crash postgres", "restart postgres"}
BREATH = 6.0  # seconds everybody is served before the next of these, or nobody would ever get through
TASKS = 1_000
NO_MEMORY_SECONDS = 8
COMES_BACK_AFTER = 2.0  # seconds between two starts of one process, as an init system waits


@dataclass(frozen=True)
class Fault:
    """One thing that happens, so many seconds after the beginning."""

    at: float
    what: str


def plan(seed: int, seconds: float) -> list[Fault]:
    """The faults of a storm; the same for the same seed. Each kind comes at least once if there is time."""
    rng = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    moments = []
    at = 4.0
    while at < seconds - 4:
        moments.append(at)
        at += rng.uniform(1.5, 7.0)
    kinds = list(FAULTS)
    rng.shuffle(kinds)
    more = rng.choices(list(FAULTS), weights=list(FAULTS.values()), k=max(0, len(moments) - len(kinds)))
    chosen = [*kinds, *more][: len(moments)]
    rng.shuffle(chosen)
    return [Fault(round(at, 1), what) for at, what in zip(moments, chosen, strict=True)]


class Storm:
    """Faults done to one running portal, and the one who brings its processes back."""

    def __init__(self, portal: Portal) -> None:
        self.portal, self.done = portal, Counter()
        self.started: dict[str, float] = {}
        self.reviver = threading.Thread(target=self._revive, daemon=True)
        self.reviver.start()

    def blow(self, faults: list[Fault], seconds: float) -> None:
        """Do the faults at their moments, or later where people must first be served again; none after the end."""
        began = time.monotonic()
        for fault in faults:
            time.sleep(max(0.0, began + fault.at - time.monotonic()))
            if fault.what in STOPS_EVERYBODY:
                self._breathe(began + seconds)
            if time.monotonic() > began + seconds:
                return
            done = self._do(fault.what)
            print(f"  {time.monotonic() - began:6.1f} s  {fault.what}{'' if done else ': still down'}", flush=True)
            self.done[fault.what] += done

    def _breathe(self, end: float) -> None:
        """Wait until the portal serves, and has served for some seconds, or the storm is at its end."""
        web, served_since = self._service("web"), None
        while time.monotonic() < end and (served_since is None or time.monotonic() - served_since < BREATH):
            if not web.ready():
                served_since = None
            elif served_since is None:
                served_since = time.monotonic()
            time.sleep(0.3)

    def end(self) -> None:
        """Bring everything back and see that it serves."""
        for service in self.portal.supervisor.services:
            until = time.monotonic() + service.patience
            while not (service.is_alive() and service.ready()):
                if time.monotonic() > until:
                    raise TimeoutError(f"{service.name} did not come back.\n{service.last_words()}")
                time.sleep(0.2)
        with self._broker() as broker:
            broker.config_set("maxmemory", 0)

    def leave(self, name: str) -> None:
        """Stop a process for good, in an orderly way."""
        service = self._service(name)
        self.portal.supervisor.services.remove(service)
        service.stop()

    def _do(self, what: str) -> bool:
        """Do a fault; false when what it would hit is not back from the last one: then nobody would notice."""
        kind, _, name = what.partition(" ")
        if kind == "kill":
            return self._signal(name, signal.SIGKILL)
        if what == "crash postgres":
            return self._signal("postgres", signal.SIGQUIT)  # "immediate": it comes back by recovering from its log
        if what == "restart postgres":
            return self._signal("postgres", signal.SIGINT)
        if what == "fill the broker with tasks":
            self._flood()
        elif what == "leave the broker no memory":
            threading.Thread(target=self._no_memory, daemon=True).start()
        elif what == "disturb callbacks":
            self._control(self.portal.gateway, {"plans": ["drop", "double", "hold", "drop"]}, signed=True)
        else:
            self._control(self.portal.sms, {"fault": "lost", "times": 2})
            self._control(self.portal.onenet, {"fault": "error", "times": 3})
            self._control(self.portal.onenet, {"fault": "lost", "times": 2})
        return True

    def _service(self, name: str) -> Service:
        return next(each for each in self.portal.supervisor.services if each.name == name)

    def _signal(self, name: str, which: signal.Signals) -> bool:
        service = self._service(name)
        if not service.is_alive() or not service.ready():
            return False
        if which == signal.SIGKILL:
            os.killpg(service.process.pid, which)
        else:
            service.process.send_signal(which)
        return True

    def _broker(self) -> redis.Redis:
        return redis.Redis.from_url(self.portal.environment["REDIS_URL"], socket_timeout=5, socket_connect_timeout=2)

    def queued(self) -> int:
        """How many tasks wait at the broker."""
        with self._broker() as broker:
            return sum(broker.llen(queue) for queue in app.amqp.queues)

    def _flood(self) -> None:
        try:
            with app.connection_for_write() as connection, connection.Producer() as producer:
                for _number in range(TASKS):
                    app.send_task("notifications.deliver_due", producer=producer, retry=False)
        except (OSError, redis.RedisError, OperationalError) as error:
            print(f"           the broker took no more: {type(error).__name__}", flush=True)

    def _no_memory(self) -> None:
        try:
            with self._broker() as broker:
                broker.config_set("maxmemory", 1)
                time.sleep(NO_MEMORY_SECONDS)
                broker.config_set("maxmemory", 0)
        except redis.RedisError:
            return  # it was killed meanwhile and comes back with memory

    def _control(self, port: int, orders: dict, *, signed: bool = False) -> None:
        body = json.dumps(orders).encode()
        secret = self.portal.secrets["PAYMENT_GATEWAY_SECRET"]
        headers = signing.headers(b"POST /control\n" + body, secret) if signed else {}
        try:
            httpx.post(f"http://127.0.0.1:{port}/control", content=body, headers=headers, timeout=5)
        except httpx.HTTPError:
            return  # down itself

    def _revive(self) -> None:
        """Start again what is dead, without waiting for it: what cannot work yet ends and is started again.

        Never returns: the kernel ends children when the thread that started them is gone.
        """
        while True:
            time.sleep(0.3)
            for service in list(self.portal.supervisor.services):
                again = self.started.get(service.name, 0.0) + COMES_BACK_AFTER
                if not service.is_alive() and time.monotonic() >= again:
                    service.stop()  # what it left behind in its process group
                    self.portal.supervisor.launch(service)
                    self.started[service.name] = time.monotonic()
