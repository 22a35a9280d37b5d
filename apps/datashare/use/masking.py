"""Values as they are shown by default: masked by the classification the catalogue gives each field (Art 21)."""

import datetime as dt
from decimal import Decimal
from typing import Any

from apps.datashare.catalogue.models import DataField

SHOWN = (DataField.Classification.PUBLIC, DataField.Classification.INTERNAL)
HIDDEN = "＊＊＊"
IDENTITY, PHONE, SHORT = 15, 11, 4
_PHONES = ("电话", "手机", "phone", "mobile")
_ACCOUNTS = ("账号", "账户", "卡号", "account")
_NAMES = ("姓名", "名称", "权利人", "name")


def needs_mask(field: DataField) -> bool:
    """Whether a field is personal data, which is masked unless somebody says why it must not be."""
    return field.classification not in SHOWN


def text(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value)


def masked(field: DataField, value: Any) -> str:
    """A value as it is shown without a reason: enough to recognise it, too little to use it."""
    shown = text(value)
    if not shown or not needs_mask(field):
        return shown
    label = f"{field.label} {field.name}".lower()
    if field.type != DataField.Type.STRING:
        return HIDDEN
    if any(word in label for word in _PHONES):
        return _kept(shown, 3, 2) if len(shown) >= PHONE else HIDDEN
    if any(word in label for word in _ACCOUNTS):
        return _kept(shown, 0, 4) if len(shown) > SHORT * 2 else HIDDEN
    if len(shown) >= IDENTITY and shown[:-1].isdigit():
        return _kept(shown, 3, 2)
    if any(word in label for word in _NAMES):
        return f"{shown[0]}{'＊' * max(len(shown) - 1, 1)}"
    return _kept(shown, 1, 1) if len(shown) > SHORT else HIDDEN


def _kept(value: str, head: int, tail: int) -> str:
    return f"{value[:head]}{'＊' * (len(value) - head - tail)}{value[-tail:]}"
