"""Words are strung together as the reader's language does it, on every page."""

import re
from pathlib import Path

from django.template import Context, Template
from django.utils import translation

from apps.kernel.lists import joined

TEMPLATES = Path(__file__).parents[2] / "templates"
CHINESE_WHATEVER_THE_READER = re.compile(r"join:\"、\"|%}、")
ONLY_IN_CHINESE = {"documents"}  # letters and certificates


def test_a_list_is_strung_together_in_the_readers_language():
    words = ["VAT", "CIT"]
    assert joined(words) == "VAT、CIT"
    with translation.override("en"):
        assert joined(words) == "VAT, CIT"
        assert Template("{% load portal %}{{ words|joined }}").render(Context({"words": words})) == "VAT, CIT"


def test_no_page_strings_words_together_in_one_language_only():
    found = [
        str(page.relative_to(TEMPLATES))
        for page in TEMPLATES.rglob("*.html")
        if page.parent.name not in ONLY_IN_CHINESE and CHINESE_WHATEVER_THE_READER.search(page.read_text("utf-8"))
    ]
    assert sorted(found) == []
