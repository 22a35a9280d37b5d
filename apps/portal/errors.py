"""What is shown when something is not there, not allowed or broken.

These pages know nobody: no menu, no name, no address, so a foreign object and an absent one
answer with the same bytes.
"""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.urls import is_valid_path
from django.utils.translation import gettext as _
from redis import RedisError

from apps.portal import preferences

AWAY = (OperationalError, InterfaceError, RedisError)  # database or broker do not answer, or gave this request up
TRY_AGAIN_AFTER = "30"  # seconds


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be understood."""
    return _answer(request, HTTPStatus.BAD_REQUEST, _("请求无法识别，请检查后再试。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known, but not allowed; says why when the refusal says so."""
    return _answer(request, HTTPStatus.FORBIDDEN, _("您没有进行这个操作的权限。"), reason=str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: absent, or not for this user; the two look the same."""
    return _answer(request, HTTPStatus.NOT_FOUND, _("没有找到您要的内容。"))


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405: an address that only takes what a button sends; opened by itself it does nothing and leads back."""
    return _answer(
        request,
        HTTPStatus.METHOD_NOT_ALLOWED,
        _("这个地址不能直接打开，请回到页面上操作。"),
        back=_page_above(request.path_info),
    )


def _page_above(path: str) -> str:
    """The nearest address above that leads to a page: where the button stands."""
    while path := path.rstrip("/").rpartition("/")[0]:
        if is_valid_path(f"{path}/"):
            return f"{path}/"
    return ""


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 with a time to try again when a server behind us is away: told without the database."""
    if isinstance(sys.exception(), AWAY):
        response = _answer(request, HTTPStatus.SERVICE_UNAVAILABLE, _("系统正在恢复，请半分钟后再试。"))
        response["Retry-After"] = TRY_AGAIN_AFTER
        return response
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("系统出现故障，请稍后再试。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's protection has expired."""
    return _answer(
        request, HTTPStatus.FORBIDDEN, _("页面已过期，请返回刷新后再提交一次。"), template="errors/csrf.html"
    )


def _answer(
    request: HttpRequest, status: HTTPStatus, detail: str, *, reason: str = "", template: str = "", back: str = ""
) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return JsonResponse({"errors": {"detail": [reason or detail]}}, status=status)
    # The cookies' display only: asking for the signed-in user would need the database.
    context = {"display": preferences.of_device(request), "reason": reason, "back": back}
    page = loader.render_to_string(template or f"errors/{status}.html", context)
    return HttpResponse(page, status=status)
