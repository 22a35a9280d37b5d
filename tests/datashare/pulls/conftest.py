"""What every test of pulls stands on: a drop folder of its own, an officer, an entry of the catalogue."""

import pytest

from apps.datashare.pulls.reading import retrying
from apps.kernel.parties.models import Office, Role
from tests import factories, factories_pulls


@pytest.fixture(autouse=True)
def _own_places(settings, tmp_path, monkeypatch):
    settings.PULLS_DROP_DIR = str(tmp_path / "drop")
    settings.PULLS_ALLOWED_HOSTS = ["127.0.0.1"]
    settings.PULLS_ALLOW_LOOPBACK = True
    monkeypatch.setattr(retrying, "BASE_SECONDS", 0.01)


@pytest.fixture
def officer():
    return factories.staff(factories.department(), Role.OFFICER)


@pytest.fixture
def centre():
    return factories.staff(factories.department("大数据中心", Office.Kind.DATA_CENTRE), Role.OFFICER, name="陆洋")


@pytest.fixture
def dataset(officer):
    return factories_pulls.entry(officer)


@pytest.fixture
def source(dataset):
    return factories_pulls.source(dataset)
