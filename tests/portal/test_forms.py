"""How forms are drawn: label, hint, error, control, in that order and tied together."""

import datetime as dt

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models.fields import BLANK_CHOICE_DASH
from django.template.loader import render_to_string
from django.test import RequestFactory
from lxml import html

from apps.kernel.forms import DateField
from apps.kernel.parties.actors import Actor


class Application(forms.Form):
    name = forms.CharField(label="名称", help_text="与营业执照一致。")
    note = forms.CharField(label="备注", required=False)
    day = DateField(label="日期")
    kind = forms.ChoiceField(label="类别", choices=[("a", "个人"), ("b", "单位")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="我已核对")

    def clean(self):
        if self.data:
            raise forms.ValidationError("名称与类别不一致。")


def drawn(form: forms.Form):
    return html.fromstring(f"<div>{form}</div>")


def test_label_hint_and_control_are_tied_together():
    page = drawn(Application())
    control = page.get_element_by_id("id_name")
    assert page.xpath("//label[@for='id_name']")[0].text_content() == "名称"
    assert page.get_element_by_id(control.get("aria-describedby")).text_content() == "与营业执照一致。"


def test_optional_fields_say_so_in_words_and_required_ones_carry_no_star():
    page = drawn(Application())
    assert page.xpath("//label[@for='id_note']")[0].text_content() == "备注（选填）"
    assert "*" not in page.text_content()


def test_choices_stand_in_a_fieldset_with_their_question():
    page = drawn(Application())
    assert page.xpath("//fieldset/legend")[0].text_content() == "类别"


def test_errors_stand_beside_the_field_and_in_a_summary_that_leads_there():
    page = drawn(Application({"kind": "x"}))
    summary = page.xpath("//*[@data-error-summary]")[0]
    assert summary.get("tabindex") == "-1"
    control = page.get_element_by_id("id_name")
    assert control.get("aria-invalid") == "true"
    described = control.get("aria-describedby").split()
    beside = page.get_element_by_id(described[-1]).text_content()
    (name,) = summary.xpath(".//a[@href='#id_name']/strong")
    assert name.text == "名称"  # which field it is, before what is wrong with it
    assert name.tail.strip() in beside
    assert name.tail.strip() == "这一项不能空着。"
    assert "名称与类别不一致。" in summary.text_content()
    for link in summary.xpath(".//a"):
        assert page.xpath(f"//*[@id='{link.get('href')[1:]}']"), link.get("href")


def test_no_page_says_its_errors_twice():
    """A form drawn whole brings its summary along."""
    pages = {page: page.read_text(encoding="utf-8") for page in (settings.BASE_DIR / "templates").rglob("*.html")}
    twice = [page.name for page, text in pages.items() if "{{ form }}" in text and "forms/error_summary.html" in text]
    assert twice == []


def test_typed_values_stay():
    page = drawn(Application({"name": "上海浦江", "day": "2026-10-26"}))
    assert page.get_element_by_id("id_name").get("value") == "上海浦江"
    assert page.get_element_by_id("id_day").get("value") == "2026-10-26"


def test_the_title_of_a_page_with_errors_begins_with_the_word():
    request = RequestFactory().get("/")
    request.user, request.actor = AnonymousUser(), Actor()
    page = render_to_string("portal/preferences.html", {"form": Application({})}, request=request)
    title = html.fromstring(page).xpath("//title")[0]
    assert title.text.startswith("错误：")


@pytest.mark.parametrize("typed", ["2026-10-26", "2026年10月26日", "20261026", "2026/10/26", "2026.10.26"])
def test_a_day_is_understood_as_people_write_it(typed):
    assert DateField().clean(typed) == dt.date(2026, 10, 26)


def test_a_day_is_asked_with_the_browsers_own_control():
    class Asked(forms.Form):
        day = DateField(initial=dt.date(2026, 10, 26))

    control = drawn(Asked()).get_element_by_id("id_day")
    assert (control.get("type"), control.get("value")) == ("date", "2026-10-26")


def test_a_list_begins_with_words_not_with_dashes():
    class Chosen(forms.Form):
        kind = forms.ChoiceField(label="类别", choices=[*BLANK_CHOICE_DASH, ("a", "个人")])

    assert [option.text for option in drawn(Chosen()).xpath("//option")] == ["请选择", "个人"]
