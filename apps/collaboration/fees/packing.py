"""The rows of a delivery as they are kept: a line each, packed, so that fifty thousand are written and read at once
(Art 25).

What was delivered stays as it was typed: a refused delivery can be looked at, and a worker that died begins again.
"""

import zlib
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The columns of a file: their headings, in Chinese and in the API's words.
COLUMNS = {
    "number": "费源编号",
    "payer_code": "缴费人代码",
    "payer": "缴费人名称",
    "levy": "征收项目",
    "base": "计费依据",
    "amount": "金额（元）",
    "basis": "依据文书",
    "issued": "文书日期",
    "due": "缴费期限",
}
CELL, LINE = "\x1f", "\x1e"  # what ASCII has to part units and records; no value may hold them
FAST = 1  # how hard to pack: the text is a fifth of its size already


def pack(rows: Iterable[Any]) -> bytes:
    """Rows by column name; what is missing is empty.

    :raises ValidationError: on ``rows``, when they hold what no table can keep.
    """
    given = (row if isinstance(row, dict) else {} for row in rows)
    lines = [_line(row) for row in given]
    text = LINE.join(lines)
    parted = (text.count(CELL), text.count(LINE)) == (len(lines) * (len(COLUMNS) - 1), len(lines) - 1)
    try:
        if "\0" in text or not parted:
            raise ValueError
        return zlib.compress(text.encode(), FAST)
    except ValueError as error:  # half a character, as JSON can escape it, is one too
        raise ValidationError({"rows": _("内容里有不可见的控制字符，请去掉后重新传递。")}) from error


def unpack(content: bytes | memoryview) -> list[str]:
    """The lines of a delivery."""
    return zlib.decompress(bytes(content)).decode().split(LINE)


def cells(line: str) -> dict[str, str]:
    """A line by column name."""
    return dict(zip(COLUMNS, line.split(CELL), strict=True))


def _line(row: dict[str, Any]) -> str:
    try:
        return CELL.join(map(row.get, COLUMNS))  # as a file gives them, and nearly every system
    except TypeError:
        return CELL.join(map(_text, map(row.get, COLUMNS)))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
