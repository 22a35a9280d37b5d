"""The gates go red for what they are there to catch."""

import pytest

from ops import install
from ops.gates import Gate, named
from ops.gates.openapi import drift
from ops.gates.translations import extracted, faults

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def tree(tmp_path):
    """A little project with one page and an English catalogue of the given entries."""

    def make(entries: str):
        (tmp_path / "templates").mkdir()
        page = "{% load i18n %}{% translate '我要办税' %}{% blocktranslate %}共 {{ n }} 件{% endblocktranslate %}"
        (tmp_path / "templates" / "page.html").write_text(page)
        catalogue = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"
        catalogue.parent.mkdir(parents=True)
        catalogue.write_text(HEADER + entries)
        return tmp_path

    return make


COUNT = '#, python-format\nmsgid "共 %(n)s 件"\nmsgstr "%(n)s items"\n\n'


def test_a_complete_catalogue_has_no_fault(tree):
    assert faults(extracted(tree(COUNT + 'msgid "我要办税"\nmsgstr "File and pay"\n'))) == []


def test_a_text_without_english_is_named(tree):
    [fault] = faults(extracted(tree(COUNT)))
    assert fault.startswith("not translated: '我要办税'")
    assert "templates/page.html" in fault


def test_a_guessed_translation_is_named(tree):
    [fault] = faults(extracted(tree(COUNT + '#, fuzzy\nmsgid "我要办税"\nmsgstr "Appointments"\n')))
    assert fault.startswith("only guessed")


def test_a_lost_placeholder_is_named(tree):
    lost = COUNT.replace("%(n)s items", "%(m)s items")
    found = faults(extracted(tree(lost + 'msgid "我要办税"\nmsgstr "File and pay"\n')))
    assert any("共 %(n)s 件" in fault for fault in found)


def test_a_changed_api_is_drift(tmp_path):
    committed = tmp_path / "openapi.yaml"
    committed.write_text("paths:\n  /cases/: {}\n")
    assert drift(committed, "paths:\n  /cases/: {}\n") == []
    assert "+  /charges/: {}" in drift(committed, "paths:\n  /cases/: {}\n  /charges/: {}\n")


def test_a_document_that_names_a_lost_module_is_told(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "docs.md").write_text("By `tests/` and\n`apps/lost.py`, see `pyproject.toml`.\n")
    assert list(named.missing(tmp_path, "docs.md")) == ["docs.md:2: apps/lost.py"]


def test_a_failing_gate_says_what_its_command_said(capsys):
    assert Gate("green", ["true"]).passes({})
    assert not Gate("red", ["sh", "-c", "echo line 7 is wrong; exit 1"]).passes({"PATH": "/usr/bin:/bin"})
    printed = capsys.readouterr().out
    assert "ok   green" in printed
    assert "FAIL red" in printed
    assert "line 7 is wrong" in printed


def test_without_the_right_to_install_the_missing_packages_are_named(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(install.CannotInstallError, match="apt-get install -y --no-install-recommends chromium gettext"):
        install.install_packages(["chromium", "gettext"])


def test_changed_requirements_are_installed_again(monkeypatch, tmp_path):
    for name in ("constraints.txt", "requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text("django==5.2\n")
    monkeypatch.setattr(install, "HOME", tmp_path)
    before = install.fingerprint("run"), install.fingerprint("test")
    (tmp_path / "requirements-dev.txt").write_text("pytest==9\n")
    assert install.fingerprint("run") == before[0]
    assert install.fingerprint("test") != before[1]
