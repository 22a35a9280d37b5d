"""Run the partners: ``python -m sandbox.partners --portal http://127.0.0.1:8000``; ``--once`` plays each once.

Each player is asked in its own rhythm. When the portal is away, pauses grow up to five minutes; what a player was
refused is logged and does not stop the others. The process ends with whoever started it.
"""

import argparse
import logging
import os
import pkgutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from ops.processes import end_with_parent
from sandbox.partners import players
from sandbox.partners.api import Api, Away, Refused

DEMO_SECRET = "Portal-demo-2026"  # noqa: S105 - public, and only there when PORTAL_DEMO is on
LONGEST_PAUSE = 300
logger = logging.getLogger("partners")


def found() -> Iterator[ModuleType]:
    """Every player, by name of its module."""
    for module in sorted(pkgutil.iter_modules(players.__path__), key=lambda each: each.name):
        yield import_module(f"{players.__name__}.{module.name}")


class Part:
    """One player with its connection and when it is its turn."""

    def __init__(self, player: ModuleType, portal: str, secret: str) -> None:
        self.player, self.api = player, Api(portal, player.CLIENT, secret)
        self.next_turn, self.failures = 0.0, 0

    def turn(self) -> bool:
        """Play once; whether the portal was there."""
        name = self.player.NAME
        try:
            done = self.player.play(self.api)
        except Away as reason:
            self.failures += 1
            pause = min(LONGEST_PAUSE, 5 * 2**self.failures)
            self.next_turn = time.monotonic() + pause
            logger.warning("%s: the portal is away (%s), again in %d s", name, reason, pause)
            return False
        except Refused as refusal:
            logger.warning("%s: refused, %s", name, refusal)
            done = 0
        self.failures, self.next_turn = 0, time.monotonic() + self.player.EVERY
        if done:
            logger.info("%s: %d", name, done)
        return True


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.partners", description=__doc__)
    parser.add_argument("--portal", required=True)
    parser.add_argument("--once", action="store_true")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    end_with_parent()
    secret = os.environ.get("PARTNER_SECRET", DEMO_SECRET)
    parts = [Part(player, chosen.portal, secret) for player in found()]
    logger.info("playing %s", ", ".join(part.player.NAME for part in parts))
    if chosen.once:
        served = [part.turn() for part in parts]  # everybody plays, whoever finds nobody there
        return 0 if all(served) else 1
    over = threading.Event()
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, lambda *_: over.set())
    while not over.is_set():
        for part in parts:
            if not over.is_set() and time.monotonic() >= part.next_turn:
                part.turn()
        over.wait(1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
