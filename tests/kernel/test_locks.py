"""Whoever changes a row holds up nobody who only writes down what points to it: the two would wait for each other."""

import ast

from ops.environment import HOME


def locks_that_hold_up(source: str) -> list[int]:
    """Lines that lock rows without ``no_key``; keys never change here, so the stronger lock is never needed."""
    return [
        call.lineno
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "select_for_update"
        and not any(word.arg in ("no_key", None) for word in call.keywords)
    ]


def test_no_lock_of_the_portal_holds_up_a_reference():
    files = sorted((HOME / "apps").rglob("*.py"))
    found = {file.name: lines for file in files if (lines := locks_that_hold_up(file.read_text(encoding="utf-8")))}
    assert found == {}


def test_one_that_did_would_be_named():
    assert locks_that_hold_up("row = Case.objects.select_for_update(of=('self',)).get()") == [1]
