"""The clock of the scenarios: a Monday morning."""

import pytest
import time_machine
from django.test import Client

from apps.kernel.parties.models import User
from tests import factories_doors
from tests.factories_appointments import NOW


@pytest.fixture
def time():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def signed_in():
    """``signed_in(user)`` is a client with that user's session, after password and one-time code."""

    def sign(user: User) -> Client:
        return factories_doors.sign_in(Client(), user)

    return sign
