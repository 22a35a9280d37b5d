"""The indicators of DB31/T 1523-2024, and those of effect (Art 20): direction and formula; weights are law rows."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kernel.rules import parameters

PREFIX = "data-quality.weight-"


class Direction(TextChoices):
    """What the counted share says: how much is right, or how much is wrong."""

    GOOD = "good", _("计数为符合数：占比")
    BAD = "bad", _("计数为问题数：1 - 占比")


class Group(TextChoices):
    """What an indicator speaks of."""

    QUALITY = "quality", _("数据质量")
    EFFECT = "effect", _("共享应用成效")
    SECURITY = "security", _("安全")


@dataclass(frozen=True)
class Indicator:
    """One indicator: what is counted of what. ``must`` marks one that has to be 1."""

    code: str
    title: Promise
    formula: Promise
    group: Group = Group.QUALITY
    direction: Direction = Direction.GOOD
    must: bool = False


INDICATORS: dict[str, Indicator] = {
    each.code: each
    for each in (
        Indicator("010101", _("数据类型规范"), _("类型符合的值 ÷ 全部核对的值")),
        Indicator("010102", _("数据格式规范"), _("格式符合的值 ÷ 全部核对的值")),
        Indicator("010103", _("数据长度规范"), _("长度符合的值 ÷ 全部核对的值")),
        Indicator("020100", _("数据元素完整"), _("已填的值 ÷ 应填的值")),
        Indicator("020200", _("数据记录完整"), _("收到的行 ÷ 来源控制总数")),
        Indicator("030300", _("数据重复率"), _("1 - 重复的行 ÷ 全部行"), direction=Direction.BAD),
        Indicator("030500", _("脏数据出现率"), _("1 - 隔离的行 ÷ 全部行"), direction=Direction.BAD),
        Indicator("040100", _("相同数据一致"), _("两个来源一致的值 ÷ 比对的值")),
        Indicator("050200", _("数据及时"), _("按时的供数 ÷ 应供数")),
        Indicator("050400", _("授权内使用"), _("授权内的查阅 ÷ 全部查阅，应为 1"), Group.SECURITY, must=True),
        Indicator("060100", _("数据可访问"), _("成功的归集请求 ÷ 全部归集请求")),
        Indicator("E1", _("按时答复和提供共享数据"), _("按时答复、提供和直接授权的次数 ÷ 应办的次数"), Group.EFFECT),
        Indicator("E2", _("授权实际使用"), _("使用过的授权 ÷ 有效的授权"), Group.EFFECT),
        Indicator("E3", _("按时核实更正"), _("按时核实的校核 ÷ 应核实的校核"), Group.EFFECT),
    )
}


@dataclass(frozen=True)
class Rule:
    """An indicator's weight in force on a day, and from when."""

    weight: Decimal
    since: dt.date


def rules(on: dt.date) -> dict[str, Rule]:
    """The weights in force on a day; an indicator without a row counts for nothing.

    :raises UnknownLaw: when no weight at all is in force.
    """
    found = {
        row.code.removeprefix(PREFIX): Rule(row.number, row.valid_from)
        for row in parameters.rows(on).filter(code__startswith=PREFIX)
    }
    if not found:
        raise parameters.UnknownLaw(PREFIX, on)
    return {code: found[code.lower()] for code in INDICATORS if code.lower() in found}


def version(on: dt.date) -> str:
    """The rule version kept with a result: the day its youngest weight is in force from."""
    return max(rule.since for rule in rules(on).values()).isoformat()
