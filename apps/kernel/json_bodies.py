"""The body of every request to the API is one JSON object: what else comes is refused before a view looks into it."""

import re
from collections.abc import Mapping
from io import BytesIO
from json import JSONDecodeError
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

# How JSON writes a NUL or half of a pair: nobody types one, and PostgreSQL takes none.
_DOUBTFUL = re.compile(rb"\\u(0000|[dD][89a-fA-F])")


class ObjectParser(JSONParser):
    """JSON, of which no view needs to ask whether it is a list or a number, or text that cannot be kept."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        sent = stream.read()
        try:
            body = super().parse(BytesIO(sent), media_type, parser_context)
        except ParseError as error:
            raise ParseError(_where(error.__context__)) from error
        if not isinstance(body, dict):
            raise ParseError(_("请求正文必须是一个 JSON 对象。"))
        if _DOUBTFUL.search(sent) and not _can_be_kept(body):
            raise ParseError(_("请求正文含有不能保存的字符，请删去后再试。"))
        return body


def _where(error: BaseException | None) -> str:
    if isinstance(error, JSONDecodeError):
        place = {"line": error.lineno, "column": error.colno}
        return _("请求正文不是有效的 JSON（第 %(line)d 行第 %(column)d 列起）。") % place
    return _("请求正文不是有效的 JSON。")


def _can_be_kept(value: Any) -> bool:
    match value:
        case str():
            return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
        case dict():
            return all(_can_be_kept(inner) for pair in value.items() for inner in pair)
        case list():
            return all(_can_be_kept(inner) for inner in value)
        case _:
            return True
