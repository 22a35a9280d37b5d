"""A pytest plugin that opens doors the tests watch: what the gates on uploads and roles must notice.

``pytest -p ops.security.open_doors``: every file comes in as it is, everybody may act for everybody. A few routes are
enough to be noticed.
"""

import sys

import pytest

MATRIX = "tests.access.test_matrix"
TRIED = ("as cases:", "as ledger:")


@pytest.fixture(autouse=True)
def _open_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.kernel.documents import clamd, inspection  # noqa: PLC0415 - Django is set up only now
    from apps.kernel.parties import acting  # noqa: PLC0415
    from apps.kernel.parties.models import Party  # noqa: PLC0415

    anything = inspection.FileType("application/octet-stream", (), bytes)
    passed = clamd.Scan(clamd.Verdict.CLEAN)
    monkeypatch.setattr(inspection, "inspect", lambda _name, content: (anything, content))
    monkeypatch.setattr(clamd, "scan", lambda _file: passed)
    monkeypatch.setattr(acting, "identity", lambda _user, ref: acting.Acting(Party.objects.get(ref=ref)))
    if MATRIX in sys.modules:
        few = [route for route in sys.modules[MATRIX].ROUTES if route.key.startswith(TRIED)]
        monkeypatch.setattr(sys.modules[MATRIX], "ROUTES", few)
