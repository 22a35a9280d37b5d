"""`make run`: the whole portal on this machine, until Ctrl-C.

PostgreSQL and Valkey, the sandboxes that play the outside world, worker, beat and web, each a
process of its own with a log under ``.run/log``.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from ops import demo, environment, ports
from ops.holding import HeldError, held
from ops.leftovers import Record
from ops.postgres import Postgres
from ops.processes import DidNotStartError, Service, end_with_parent
from ops.supervisor import Supervisor
from ops.valkey import Valkey

DATABASE = "taxportal"


class Portal:
    """One run of the portal, its data in a folder: this one's unless another is given.

    ``given`` is what the caller sets in place of what we would choose: the shell's environment, as a rule.
    """

    def __init__(self, port: int, *, state: Path = environment.STATE, given: Mapping[str, str] = os.environ) -> None:
        self.port = port
        self.state = state
        self.logs = self.state / "log"
        self.record = Record(self.state / "processes")
        self.supervisor = Supervisor(self.record)
        self.secrets = environment.keep_secrets(self.state / "env")
        self.gateway, self.identity, self.mailbox = ports.free(), ports.free(), ports.free()
        self.sms, self.onenet, self.sources = ports.free(), ports.free(), ports.free()
        self.environment = {
            **self.secrets,
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "STATE_DIR": str(self.state),
            "PORTAL_DEMO": "1",
            "PAYMENT_GATEWAY_URL": f"http://127.0.0.1:{self.gateway}",
            "OIDC_ISSUER_URL": f"http://127.0.0.1:{self.identity}",
            "OIDC_CLIENT_ID": "shanghai-tax-portal",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mailbox}",
            "SMS_GATEWAY_URL": f"http://127.0.0.1:{self.sms}/messages",
            "YWTB_PUSH_URL": f"http://127.0.0.1:{self.onenet}/messages",
            "YWTB_STATUS_URL": f"http://127.0.0.1:{self.onenet}/status",
            "PULLS_SANDBOX_URL": f"http://127.0.0.1:{self.sources}",
            # What the caller sets wins (DATABASE_URL and REDIS_URL above all), but for our own secrets.
            **{name: value for name, value in given.items() if name not in self.secrets},
        }

    def start(self) -> None:
        """Bring everything up, in the order in which one stands on the other."""
        self._start_servers()
        environment.write(self.state / "env", self._own_environment())
        print("Preparing the data", flush=True)
        subprocess.run([sys.executable, "-m", "ops.fill"], cwd=environment.HOME, env=self._full(), check=True)
        print("Starting sandboxes, worker, beat and web", flush=True)
        self.supervisor.start(*self._sandboxes(), *self._portal())
        self.supervisor.start(self._partners())

    def _start_servers(self) -> None:
        databases: list[Service] = []
        postgres = valkey = None
        if "DATABASE_URL" not in self.environment:
            postgres = Postgres(
                state=self.state,
                port=ports.free(),
                password=self.secrets["POSTGRES_PASSWORD"],
                log=self.logs / "postgres.log",
            )
            self.environment["DATABASE_URL"] = postgres.url(DATABASE)
            databases.append(postgres.service())
        if "REDIS_URL" not in self.environment:
            valkey = Valkey(
                state=self.state,
                port=ports.free(),
                password=self.secrets["REDIS_PASSWORD"],
                log=self.logs / "valkey.log",
            )
            self.environment["REDIS_URL"] = valkey.url
            databases.append(valkey.service())
        self.supervisor.start(*databases)
        if postgres is not None:
            postgres.create_database(DATABASE)

    def _sandboxes(self) -> list[Service]:
        mails = self.state / "mail"
        orders = self.state / "gateway-orders"
        return [
            self._python("gateway", self.gateway, "sandbox.gateway", "--port", self.gateway, "--state", orders),
            self._python("identity", self.identity, "sandbox.identity", "--port", self.identity),
            self._python("mailbox", self.mailbox, "sandbox.mailbox", "--port", self.mailbox, "--folder", mails),
            self._python(
                *("sources", self.sources, "sandbox.sources", "--port", self.sources),
                *("--token-from", "PULL_SANDBOX_TOKEN"),
            ),
            self._receiver("sms", "短信网关", self.sms, "SMS_GATEWAY_SECRET"),
            self._receiver("onenet", "一网通办", self.onenet, "YWTB_PUSH_SECRET"),
        ]

    def _receiver(self, name: str, title: str, port: int, secret: str) -> Service:
        """A sandbox that takes signed messages and shows them on a page."""
        options = ("--name", title, "--port", port, "--secret-from", secret, "--folder", self.state / name)
        return self._python(name, port, "sandbox.receiver", *options)

    def _portal(self) -> list[Service]:
        web = self._python(
            "web",
            self.port,
            *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", self.port, "--no-ws"),
            *("--workers", 2, "--blocking-threads", 8, "--respawn-failed-workers", "taxportal.wsgi:application"),
        )
        web.ready = lambda: ports.serves(f"http://127.0.0.1:{self.port}/readyz")
        workers = [
            self._worker("worker", "--queues", "celery", "--concurrency", 1),
            self._worker("prompt-worker", "--queues", "prompt", "--concurrency", 1),
        ]
        beat = self._python("beat", None, "celery", "-A", "taxportal", "beat", "--pidfile=", "--loglevel", "INFO")
        beat.ready = lambda: beat.has_said("beat: Starting")
        return [*workers, beat, web]

    def _worker(self, name: str, *options: object) -> Service:
        """A Celery worker under a name of its own."""
        command = ("celery", "-A", "taxportal", "worker", "--hostname", f"{name}@%h", "--loglevel", "INFO")
        worker = self._python(name, None, *command, *options)
        worker.ready = lambda: worker.has_said(" ready.")
        return worker

    def _partners(self) -> Service:
        """Departments, a bank and a court that work on the portal's API, once it serves."""
        partners = self._python("partners", None, "sandbox.partners", "--portal", f"http://127.0.0.1:{self.port}")
        partners.ready = lambda: partners.has_said("playing")
        return partners

    def _python(self, name: str, port: int | None, *command: object) -> Service:
        """A process of this interpreter, ready when its port answers."""
        return Service(
            name=name,
            command=[sys.executable, "-m", *map(str, command)],
            env=self._full(),
            cwd=environment.HOME,
            log=self.logs / f"{name}.log",
            ready=lambda: ports.answers(port),
        )

    def _full(self) -> dict[str, str]:
        return {**self.environment, "PYTHONUNBUFFERED": "1"}

    def _own_environment(self) -> dict[str, str]:
        """What ``manage.py`` needs to work on this portal: everything but the caller's shell."""
        names = [*self.secrets, "PUBLIC_URL", "STATE_DIR", "PORTAL_DEMO", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"]
        names += ["PAYMENT_GATEWAY_URL", "OIDC_ISSUER_URL", "OIDC_CLIENT_ID"]
        names += ["SMS_GATEWAY_URL", "YWTB_PUSH_URL", "YWTB_STATUS_URL", "PULLS_SANDBOX_URL"]
        return {name: self.environment[name] for name in names}


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def run(port: int) -> int:
    """Run until interrupted; the exit status."""
    started = time.monotonic()
    portal = Portal(port)
    former = portal.record.end_leftovers()
    if former:
        print(f"Ended what a former run left: {', '.join(former)}", flush=True)
    if ports.is_taken(port):
        print(f"Port {port} is in use by another program; choose one: make run PORT={port + 1}", file=sys.stderr)
        return 1
    try:
        portal.start()
        print(demo.welcome(portal.environment["PUBLIC_URL"], seconds=time.monotonic() - started), flush=True)
        print(demo.outside(sms=portal.sms, onenet=portal.onenet, mails=portal.state / "mail"), flush=True)
        portal.supervisor.watch()
    except KeyboardInterrupt:
        status = 0
    except (DidNotStartError, subprocess.CalledProcessError) as failure:
        print(failure, file=sys.stderr, flush=True)
        status = 1
    finally:
        for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(which, signal.SIG_IGN)
        print("\nStopping", flush=True)
        portal.supervisor.stop()
        portal.record.file.unlink(missing_ok=True)
    return status


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the portal with demonstration data until Ctrl-C.")
    parser.add_argument("--port", type=int, default=8000)
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # also when our shell ignores Ctrl-C for us
        signal.signal(which, _interrupt)
    end_with_parent()
    try:
        with held(environment.STATE / "lock"):
            return run(parser.parse_args().port)
    except (HeldError, PermissionError) as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
