"""Every answer of the API in every test is held against docs/openapi.yaml: who writes a client has nothing else."""

import json
import re
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ops.environment import HOME

_finalize = APIView.finalize_response


def finalize(view: APIView, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
    """What the API's views end with, and a look at what is sent."""
    answer = _finalize(view, request, response, *args, **kwargs)
    if isinstance(answer, Response) and request.resolver_match:
        route = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", request.resolver_match.route)
        method = request.method.lower()
        answer.add_post_render_callback(lambda sent: _hold(route, method, sent))
    return answer


def _hold(route: str, method: str, sent: Response) -> None:
    checker = _checker(route, method, sent.status_code)
    if checker is None or not sent.content:
        return
    wrong = [f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(json.loads(sent.content))]
    assert not wrong, f"{method} {route} {sent.status_code} answers other than documented: {wrong[:5]}"


@cache
def _checker(route: str, method: str, status: int) -> Draft202012Validator | None:
    """What the document says of such an answer, if the route is in it."""
    operation = _document()["paths"].get(route, {}).get(method)
    if operation is None:
        return None
    known = operation["responses"].get(str(status))
    assert known is not None or status >= 400, f"{method} {route} answers {status}, which is not documented"
    media = (known or {}).get("content", {}).get("application/json")
    return Draft202012Validator({**media["schema"], "components": _document()["components"]}) if media else None


@cache
def _document() -> dict[str, Any]:
    return yaml.load((HOME / "docs" / "openapi.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
