"""The load: citizens who submit and pay, departments that deliver and pull - each tries again until it is answered.

What was answered is noted, and only that: the notes are what the world outside may hold the portal to.
"""

import datetime as dt
import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx

from ops import demo
from sandbox.partners import sources
from sandbox.partners.api import Api, Away, Refused
from sandbox.partners.players import insurance

PAUSE = 0.5  # seconds before somebody who got no answer tries again
TIMEOUT = 20
SUBMISSION = {
    "procedure": "deferral",
    "detail": {
        "levy": "vat",
        "period": "2026-09",
        "amount": "100.00",
        "months": 1,
        "ground": "no_funds",
        "explanation": "客户延迟付款。",
    },
}
# The same answers as the row keeps them.
DETAIL = {"levy_id" if name == "levy" else name: value for name, value in SUBMISSION["detail"].items()}


@dataclass
class Notes:
    """What was answered, by whom it may be held against the portal."""

    cases: dict[str, str] = field(default_factory=dict)  # key of the submission -> number of the case
    fees: list[str] = field(default_factory=list)
    insurance: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # promises broken before everybody's eyes
    counted: Counter[str] = field(default_factory=Counter)


class Load:
    """Everybody who works on the portal during the storm, each in a thread."""

    def __init__(self, portal: str, notes: Notes, *, seed: int) -> None:
        self.portal, self.notes, self.seed = portal, notes, seed
        self.over = threading.Event()  # no new work
        self.given_up = threading.Event()  # no new attempt either
        self.threads: list[threading.Thread] = []

    def start(self, citizens: dict[str, dict[str, str]], payer: tuple[dict[str, str], str, list[str]]) -> None:
        """``citizens``: headers of signed-in people; ``payer``: headers, account and charges of somebody who pays."""
        everybody: list[tuple[Callable, tuple]] = [(self._citizen, each) for each in citizens.items()]
        everybody += [(self._payer, payer), (self._fees, ()), (self._insurance, ()), (self._pulls, ())]
        for work, arguments in everybody:
            self.threads.append(threading.Thread(target=work, args=arguments, daemon=True))
            self.threads[-1].start()

    def end(self, patience: float) -> None:
        """No new work; whoever waits for an answer may try on for some seconds."""
        self.over.set()
        until = threading.Timer(patience, self.given_up.set)
        until.start()
        for thread in self.threads:
            thread.join()
        until.cancel()

    # --- people --------------------------------------------------------------------------------------

    def _citizen(self, name: str, headers: dict[str, str]) -> None:
        rng = random.Random(f"{self.seed}/{name}")  # noqa: S311 - which request is repeated is no secret
        sent = {**headers, "Content-Type": "application/json"}
        with httpx.Client(base_url=self.portal, timeout=TIMEOUT) as browser, ThreadPoolExecutor(2) as hands:

            def submit(key: str) -> httpx.Response | None:
                return self._answered(
                    "submission",
                    lambda: browser.post(
                        "/api/v1/cases/", headers={**sent, "Idempotency-Key": key}, content=json.dumps(SUBMISSION)
                    ),
                )

            for number in self._turns(0.4):
                key = f"chaos-{name}-{number:05d}"
                twice = rng.random() < 0.3  # impatient people press the button again before the answer
                for answer in hands.map(submit, [key] * (2 if twice else 1)):
                    self._note_case(key, answer)

    def _note_case(self, key: str, answer: httpx.Response | None) -> None:
        if answer is None:
            return
        if answer.status_code != httpx.codes.CREATED:
            self.notes.broken.append(f"submission {key} was answered {answer.status_code}: {answer.text[:200]}")
            return
        number = answer.json()["number"]
        if self.notes.cases.setdefault(key, number) != number:
            self.notes.broken.append(f"submission {key} was {self.notes.cases[key]} and then {number}")

    def _payer(self, headers: dict[str, str], account: str, charges: list[str]) -> None:
        with httpx.Client(base_url=self.portal, timeout=TIMEOUT) as browser:
            for number in self._turns(0.8):
                if number >= len(charges):
                    return
                page = self._at_gateway(browser, headers, account, charges[number])
                if page is not None:
                    answer = self._answered("payment", lambda page=page: browser.post(page, data={"action": "pay"}))
                    self.notes.counted["paid at the gateway"] += answer is not None and answer.is_redirect

    def _at_gateway(self, browser: httpx.Client, headers: dict[str, str], account: str, charge: str) -> str | None:
        """The gateway's page for one charge; pressing again is harmless while the gateway is away."""
        while not self.given_up.is_set():
            answer = self._answered(
                "beginning of a payment",
                lambda: browser.post(f"{account}pay/", headers=headers, data={"charge": charge}),
            )
            if answer is None:
                return None
            where = urljoin(self.portal, answer.headers.get("Location", ""))
            if answer.is_redirect and not where.startswith(self.portal):
                return where
            if not answer.is_redirect:
                self.notes.counted[f"payment page answered {answer.status_code}"] += 1
            self.given_up.wait(PAUSE)
        return None

    # --- departments -----------------------------------------------------------------------------------

    def _fees(self) -> None:
        api = Api(self.portal, "demo-planning", demo.PASSWORD)
        for number in self._turns(1.0):
            prefix = f"CHAOS{number:04d}"
            if self._delivered("fee source", lambda prefix=prefix: _fee(api, prefix)):
                self.notes.fees.append(prefix)

    def _insurance(self) -> None:
        api = Api(self.portal, insurance.CLIENT, demo.PASSWORD)
        for number in self._turns(1.0):
            message, sent = f"chaos-{number:04d}", dt.datetime.now(dt.UTC)  # noqa: TID251 - the clock outside
            if self._delivered(
                "insurance message",
                lambda message=message, sent=sent, turn=1000 + number: insurance.deliver(
                    api, message=message, turn=turn, sent_at=sent
                ),
            ):
                self.notes.insurance.append(message)

    def _pulls(self) -> None:
        apis = [
            (Api(self.portal, f"demo-{office}", demo.PASSWORD), dataset)
            for office, dataset in (("water", "water-abstraction"), ("market", "market-enterprise-register"))
        ]
        for number in self._turns(3.0):
            api, dataset = apis[number % len(apis)]
            path = f"pulls/{dataset}/runs/"
            # While a run is open the answer is 400: nothing to do until it is through.
            self._delivered("pull", lambda api=api, path=path: api.post(path, {}, idempotency_key=path), fine=(400,))

    # --- trying again ------------------------------------------------------------------------------------

    def _turns(self, pause: float) -> Iterator[int]:
        number = 0
        while not self.over.wait(pause):
            yield number
            number += 1

    def _answered(self, what: str, send: Callable[[], httpx.Response]) -> httpx.Response | None:
        """The answer of somebody who tries until there is one; a 5xx is none. ``None``: given up."""
        while not self.given_up.is_set():
            self.notes.counted[f"{what}: attempts"] += 1
            try:
                answer = send()
            except httpx.HTTPError:
                pass
            else:
                if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    self.notes.counted[f"{what}: answered"] += 1
                    return answer
                self.notes.counted[f"{what}: {answer.status_code}"] += 1
            self.given_up.wait(PAUSE)
        return None

    def _delivered(self, what: str, call: Callable[[], object], *, fine: tuple[int, ...] = ()) -> bool:
        """Whether a department's message was taken; a refusal is a broken promise unless it was to be expected."""
        while not self.given_up.is_set():
            self.notes.counted[f"{what}: attempts"] += 1
            try:
                call()
            except Away:
                self.given_up.wait(PAUSE)
            except Refused as refusal:
                if refusal.status not in (*fine, 401):  # a token that is not known any more is fetched again
                    self.notes.broken.append(f"{what} was refused: {refusal}")
                if refusal.status != 401:
                    return False
            else:
                self.notes.counted[f"{what}: answered"] += 1
                return True
        return False


def _fee(api: Api, prefix: str) -> None:
    sources.deliver(
        api,
        prefix=prefix,
        levy="land-transfer",
        base="出让面积 10 平方米",
        basis="沪规划资源出让〔2026〕3{:02d}号",
        amount="100.00",
    )
