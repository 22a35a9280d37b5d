"""The ledger's neighbours: the sandbox gateway with its control panel."""

import json

import httpx
import pytest

from apps.kernel.ledger.models import Payment
from apps.kernel.notifications import signatures


class Control:
    """What a test may do to the gateway: disturb callbacks, pay as a payer would."""

    def __init__(self, url: str, secret: str) -> None:
        self.url, self.secret = url, secret

    def __call__(self, **orders) -> None:
        body = json.dumps(orders).encode()
        headers = signatures.headers(b"POST /control\n" + body, secret=self.secret)
        assert httpx.post(f"{self.url}/control", content=body, headers=headers).status_code == 200

    def pays(self, payment: Payment, **how) -> None:
        """The payer pays at the gateway; its callback goes where the portal should be."""
        self(finish=payment.number, **how)


@pytest.fixture
def gateway_control(gateway) -> Control:
    """The control panel of a fresh sandbox gateway."""
    return Control(gateway.url, gateway.secret)
