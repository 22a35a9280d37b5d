"""A date reads the same whether a page formats it itself or not, in both languages (Art 6)."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import translation


@pytest.mark.parametrize(("language", "written"), [("zh-hans", "2026年10月6日"), ("en", "6 October 2026")])
def test_a_date_without_a_filter_is_written_like_one_with(language, written):
    page = Template("{% load portal %}{{ day }}|{{ day|cn_date }}")
    with translation.override(language):
        assert page.render(Context({"day": dt.date(2026, 10, 6)})) == f"{written}|{written}"
