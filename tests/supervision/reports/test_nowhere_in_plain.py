"""An attack by search: a named report goes through the running portal, and then everything it left is searched.

The database as ``pg_dump`` writes it, the broker's whole content and every command it was sent meanwhile, the logs of
the processes, the stored files and their names, the exported evidence, a backup, and every page of Django admin.
"""

import base64
import io
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import httpx
import pytest
import redis
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from ops import backup
from tests import factories, factories_reports
from tests.factories_reports import CONTENT, IDENTITY, PASSPHRASE
from tests.supervision.reports.spellings import spellings
from tests.supervision.reports.test_pages import signed_in

TOUCHED = {"supervision", "casework", "audit", "documents", "notifications", "sessions"}
SAID, ANSWERED = "哨兵消息：还有一本账。", "哨兵答复：收到了。"


@pytest.mark.parametrize(
    "hidden",
    [
        "张三丰".encode("utf-16-le"),
        base64.b64encode("xx张三丰yy".encode()),
        base64.urlsafe_b64encode(b'{"name": "\\u5f20\\u4e09\\u4e30"}'),
        quote("姓名=张三丰").encode(),
        b"name=%e5%bc%a0%e4%b8%89%e4%b8%b0",
        "张三丰".encode().hex().encode(),
        b'{"name": "\\\\u5f20\\\\u4e09\\\\u4e30"}',
        b"&#24352;&#19977;&#20016;",
        b"&#x5f20;&#x4e09;&#x4e30;",
        b"\\xe5\\xbc\\xa0\\xe4\\xb8\\x89\\xe4\\xb8\\xb0",
    ],
)
def test_the_search_finds_a_word_however_it_is_spelt(hidden):
    assert any(each in b"before " + hidden + b" after" for each in spellings("张三丰"))


class Visitor:
    """A browser without scripts: keeps cookies, sends back what a form holds."""

    def __init__(self, address: str, session: str = "") -> None:
        self.http = httpx.Client(base_url=address, follow_redirects=True, timeout=60)
        if session:
            self.http.cookies.set(settings.SESSION_COOKIE_NAME, session, domain="127.0.0.1")

    def send(self, page: str, data: dict[str, str] | None = None, **more) -> httpx.Response:
        """Look at a page, then post to it; refused is a failure of the test."""
        self.http.get(page)
        token = self.http.cookies.get(settings.CSRF_COOKIE_NAME) or ""
        response = self.http.post(page, data={**(data or {}), "csrfmiddlewaretoken": token}, **more)
        assert response.status_code == 200, (page, response.status_code)
        return response


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Every command the broker is sent inside the ``with``, as its live monitor tells it."""
    heard: list[str] = []
    listener = redis.Redis.from_url(settings.REDIS_URL)
    with listener.monitor() as monitor:
        end = redis.Redis.from_url(settings.REDIS_URL)

        def listen() -> None:
            for told in monitor.listen():
                heard.append(told["command"])
                if "the listening ends" in told["command"]:
                    return

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield heard
        finally:
            end.echo("the listening ends")
            thread.join(timeout=20)
        assert not thread.is_alive()


def everything_in_the_broker() -> bytes:
    """Every key and value, read by its type: the server's own dump would be compressed."""
    link = redis.Redis.from_url(settings.REDIS_URL)
    read = {
        b"string": link.get,
        b"list": lambda key: link.lrange(key, 0, -1),
        b"set": link.smembers,
        b"hash": link.hgetall,
        b"zset": lambda key: link.zrange(key, 0, -1),
        b"stream": link.xrange,
    }
    parts = []
    for key in link.scan_iter():
        value = read[link.type(key)](key) if link.type(key) in read else None
        parts += [key, value if isinstance(value, bytes) else repr(value).encode()]
    return b"\n".join(parts)


def dumped(url: str, folder: Path) -> tuple[bytes, bytes]:
    """The database as text, straight from ``pg_dump`` and out of a backup of ours."""
    straight = subprocess.run([backup.PROGRAMS / "pg_dump", url], check=True, capture_output=True).stdout
    backup.take(url, Path(settings.STATE_DIR), folder)
    kept = [backup.PROGRAMS / "pg_restore", "--file=-", folder / backup.DATABASE]
    return straight, subprocess.run(kept, check=True, capture_output=True).stdout


