"""Posts to other systems (Arts 12, 15): connections that stay open, one limit of time, one reading of answers."""

from collections.abc import Mapping
from functools import cache

import httpx

TIMEOUT = httpx.Timeout(10, connect=3)
FINAL_REFUSALS = frozenset({400, 404, 409, 410, 422})


class DeliveryRefused(Exception):
    """The receiver says this can never be delivered: no use in trying again."""


@cache
def client() -> httpx.Client:
    """This process's connections: making one ready to speak TLS costs more than most posts.

    None is kept longer than five seconds after its last use, so a receiver that moves is found at once.
    """
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
    """Hand over a JSON body and return the receiver's good answer.

    :raises DeliveryRefused: when the receiver says it will never take this post.
    :raises httpx.HTTPError: whenever it may be tried again.
    """
    answer = client().post(url, content=body, headers={"Content-Type": "application/json", **headers}, timeout=TIMEOUT)
    if answer.status_code in FINAL_REFUSALS:
        raise DeliveryRefused(f"HTTP {answer.status_code}")
    if not answer.is_success:
        raise httpx.HTTPStatusError(f"HTTP {answer.status_code}", request=answer.request, response=answer)
    return answer
