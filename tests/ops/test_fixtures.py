"""The fixtures that start real processes are themselves real."""

import smtplib
from email.message import EmailMessage

import httpx
import pytest

from taxportal.celery import app
from tests import factories
from tests.accessibility import findings


@pytest.mark.processes
def test_the_portal_process_answers_on_the_test_database(portal):
    factories.user("在测试库中的人")
    assert httpx.get(f"{portal}/no-such-page/").status_code == 404


@pytest.mark.processes
def test_a_worker_takes_tasks_from_the_test_broker(worker):
    assert app.control.ping(timeout=2)
    assert worker.is_alive()


@pytest.mark.processes
def test_mail_is_delivered_by_smtp(smtp, neighbourhood):
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@tax-portal.example", "b@tax-portal.example", "办结通知"
    letter.set_content("您的事项已办结。")
    with smtplib.SMTP("127.0.0.1", neighbourhood.smtp) as server:
        server.send_message(letter)
    assert [message["Subject"] for message in smtp] == ["办结通知"]


@pytest.mark.browser
def test_the_accessibility_check_finds_what_it_is_there_for(browser):
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.set_content(
        """<html><head><title>办税</title></head><body>
        <h1>一</h1><h1>二</h1><main><div id="wide">宽</div>
        <button>小</button><p style="color:#bbb">淡色</p><input name="plain" placeholder="姓名">
        <p class="error-summary"><a href="#nowhere">姓名</a></p></main></body></html>"""
    )
    page.add_style_tag(content="#wide{width:900px} button{font-size:11px;width:20px;height:20px;padding:0}")
    rules = {line.split(":")[0] for line in findings(page)}
    without_colours = {line.split(":")[0] for line in findings(page, colours=False)}
    page.close()
    assert rules - without_colours == {"color-contrast"}
    assert {"lang", "one-h1", "skip-link", "reflow", "target", "small-text", "label", "error-title"} <= rules
    assert "html-has-lang" in rules, "axe itself did not run"


@pytest.mark.browser
def test_the_accessibility_check_works_under_the_portals_own_policy(page):
    answer = page.goto("/no-such-page/")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert isinstance(findings(page), list)


@pytest.mark.browser
def test_sign_in_gives_the_page_a_session(page, sign_in, portal):
    sign_in(page, factories.user("王小明"))
    assert [cookie["name"] for cookie in page.context.cookies(portal)] == ["sessionid"]
