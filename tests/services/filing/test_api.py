"""Accounting software files through the API, under the same checks as the pages."""

import pytest
from django.test import Client

from apps.services.filing import drafts
from apps.services.filing.models import Return
from tests.factories_filing import EXAMPLE, SEPTEMBER
from tests.factories_filing import payer as other_payer

pytestmark = pytest.mark.django_db

CONFIRMED = [{"code": "sales-13"}, {"code": "input-vat"}, {"code": "carry-in"}]


@pytest.fixture
def send(payer):
    client = Client()
    client.force_login(payer.user)

    def post(figures=CONFIRMED, *, key="api-key-1", period=SEPTEMBER, draft=False, acting=payer, **more):
        return client.post(
            "/api/v1/cases/",
            {
                "procedure": "vat-return",
                "detail": {"period": period, "figures": figures, **more},
                "draft": draft,
            },
            content_type="application/json",
            headers={"Idempotency-Key": key, "X-Acting-For": acting.party.ref},
        )

    return post


def test_a_return_is_filed_in_one_request_and_repeated_without_harm(send):
    first, again = send(), send()
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["number"] == again.json()["number"]
    assert first.json()["state"] == "filed"
    assert Return.objects.get().total == EXAMPLE["total"]


def test_a_draft_begun_on_the_pages_is_finished_and_the_request_may_be_repeated(send, payer):
    number = drafts.begin(payer, "vat", SEPTEMBER).number
    first, again = send(), send()
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["number"] == again.json()["number"] == number


def test_figures_of_ones_own_and_other_rates_are_declared(send):
    answer = send(
        [
            {"code": "sales-13", "declared": "1100000.00", "reason": "未开票收入"},
            {"code": "sales-6", "declared": "100.00", "reason": "未开票收入"},
            *CONFIRMED[1:],
        ]
    )
    assert answer.status_code == 201, answer.content
    assert {row.code: str(row.declared) for row in Return.objects.get().sheet} == {
        "sales-13": "1100000.00",
        "sales-6": "100.00",
        "input-vat": "84500.00",
        "carry-in": "3200.00",
    }


def test_a_figure_left_out_is_not_filed_unconfirmed_and_nothing_is_kept(send):
    answer = send(CONFIRMED[:2])
    assert answer.status_code == 400
    assert "carry-in" in answer.content.decode()
    assert not Return.objects.exists()


def test_a_draft_may_be_unfinished(send):
    answer = send(CONFIRMED[:1], draft=True)
    assert (answer.status_code, answer.json()["state"]) == (201, "draft")


@pytest.mark.parametrize(
    ("figures", "field"),
    [
        ("sales", "figures"),
        ([["sales-13", "1"]], "figures"),
        ([{"code": 7}], "figures"),
        ([{"code": "sales-13", "paid": "1"}], "figures"),
        ([{"code": "sales-13", "declared": "many"}], "figures.sales-13"),
        ([{"code": "sales-13", "declared": "5.00"}], "figures.sales-13"),
        ([{"code": "sales-nan", "declared": "5.00", "reason": "x"}], "figures.sales-nan"),
        ([{"code": "sales-1e9", "declared": "5.00", "reason": "x"}], "figures.sales-1e9"),
        ([{"code": "sales-500", "declared": "5.00", "reason": "x"}], "figures.sales-500"),
        ([{"code": "refund", "declared": "5.00"}], "figures.refund"),
        ([{"code": "nothing"}], "figures.nothing"),
    ],
)
def test_a_malformed_request_is_told_which_figure(send, figures, field):
    answer = send(figures)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Return.objects.exists()


def test_a_wrong_period_and_an_unknown_field_are_named(send):
    assert "period" in send(period="2026-13").json()["errors"]
    assert "period" in send(period=9).json()["errors"]
    assert "colour" in send(colour="blue").json()["errors"]


def test_nobody_files_for_a_party_they_do_not_act_for(send, office):
    answer = send(acting=other_payer(office))
    assert answer.status_code in {403, 404}
    assert not Return.objects.exists()
