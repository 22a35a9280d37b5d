"""The body of every request to the API is one JSON object: what else comes is refused before a view looks into it."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class ObjectParser(JSONParser):
    """JSON, of which no view needs to ask whether it is a list or a number."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        body = super().parse(stream, media_type, parser_context)
        if not isinstance(body, dict):
            raise ParseError(_("请求正文必须是一个 JSON 对象。"))
        return body
