"""The columns of what agencies deliver and employers hand in: names, headings, and the same from a file or the API."""

from dataclasses import dataclass

from apps.collaboration.insurance.models import InsuranceExchange

Kind = InsuranceExchange.Kind


@dataclass(frozen=True)
class Column:
    """One column: its name, its heading in a file, and the SQL type of a well-formed value."""

    name: str
    heading: str
    type: str = "text"
    optional: bool = False


COLUMNS: dict[str, tuple[Column, ...]] = {
    Kind.REGISTRATIONS: (
        Column("number", "社会保险登记号"),
        Column("payer_code", "统一社会信用代码"),
        Column("payer", "单位名称"),
        Column("injury_rate", "工伤保险费率", "numeric"),
        Column("since", "参保日期", "date"),
        Column("until", "注销日期", "date", optional=True),
    ),
    Kind.INSURED: (
        Column("payer_code", "统一社会信用代码"),
        Column("payer", "单位名称"),
        Column("person_number", "证件号码"),
        Column("person", "姓名"),
        Column("base", "核定缴费基数（元）", "numeric"),
        Column("since", "参保日期", "date"),
        Column("until", "停保日期", "date", optional=True),
    ),
    Kind.ASSESSMENTS: (
        Column("payer_code", "缴费人代码"),
        Column("payer", "缴费人名称"),
        Column("person_number", "证件号码"),
        Column("person", "姓名"),
        Column("levy", "险种"),
        Column("period", "所属期"),
        Column("base", "缴费基数（元）", "numeric"),
        Column("employer", "单位缴纳（元）", "numeric"),
        Column("employee", "个人缴纳（元）", "numeric"),
    ),
}
# What the control total adds up; a list of registrations has none and states zero.
TOTALS = {Kind.REGISTRATIONS: "0", Kind.INSURED: "base", Kind.ASSESSMENTS: "employer + employee"}


def names(kind: str) -> list[str]:
    """The names of the columns, as the API takes them."""
    return [column.name for column in COLUMNS[kind]]


def headings(kind: str) -> dict[str, str]:
    """Which column a heading of a file stands for: the Chinese one or the API's name."""
    found = {column.heading: column.name for column in COLUMNS[kind]}
    return found | {column.name: column.name for column in COLUMNS[kind]}
