"""`make chaos [SEED=7] [MINUTES=2]`: load and faults on a portal of its own, then every promise is checked.

Prints a table; exit status 1 when a promise is broken. The same seed brings the same faults at the same moments.
"""

import argparse
import importlib
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from email import message_from_bytes
from pathlib import Path

import django

from ops import ports
from ops.chaos.load import Load, Notes
from ops.chaos.storm import Storm, plan
from ops.processes import end_with_parent
from ops.run import Portal
from sandbox.gateway.store import Store

MOST_MINUTES = 4
CITIZENS = ("citizen", "elder", "guardian")
PAYER, CHARGES = "citizen", 300
ANSWER_PATIENCE = 60  # seconds somebody waiting for an answer has when the storm is over
DRAIN_PATIENCE = 600  # seconds until workers are through what the broker was filled with
QUIET_PATIENCE = 240  # seconds from then on until all that waits must have come to its end
SHOWN = 8  # faults of one kind that are printed


class Chaos:
    """One storm over one portal."""

    def __init__(self, place: Path, *, seed: int, seconds: float) -> None:
        self.seed, self.seconds = seed, seconds
        self.portal = Portal(ports.free(), state=place, given={"PATH": os.environ["PATH"], "LOG_LEVEL": "WARNING"})
        self.notes = Notes()

    def run(self) -> bool:
        """Whether every promise was kept."""
        try:
            self.portal.start()
            self._enter()
            load = Load(self.portal.environment["PUBLIC_URL"], self.notes, seed=self.seed)
            self.inside.forget_earlier_messages()
            account, owed = self.inside.owes(PAYER, CHARGES)
            load.start(
                {name: self.people.headers(name) for name in CITIZENS}, (self.people.headers(PAYER), account, owed)
            )
            storm = Storm(self.portal)
            faults = plan(self.seed, self.seconds)
            print(f"A storm of {len(faults)} faults in {self.seconds:.0f} s, SEED={self.seed}", flush=True)
            storm.blow(faults, self.seconds)
            time.sleep(4)
            print("The storm is over", flush=True)
            load.end(ANSWER_PATIENCE)
            storm.end()
            return self._report(storm, self._settle(storm))
        finally:
            self.portal.supervisor.stop()

    def _enter(self) -> None:
        """Set Django up on this portal; only then can what stands on it be imported."""
        os.environ.update({**self.portal.environment, "DJANGO_SETTINGS_MODULE": "taxportal.settings"})
        django.setup()
        self.people = importlib.import_module("bench.people")
        self.inside = importlib.import_module("ops.chaos.inside")
        self.promises = importlib.import_module("ops.chaos.promises")

    def _settle(self, storm: Storm) -> float:
        """Let the portal find and finish what was left lying. Whoever would begin new work leaves first."""
        django.db.connections.close_all()  # those the storm has broken
        storm.leave("partners")
        self.inside.begin_nothing_new()
        began = time.monotonic()
        while storm.queued() and time.monotonic() - began < DRAIN_PATIENCE:
            time.sleep(3)
        drained = time.monotonic()
        while self._left() and time.monotonic() - drained < QUIET_PATIENCE:
            self.inside.time_passes()
            time.sleep(3)
        quiet_after = time.monotonic() - began
        storm.leave("beat")
        return quiet_after

    def _left(self) -> bool:
        waiting = (self.promises.runs(), self.promises.orders(self.paid()), self.promises.outbox(self.arrived()))
        return any(True for promise in waiting for _fault in promise)

    # --- what the world outside knows --------------------------------------------------------------------

    def paid(self) -> dict[str, Decimal]:
        """What the gateway took money for."""
        return Store(self.portal.state / "gateway-orders").paid()

    def arrived(self) -> dict[str, Counter[str]]:
        """The ids of what each receiver took, and how often."""
        state = self.portal.state
        mails = (message_from_bytes(file.read_bytes())["Message-ID"] for file in (state / "mail").glob("*.eml"))
        found = {"mailbox": Counter(name.strip("<>").partition("@")[0] for name in mails)}
        for name in ("sms", "onenet"):
            file = state / name / "messages.jsonl"
            lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
            found[name] = Counter(json.loads(line)["key"] for line in lines)
        return found

    # --- the table -----------------------------------------------------------------------------------------

    def _report(self, storm: Storm, quiet_after: float) -> bool:
        promises, notes, paid, arrived = self.promises, self.notes, self.paid(), self.arrived()
        happened = {
            "submission": len(notes.cases),
            "payment": len(paid),
            "fee source": len(notes.fees),
            "insurance message": len(notes.insurance),
            "pull": notes.counted["pull: answered"],
            "message": sum(map(len, arrived.values())),
        }
        kept: list[tuple[str, int, Iterable[str]]] = [
            ("people and departments got through", sum(happened.values()), promises.enough(happened)),
            ("answers to the same request agree", len(notes.cases), notes.broken),
            ("acknowledged cases are there once and whole", len(notes.cases), promises.cases(notes.cases)),
            ("paid orders are settled and booked once", len(paid), promises.orders(paid)),
            ("the books balance", promises.entries(), promises.books()),
            ("departments' messages are there once", len(notes.fees) + len(notes.insurance),
             promises.partners(notes.fees, notes.insurance)),
            ("messages out: delivered or given up", happened["message"], promises.outbox(arrived)),
            ("no run is stuck", promises.begun(), promises.runs()),
            ("the evidence verifies", promises.events(), promises.evidence()),
        ]  # fmt: skip
        print("\nFaults      " + ", ".join(f"{what} {count}" for what, count in sorted(storm.done.items())))
        print("Load        " + ", ".join(f"{what} {count}" for what, count in sorted(notes.counted.items())))
        again = sum(count - 1 for taken in arrived.values() for count in taken.values())
        print(f"Outside     {again} messages arrived again under the same id; quiet after {quiet_after:.0f} s\n")
        lines = [self._line(what, looked_at, faults) for what, looked_at, faults in kept]  # all of them are shown
        return all(lines)

    @staticmethod
    def _line(what: str, looked_at: int, faults: Iterable[str]) -> bool:
        found = list(faults)
        print(f"{'BROKEN' if found else 'kept':<8}{what:<46}{looked_at:>8}{f'   {len(found)} faults' if found else ''}")
        for fault in found[:SHOWN]:
            print(f"          {fault}")
        return not found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--minutes", type=float, default=2)
    chosen = parser.parse_args()
    if not 0 < chosen.minutes <= MOST_MINUTES:
        parser.error(f"between 0 and {MOST_MINUTES} minutes")
    end_with_parent()
    with tempfile.TemporaryDirectory(prefix="taxportal-chaos-") as folder:
        well = Chaos(Path(folder), seed=chosen.seed, seconds=60 * chosen.minutes).run()
    print("Every promise was kept." if well else f"NOT every promise was kept (SEED={chosen.seed}).")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
