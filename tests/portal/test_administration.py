"""The administration (Django admin): every page opens, leads to what people look for, and shows no secret."""

import io

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from apps.kernel.audit.models import Event
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case, Step
from apps.kernel.notifications.models import MessageTemplate
from apps.kernel.parties.models import User
from apps.kernel.rules.models import ParameterChange
from apps.portal import administration, schedules
from apps.services.procedures.deferral import DEFERRAL
from apps.services.procedures.refund import REFUND
from tests import factories
from tests.kernel.rules.test_admin import proposal

MOST_QUERIES = 40  # a list of a hundred rows that asks more asks for every row


@pytest.fixture
def administrator(signed_in):
    """A client signed in as an administrator."""
    user = factories.user("系统管理员")
    user.is_staff = user.is_superuser = True
    user.save()
    return signed_in(factories.second_factor(user))


def listing(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.django_db
def test_the_list_of_cases_speaks_of_matters_and_states_in_words(administrator):
    cases.open_case(DEFERRAL, factories.citizen(office=factories.tax_office()), {})
    cases.open_case(REFUND, factories.citizen("李四", office=factories.tax_office()), {})
    page = administrator.get(f"{listing(Case)}?procedure={DEFERRAL.code}").content.decode()
    rows = page.partition('id="result_list"')[2].partition("</table>")[0]
    assert "延期缴纳税款" in rows
    assert "退还多缴税款" not in rows
    assert "草稿" in rows


@pytest.mark.django_db
def test_every_list_and_form_opens_on_the_demonstration(administrator, settings):
    """One test for all, because filling the demonstration takes most of its time."""
    settings.PORTAL_DEMO = True
    call_command("seed_demo", "--parties", "300", stdout=io.StringIO())
    request = administrator.get("/admin/").wsgi_request
    wrong, empty = [], 0
    for model, shown in admin.site._registry.items():
        page = listing(model)
        with CaptureQueriesContext(connection) as asked:
            status = administrator.get(page).status_code
        if status != 200 or len(asked) > MOST_QUERIES:
            wrong.append(f"{page}: {status}, {len(asked)} queries")
        rows, _doubled = shown.get_search_results(request, shown.get_queryset(request), "2026")
        rows.exists()  # raises when a field that is searched does not exist
        if shown.has_add_permission(request) and administrator.get(page + "add/").status_code != 200:
            wrong.append(f"{page}add/")
        row = shown.get_queryset(request).first()
        if row is None:
            empty += 1
        elif administrator.get(f"{page}{row.pk}/change/").status_code != 200:
            wrong.append(f"{page}{row.pk}/change/")
    assert not wrong, "\n".join(wrong)
    assert empty < len(admin.site._registry) / 3, "the demonstration no longer fills what is looked at"


def test_every_list_can_be_searched_or_filtered():
    short = {"account.emailaddress", "django_celery_beat.crontabschedule", "datashare.allowedhost"}
    bare = {
        model._meta.label_lower
        for model, shown in admin.site._registry.items()
        if not (shown.search_fields or shown.list_filter)
    }
    assert bare <= short


def test_every_name_in_the_administration_is_chinese():
    english = [model._meta.label for model in admin.site._registry if str(model._meta.verbose_name_plural).isascii()]
    assert not english


def test_every_column_of_a_list_has_a_chinese_title():
    titles = {
        f"{model._meta.label}.{column}": str(label_for_field(column, model, shown))
        for model, shown in admin.site._registry.items()
        for column in shown.list_display
    }
    assert [f"{column}: {title}" for column, title in titles.items() if title.isascii()] == []


def test_a_key_is_called_what_it_points_to_and_no_migration_says_so():
    to_case = Step._meta.get_field("case")
    assert str(to_case.verbose_name) == "办件"
    assert "verbose_name" not in to_case.deconstruct()[3]


@pytest.mark.django_db
@pytest.mark.parametrize("secret", ["oauth2_provider/accesstoken", "mfa/authenticator", "socialaccount/socialtoken"])
def test_no_token_or_secret_is_shown(administrator, secret):
    assert administrator.get(f"/admin/{secret}/").status_code == 404


@pytest.mark.django_db
def test_the_front_page_leads_to_what_waits(administrator):
    administrator.post(reverse("admin:rules_parameterchange_add"), proposal())
    page = administrator.get("/admin/").content.decode()
    assert "上海税费服务 · 系统管理" in page
    assert "1 项待处理" in page
    for duty in administration.DUTIES:
        assert administrator.get(duty.url).status_code == 200, duty.url


@pytest.mark.django_db
def test_who_looks_after_little_is_shown_little():
    clerk = factories.user()
    clerk.is_staff = True
    clerk.save()
    assert administration.of(clerk) == []


# --- law -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_decides_sees_the_rule_in_force_beside_the_proposed_one(administrator):
    administrator.post(reverse("admin:rules_parameterchange_add"), proposal())
    change = ParameterChange.objects.get()
    for page in (listing(ParameterChange), reverse("admin:rules_parameterchange_change", args=[change.pk])):
        shown = administrator.get(page).content.decode()
        assert "0.05%" in shown, "in force"
        assert "0.03%" in shown, "proposed"


# --- schedules -----------------------------------------------------------------------------------


@pytest.fixture
def nightly() -> PeriodicTask:
    """A schedule of the settings, as beat keeps it."""
    at_half_past_two = CrontabSchedule.objects.create(hour="2", minute="30", timezone="Asia/Shanghai")
    name = "ledger: compare yesterday with the gateway's statement"
    return PeriodicTask.objects.create(name=name, task="ledger.reconcile_yesterday", crontab=at_half_past_two)


def test_every_schedule_of_the_settings_is_told_in_chinese(settings):
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks <= set(schedules.TITLES), "put the new task into words in apps/portal/schedules.py"


@pytest.mark.django_db
def test_a_schedule_is_run_now_and_paused_on_record(administrator, nightly, monkeypatch):
    sent = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, args, kwargs: sent.append((name, args, kwargs)))
    page = listing(PeriodicTask)
    shown = administrator.get(page).content.decode()
    assert "缴款：与支付机构核对昨日账" in shown
    assert "每天 02:30" in shown
    administrator.post(page, {"action": "run_now", "_selected_action": [nightly.pk]})
    assert sent == [("ledger.reconcile_yesterday", [], {})]
    form = reverse("admin:django_celery_beat_periodictask_change", args=[nightly.pk])
    administrator.post(form, {"enabled": ""})
    nightly.refresh_from_db()
    assert not nightly.enabled
    stream = Event.objects.filter(stream=f"schedule/{nightly.pk}").order_by("seq")
    assert list(stream.values_list("action", flat=True)) == ["schedule.run", "schedule.pause"]


