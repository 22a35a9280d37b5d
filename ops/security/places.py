"""Real addresses with parameters, by who may see them: what is handed to the scanners that attack parameters.

Each is asked once before a scan and must answer 200, so that the list cannot go stale unnoticed.
"""

import httpx

from ops.security.target import PATIENCE, Target

PLACES = {
    "": (
        "/search/?q=a",
        "/agencies/?words=a&kind=&district=&after=",
        "/offices/?district=&service=",
        "/policies/?q=a&topic=",
        "/datashare/?q=a&theme=&after=",
        "/datashare/api/3/action/package_search?q=a&rows=5&start=0",
        "/credit/a/?year=2025&name=a&after=",
        "/dishonesty/?q=a&after=",
        "/datashare/api/3/action/package_list?limit=5&offset=0",
        "/api/v1/agencies/?words=a&after=",
    ),
    "accountant": (
        "/as/{party}/search/?q=a",
        "/as/{party}/inbox/?after=1",
        "/as/{party}/account/?after=1",
        "/as/{party}/cases/?after=1",
        "/as/{party}/invoices/?side=issued&number=1&after=1",
        "/as/{party}/appointments/book/?day=2026-10-01",
        "/api/v1/cases/?after=1",
    ),
    "clerk": (
        "/counter/cases/?mine=1&after=1",
        "/counter/mail/?q=a",
        "/counter/agencies/?words=a&after=1",
        "/counter/monitoring/?kind=missed&policy=CIT-SLP&district=",
    ),
    "risk": ("/counter/risk/payers/?level=&indicator=",),
}
# The planted server has one fault for everybody and one for the signed-in.
PLANTED = {"": ("/search/?q=a",), "accountant": ("/as/{party}/search/?q=a",)}


def of(target: Target, account: str) -> list[str]:
    """The addresses of an account on this target.

    :raises RuntimeError: naming one that does not answer 200.
    """
    listed = (PLANTED if target.planted else PLACES).get(account, ())
    found = [target.address + place.format(party=target.party) for place in listed]
    for address in found:
        status = httpx.get(address, headers=target.headers(account), timeout=PATIENCE).status_code
        if status != 200:
            raise RuntimeError(f"{address} answers {status} to {account or 'nobody'}")
    return found
