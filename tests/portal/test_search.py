"""Search finds what people mean in Chinese, pinyin, initials and English."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.portal import content, search, search_sources, search_text
from apps.portal.models import SearchEntry
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    search_sources.publish_all()


def titles(asked: str) -> list[str]:
    return [entry.title for entry in search.find(asked).entries]


@pytest.mark.parametrize(
    "asked",
    [
        "完税证明",
        "wszm",
        "WSZM",
        "wanshuizhengming",
        "wanshui",
        "zhengming",
        "税证明",
        "ｗｓｚｍ",
        "payment certificate",
    ],
)
def test_the_tax_certificate_is_found_however_it_is_typed(index, asked):
    assert "怎样开具完税证明？" in titles(asked)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("延期缴纳", "延期缴纳税款"),
        ("退税", "多缴了税款怎样退？"),
        ("滞纳金", "逾期缴税会怎样？"),
        ("第二十八条", "第二十八条 信息查询查验"),
        ("办税服务厅", "去哪里的窗口办理？"),
    ],
)
def test_the_best_answer_stands_near_the_top(index, asked, first):
    assert first in titles(asked)[:3]


def test_every_help_entry_is_found_by_its_own_question_and_its_initials(index):
    for entry in content.help_entries():
        run = search_text.runs(entry.question.zh)[0]
        assert entry.question.zh in titles(run), run


@pytest.mark.parametrize("asked", ["税", "缴"])
def test_a_single_character_finds_something(index, asked):
    assert titles(asked)


def test_a_whole_sentence_that_fits_nothing_exactly_offers_the_nearest(index):
    found = search.find("我想知道公司完税证明到底要怎么打印出来")
    assert not found.exact
    assert "怎样开具完税证明？" in [entry.title for entry in found.entries][:3]


@pytest.mark.parametrize("asked", ["", "  ", "'", "\\", "a' | 'b", ":*", "<->", "!&|()", "%_", "𠮷", "税'::tsquery"])
def test_odd_input_is_answered_calmly(index, asked):
    assert Client().get("/search/", {"q": asked}).status_code == 200


@given(st.text(max_size=60))
def test_any_text_makes_a_question_the_database_understands(asked):
    question = search_text.query(asked)
    if question is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::tsquery, %s::tsquery", [question.strict, question.loose])


@given(st.text(alphabet="税务完证明缴费退款申报发票 ab1", min_size=1, max_size=40), st.data())
def test_every_part_of_a_title_finds_it(title, data):
    chunks = search_text.runs(title)
    if not chunks:
        return
    chunk = data.draw(st.sampled_from(chunks))
    start = data.draw(st.integers(0, len(chunk) - 1))
    asked = chunk[start : data.draw(st.integers(start + 1, len(chunk)))]
    if not search_text.is_chinese(chunk):
        asked = chunk[: len(asked)]  # words are found from their beginning
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::tsvector @@ %s::tsquery",
            [search_text.vector(title=title), search_text.query(asked).strict],
        )
        assert cursor.fetchone() == (True,)


def test_publishing_again_changes_nothing_and_removes_what_is_gone(index):
    before = dict(SearchEntry.objects.values_list("key", "id"))
    search_sources.publish_all()
    assert dict(SearchEntry.objects.values_list("key", "id")) == before
    search.publish("help", [])
    assert not SearchEntry.objects.filter(kind="help").exists()
    assert SearchEntry.objects.filter(kind="article").count() == 39


def test_a_search_page_asks_the_database_once(index, django_assert_num_queries):
    client = Client()
    for asked in ("退税", "wszm", "nothing like this"):
        with django_assert_num_queries(1):
            client.get("/search/", {"q": asked})


def test_a_page_of_ones_own_is_found_and_leads_to_the_own_identity_or_to_sign_in(index, signed_in):
    citizen = factories.citizen()
    page = signed_in(citizen.user).get("/search/?q=我的账户").content.decode()
    assert f'href="/as/{citizen.party.ref}/account/"' in page
    page = Client().get("/search/?q=我的账户").content.decode()
    assert f'href="{reverse("account_login")}"' in page.partition("<main")[2]


def test_what_only_some_have_is_not_found_by_everybody(index):
    assert "委托人的期限" not in titles("委托人的期限")


def test_nothing_found_offers_help(index):
    page = Client(headers={"accept-language": "zh-CN"}).get("/search/", {"q": "qqqzzz"}).content.decode()
    assert "没有找到相关内容" in page
    assert "按主题浏览全部事项" in page


def test_ten_thousand_entries_are_searched_in_milliseconds():
    words = ["增值税", "印花税", "房产税", "契税", "社会保险费", "工会经费", "残疾人就业保障金", "车辆购置税"]
    acts = ["申报", "更正", "退费", "减免", "查询", "缓缴", "证明开具", "登记", "注销", "备案"]
    search.publish(
        "matter",
        (
            search.Entry(
                key=f"many/{number}",
                kind="matter",
                title=f"{words[number % 8]}{acts[number // 8 % 10]}第{number}号",
                title_en=f"Matter {number}",
                route="help",
                body="纳税人应当依照法律、行政法规的规定缴纳税款。" * 3,
            )
            for number in range(10_000)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE portal_searchentry")
    for asked, words_in_title in (
        ("车辆购置税退费", "车辆购置税退费"),
        ("clgzstf", "车辆购置税退费"),
        ("yinhuashui", "印花税"),
    ):
        search.find(asked)
        started = time.perf_counter()
        found = search.find(asked)
        took = time.perf_counter() - started
        assert all(words_in_title in entry.title for entry in found.entries)
        assert len(found.entries) == search.SHOWN
        assert took < 0.1, f"{asked} took {took * 1000:.0f} ms"
