"""What the gates look at: a folder of code, a server, and who is signed in there."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from ops import demo

PATIENCE = 30  # seconds for one page
LOGIN, SECOND_FACTOR = "/accounts/login/", "/accounts/2fa/authenticate/"
# Partner systems of the demonstration, and the rooms of the API their scopes open.
SYSTEMS = {
    "registry": "^/api/v1/(cases|registry)/",
    "hrss": "^/api/v1/(catalogue|corrections|insurance|qualifications|pulls|quality|supply)/",
    "planning": "^/api/v1/fees/",
    "market": "^/api/v1/(market|credit)/",
    "bank": "^/api/v1/accounts/",
    "court": "^/api/v1/enforcement/",
    "price": "^/api/v1/prices/",
    "street-310101": "^/api/v1/delegated/",
}
PEOPLE = ("accountant", "clerk", "auditor", "risk", "medical")


@dataclass(frozen=True, kw_only=True)
class Target:
    """Code in a folder, a server, and the headers of those who are signed in, by account."""

    code: Path
    address: str
    signed_in: Mapping[str, Mapping[str, str]]
    party: str  # whom the taxpayer's account acts for
    log: Path  # what the server wrote of requests that failed
    settings: Mapping[str, str]  # the environment our tests run in
    planted: bool = False

    @property
    def schema(self) -> str:
        """Where the description of the API is."""
        return f"{self.address}/api/v1/schema/"

    def headers(self, account: str) -> Mapping[str, str]:
        """What a request as this account carries; nothing for nobody."""
        return self.signed_in.get(account, {})


def at(address: str, **other: Any) -> Target:
    """A server of the demonstration or of the planted faults; a taxpayer, staff and a partner system are signed in."""
    signed_in = {account: session(address, account) for account in PEOPLE}
    signed_in |= {f"demo-{code}": {"Authorization": f"Bearer {token(address, code)}"} for code in SYSTEMS}
    home = httpx.get(address, headers=signed_in["accountant"], timeout=PATIENCE)
    party = home.headers["Location"].strip("/").removeprefix("as/")
    return Target(address=address, signed_in=signed_in, party=party, **other)


def session(address: str, account: str) -> dict[str, str]:
    """Sign in as a person does; the headers of a request in that session, forms included."""
    with httpx.Client(base_url=address, timeout=PATIENCE, follow_redirects=True) as browser:
        browser.get(LOGIN)
        _send(browser, LOGIN, username=account, password=demo.PASSWORD)
        if account not in demo.TAXPAYERS:
            _send(browser, SECOND_FACTOR, code=demo.one_time_code(time.time()))  # noqa: TID251 - of this half minute
        if "sessionid" not in browser.cookies:
            raise RuntimeError(f"{account} could not sign in at {address}")
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        return {"Cookie": cookies, "X-CSRFToken": browser.cookies["csrftoken"]}


def _send(browser: httpx.Client, page: str, **form: str) -> None:
    answer = browser.post(page, data={**form, "csrfmiddlewaretoken": browser.cookies["csrftoken"]})
    answer.raise_for_status()


def token(address: str, code: str) -> str:
    """What a partner system of the demonstration gets at the token endpoint."""
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(f"{address}/oauth/token/", data=form, auth=(f"demo-{code}", demo.PASSWORD), timeout=PATIENCE)
    return answer.raise_for_status().json()["access_token"]