@pytest.mark.django_db
def test_who_may_only_look_at_schedules_runs_none(signed_in, nightly, monkeypatch):
    monkeypatch.setattr("celery.current_app.send_task", lambda *_: pytest.fail("it was run"))
    looker = factories.user()
    looker.is_staff = True
    looker.save()
    looker.user_permissions.set(Permission.objects.filter(codename="view_periodictask"))
    page = listing(PeriodicTask)
    client = signed_in(looker)
    assert client.get(page).status_code == 200
    client.post(page, {"action": "run_now", "_selected_action": [nightly.pk]})


# --- people ---


@pytest.mark.django_db
def test_a_lost_second_factor_is_taken_away_by_another_administrator(administrator):
    clerk = factories.staff(factories.tax_office()).user
    me = User.objects.get(display_name="系统管理员")
    chosen = {"action": "forget_second_factor", "_selected_action": [clerk.pk, me.pk]}
    page = administrator.post(listing(User), chosen, follow=True).content.decode()
    assert "已清除" in page
    assert "只能由另一名系统管理员" in page
    assert list(Authenticator.objects.values_list("user", flat=True)) == [me.pk]
    assert Event.objects.filter(stream=f"user/{clerk.pk}", action="second_factor.forget").exists()


# --- letters -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_letter_is_rewritten_from_the_words_in_force_and_seen_before_it_is_published(administrator):
    letters = administrator.get(reverse("admin:notifications_letters")).content.decode()
    begin = reverse("admin:notifications_messagetemplate_add") + "?code=payment-received&language=zh-hans"
    assert begin.replace("&", "&amp;") in letters
    assert "{{ amount }}" in administrator.get(begin).content.decode()
    words = {"code": "payment-received", "language": "zh-hans", "subject": "收到 {{ amount }} 元", "body": "谢谢。"}
    add = reverse("admin:notifications_messagetemplate_add")
    assert "收到 47,376.00 元" in administrator.post(add, {**words, "_preview": "1"}).content.decode()
    wrong = administrator.post(add, {**words, "body": "{{ secret }}", "_preview": "1"}).content.decode()
    assert "未知变量" in wrong
    assert not MessageTemplate.objects.exists(), "a preview publishes nothing"


@pytest.mark.django_db
def test_who_may_only_look_at_letters_publishes_and_previews_none(signed_in):
    looker = factories.user()
    looker.is_staff = True
    looker.save()
    looker.user_permissions.set(Permission.objects.filter(codename="view_messagetemplate"))
    client = signed_in(factories.second_factor(looker))
    assert client.get(reverse("admin:notifications_letters")).status_code == 200
    words = {"code": "payment-received", "language": "zh-hans", "subject": "甲", "body": "乙"}
    for more in ({}, {"_preview": "1"}):
        assert client.post(reverse("admin:notifications_messagetemplate_add"), {**words, **more}).status_code == 403


# --- in the browser ------------------------------------------------------------------------------

PAGES = (
    "/admin/",
    "/admin/rules/parameter/",
    "/admin/rules/parameterchange/add/",
    "/admin/workcalendar/calendaryear/2026/change/",
    "/admin/casework/case/procedures/",
    "/admin/casework/case/procedures/deferral/",
    "/admin/notifications/messagetemplate/letters/",
    "/admin/notifications/messagetemplate/add/?code=case-accepted&language=zh-hans",
    "/admin/notifications/delivery/",
    "/admin/django_celery_beat/periodictask/",
    "/admin/parties/office/add/",
)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_administration_is_accessible(new_page, portal, sign_in, axe, nightly, language):
    user = factories.user("系统管理员")
    user.is_staff = user.is_superuser = True
    user.save()
    page = new_page()
    sign_in(page, factories.second_factor(user))
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal}])
    for address in PAGES:
        assert page.goto(address).status == 200, address
        axe(page)
