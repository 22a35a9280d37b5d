"""A gate is believed only when it names everything that was planted."""

import pytest

from ops.security.__main__ import Gate, judge
from ops.security.live import _failures
from ops.security.scanners import DidNotEndError

PLANTED, PORTAL = "planted", "portal"


def gate(of: dict[str, list[str]], *sees: str) -> Gate:
    return Gate("a gate", lambda target: of[target], sees)


@pytest.mark.parametrize(
    ("planted", "portal", "verdict"),
    [
        (["SQL injection: /search/", "script: /search/"], [], "ok"),
        (["SQL injection: /search/", "script: /search/"], ["script: /help/"], "FAULT"),
        (["script: /search/"], [], "BLIND"),
        ([], [], "BLIND"),
    ],
)
def test_the_verdict(planted, portal, verdict):
    assert judge(gate({PLANTED: planted, PORTAL: portal}, "SQL injection", "script"), PLANTED, PORTAL) == verdict


def test_a_scanner_cut_off_has_no_verdict(capsys):
    def finds(target: str) -> list[str]:
        if target == PORTAL:
            raise DidNotEndError("wapiti needed more than 5 min")
        return ["script"]

    assert judge(Gate("a gate", finds, ("script",)), PLANTED, PORTAL) == "SLOW"
    assert "wapiti needed more than 5 min" in capsys.readouterr().out


def test_what_is_found_is_told_and_what_was_missed(capsys):
    judge(gate({PLANTED: ["a"], PORTAL: []}, "a", "b"), PLANTED, PORTAL)
    judge(gate({PLANTED: ["a"], PORTAL: ["views.py:7: a"]}, "a"), PLANTED, PORTAL)
    printed = capsys.readouterr().out
    assert "not seen on planted faults: b" in printed
    assert "views.py:7: a" in printed


def test_a_server_error_is_told_with_its_operation():
    words = "______ GET /api/broken/ ______\n1. Test Case ID: x\n\n- ST101 Server error\n\n❌ ST101 Server error: 1\n"
    assert list(_failures(words, "nobody")) == ["GET /api/broken/ as nobody: ST101 Server error"]
