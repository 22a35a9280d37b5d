"""Employers registered and people insured through them, as hrss delivers them: the newest delivery counts (Art 24)."""

from django.db import connection
from django.utils.translation import gettext as _

from apps.collaboration.insurance import staging
from apps.collaboration.insurance.models import InsuranceExchange
from apps.collaboration.payers import plain_sql
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock

Reason = InsuranceExchange.Reason


def take_registrations(exchange: InsuranceExchange, actor: Actor) -> None:
    """Registrations by employer; one that is known is brought up to date.

    :raises Refusal: with the code and the rows it is for.
    """
    staging.stage(exchange)
    staging.check_totals(exchange)
    today = clock.today()
    low = parameters.row("si.injury.lowest", today).number
    high = parameters.row("si.injury.highest", today).number
    rate = f"injury_rate NOT BETWEEN {low} AND {high} OR injury_rate IS NULL"
    rate_words = _("工伤保险费率须在 %(low)s 至 %(high)s 之间。") % {"low": low, "high": high}
    staging.refuse_where(
        Reason.BAD_ROW,
        {
            "number": ("number !~ '^[[:alnum:]-]{1,30}$'", _("登记号只能用字母、数字和横线，最多 30 个。")),
            "injury_rate": (rate, rate_words),
            "since": ("since IS NULL OR until < since", _("参保日期必填，不能晚于注销日期。")),
        },
    )
    _refuse_doubled("payer_code", "payer_code")
    _refuse_doubled("number", "number")
    _find_employers()
    _write(
        """
        INSERT INTO collaboration_insuranceregistration AS old
            (party_id, office_id, number, injury_rate, since, until, exchange_id)
        SELECT e.party_id, %(office)s, s.number, s.injury_rate, s.since, s.until, %(exchange)s
        FROM insurance_staged s JOIN insurance_employers e ON e.payer_code = s.payer_code
        ON CONFLICT (party_id) DO UPDATE SET office_id = excluded.office_id, number = excluded.number,
            injury_rate = excluded.injury_rate, since = excluded.since, until = excluded.until,
            exchange_id = excluded.exchange_id
        """,
        exchange,
    )


def take_insured(exchange: InsuranceExchange, actor: Actor) -> None:
    """The people insured through employers with their verified bases; one who is known is brought up to date.

    :raises Refusal: with the code and the rows it is for.
    """
    staging.stage(exchange)
    staging.check_totals(exchange)
    staging.refuse_where(
        Reason.BAD_ROW,
        {
            "person_number": ("person_number !~ '^[0-9]{17}[0-9X]$'", _("证件号码应是 18 位。")),
            "person": ("length(person) NOT BETWEEN 1 AND 60", _("请填写姓名，最多 60 个字。")),
            "base": (
                "base IS NULL OR base < 0 OR base > 99999999999 OR scale(base) > 2",
                _("缴费基数以元为单位，最多两位小数。"),
            ),
            "since": ("since IS NULL OR until < since", _("参保日期必填，不能晚于停保日期。")),
        },
    )
    _refuse_doubled("payer_code, person_number", "person_number")
    _find_employers()
    _write(
        """
        INSERT INTO collaboration_insuredperson (employer_id, person_number, name, base, since, until, exchange_id)
        SELECT e.party_id, s.person_number, s.person, s.base, s.since, s.until, %(exchange)s
        FROM insurance_staged s JOIN insurance_employers e ON e.payer_code = s.payer_code
        ON CONFLICT (employer_id, person_number) DO UPDATE SET name = excluded.name, base = excluded.base,
            since = excluded.since, until = excluded.until, exchange_id = excluded.exchange_id
        """,
        exchange,
    )


def _refuse_doubled(key: str, field: str) -> None:
    doubled = f"row IN (SELECT max(row) FROM insurance_staged GROUP BY {key} HAVING count(*) > 1)"  # noqa: S608
    staging.refuse_where(Reason.DOUBLED_ROW, {field: (doubled, _("与前面的一行重复。"))})


def _find_employers() -> None:
    """The employers of the staged rows, by credit code with the name it is registered under."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS insurance_employers")
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE insurance_employers ON COMMIT DROP AS
            SELECT DISTINCT s.payer_code, o.party_id FROM (SELECT DISTINCT payer_code, payer FROM insurance_staged) s
            JOIN parties_organisation o ON o.uscc = s.payer_code
            JOIN parties_party p ON p.id = o.party_id AND p.active
                AND {plain_sql("p.name")} = {plain_sql("s.payer")}
            """  # noqa: S608 - our own SQL
        )
    unknown = "payer_code NOT IN (SELECT payer_code FROM insurance_employers)"
    message = _("税务登记信息里没有这个单位，或者名称与代码不符。核对后可以重放这一批。")
    staging.refuse_where(Reason.UNKNOWN_PAYER, {"payer_code": (unknown, message)})


def _write(statement: str, exchange: InsuranceExchange) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"office": exchange.office_id, "exchange": exchange.pk})
