"""docs/articles.md leads from every article to what carries it out."""

import pytest

from ops.gates import articles, pages

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in articles.COMMITTED.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and line[2].isdecimal()
]


def test_there_is_one_row_for_each_of_the_39_articles():
    assert [int(row[0].split()[0]) for row in ROWS] == list(range(1, 40))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split()[0])
def test_every_article_leads_to_code_and_those_for_software_to_pages_and_tests(row):
    article, code, addresses, _procedures, tests = row
    assert code
    if int(article.split()[0]) not in articles.WORDS_ONLY:
        assert "`/" in addresses
        assert "`tests/" in tests


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Returns (Arts 10, 12-14).", {10, 12, 13, 14}),
        ("Deferral: Article 6, with Article 31 of the Tax Collection Law.", {6}),
        ("No article at all.", set()),
    ],
)
def test_articles_of_other_laws_are_left_out(line, found):
    assert articles.numbers(line) == found


def test_of_a_family_of_addresses_its_root_is_shown():
    found = {"/policies/", "/policies/…/", "/as/…/policies/", "/as/…/my-policies/", "/"}
    assert pages.roots(found) == ["/", "/as/…/my-policies/", "/policies/"]