def everything_in(folder: Path) -> bytes:
    """Every file below a folder, with its name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"\n".join(part for path in files for part in (str(path.relative_to(folder)).encode(), path.read_bytes()))


def every_admin_page(client: Client) -> bytes:
    """The lists of everything Django admin shows, and the single rows of the apps a report passes through."""
    pages = []
    for model, site in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        asked = [reverse(f"{name}_changelist")]
        touched = model._meta.app_label in TOUCHED
        for row in site.model._default_manager.order_by("-pk")[: 10 if touched else 0]:
            try:
                asked += [reverse(f"{name}_change", args=[row.pk]), reverse(f"{name}_history", args=[row.pk])]
            except NoReverseMatch:
                continue
        pages += [client.get(page).content for page in asked]
    return b"\n".join(pages)


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_no_word_of_a_report_is_anywhere_it_could_be_searched_for(portal, worker, neighbourhood, tmp_path):
    desk = factories_reports.desk()
    with overheard() as heard:
        reporter = Visitor(portal)
        answers = {"mode": "named", **CONTENT, **IDENTITY}
        checked = reporter.send("/report/new/", {**answers, "page": "identity"}).text
        draft = re.search(r'name="draft" value="([^"]+)"', checked)[1]
        shown = reporter.send("/report/new/", {**answers, "page": "check", "draft": draft}).text
        receipt = re.search(r"(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}", shown)[0]
        back = Visitor(portal)
        assert "您的检举" in back.send("/report/back/", {"receipt": receipt}).text
        back.http.get("/report/mine/")
        token = back.http.cookies[settings.CSRF_COOKIE_NAME]
        said = back.http.post("/report/mine/write/", data={"text": SAID, "csrfmiddlewaretoken": token})
        assert SAID in said.text
        photo = ("哨兵照片.jpg", factories_reports.photo().read(), "image/jpeg")
        given = back.http.post("/report/mine/files/", data={"csrfmiddlewaretoken": token}, files={"file": photo})
        assert "哨兵照片" in given.text
        officer = Visitor(portal, signed_in(desk.officer).session.session_key)
        custodian = Visitor(portal, signed_in(desk.custodian).session.session_key)
        for staff in (officer, custodian):
            staff.send("/counter/reports/box/", {"passphrase": PASSPHRASE})
        number = re.search(r"SH\d{13}", officer.http.get("/counter/reports/").text)[0]
        page = f"/counter/reports/{number}/"
        assert SAID in officer.send(page, {"text": ANSWERED}).text
        officer.send(f"{page}identity/", {"reason": "需要向检举人当面核对手写账的来源。"})
        request = re.search(r"/counter/reports/identities/\w+/", custodian.http.get("/counter/reports/").text)[0]
        custodian.send(request, {"approve": "1"})
        assert IDENTITY["phone"] in officer.http.get(f"{page}identity/").text  # those who may do read it
    everywhere = {"the live monitor": "\n".join(heard).encode(), "the broker": everything_in_the_broker()}
    database = neighbourhood.environment()["DATABASE_URL"]
    everywhere["the database"], everywhere["a backup"] = dumped(database, tmp_path / "backup")
    everywhere["the logs"] = everything_in(neighbourhood.logs)
    everywhere["the files"] = everything_in(Path(settings.MEDIA_ROOT))
    call_command("export_audit", str(tmp_path / "export"), stdout=io.StringIO())
    everywhere["the exported evidence"] = everything_in(tmp_path / "export")
    root = factories.user("超级管理员")
    root.is_staff = root.is_superuser = True
    root.save()
    everywhere["Django admin"] = every_admin_page(signed_in(SimpleNamespace(user=root)))
    # The search looked at the right things: the case is there by its number, the ciphertext in its place.
    for place in ("the database", "a backup", "the exported evidence", "Django admin"):
        assert number.encode() in everywhere[place], place
    assert all(everywhere.values()), [place for place, content in everywhere.items() if not content]
    secrets = [
        *(value for value in CONTENT.values() if len(value) > 7),
        *IDENTITY.values(),
        *(SAID, ANSWERED, "哨兵照片", "SENTINEL-CAMERA", receipt, receipt.replace("-", ""), PASSPHRASE),
    ]
    found = [
        (place, secret)
        for secret in secrets
        for each in spellings(secret)
        for place, content in everywhere.items()
        if each in content
    ]
    assert found == []
