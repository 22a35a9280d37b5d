"""The documents keep their word: every link and picture is there, every account and page they name exists."""

import re
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve
from django.utils.translation import override

from apps.portal.content.guide import guide
from ops.environment import HOME

DOCUMENTS = sorted([HOME / "README.md", *(HOME / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\((?P<to>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (?P<words>.+)$", re.MULTILINE)
PAGE = re.compile(r"`(?P<path>/[a-z][\w/-]*/)`")


def anchors(text: str) -> set[str]:
    """The names GitHub gives to headings."""
    return {re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-") for words in HEADING.findall(text)}


def broken(document: Path) -> list[str]:
    """The links of a document that lead nowhere in this repository."""
    found = []
    for link in LINK.finditer(document.read_text(encoding="utf-8")):
        to, _hash, anchor = link["to"].partition("#")
        if "://" in to:
            continue
        target = (document.parent / to) if to else document
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            found.append(link["to"])
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOME)))
def test_every_link_and_picture_is_there(document):
    assert broken(document) == []


def test_a_lost_picture_and_a_lost_heading_are_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# 甲 乙\n![home](pictures/home.webp) [here](#甲-乙) [there](#nowhere)\n")
    assert broken(page) == ["pictures/home.webp", "#nowhere"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOME)))
def test_every_page_named_exists(document):
    missing = []
    for named in PAGE.finditer(document.read_text(encoding="utf-8")):
        try:
            resolve(named["path"])
        except Resolver404:
            missing.append(named["path"])
    assert missing == []


# --- the guide, in the portal too ----------------------------------------------------------------


def test_the_guide_says_the_same_in_both_languages():
    with override("zh-hans"):
        chinese = guide()
    with override("en"):
        english = guide()
    assert len(chinese.sections) == len(english.sections) > 5
    for ours, theirs in zip(chinese.sections, english.sections, strict=True):
        for kind in ("<li>", "<ol>", "<code>"):
            assert ours.html.count(kind) == theirs.html.count(kind), f"{ours.title} / {theirs.title}: {kind}"


@pytest.mark.django_db
def test_the_guide_is_a_page_in_the_readers_language(client):
    assert "使用说明" in client.get("/help/using/").content.decode()
    client.cookies["django_language"] = "en"
    page = client.get("/help/using/").content.decode()
    assert "Using the portal" in page
    assert page.count("<h1") == 1
