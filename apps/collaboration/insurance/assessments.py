"""Verified amounts (应缴核定) become one bill for each payer, insurance and month, and its charge (Art 24).

The lines go by COPY into the table they stay in, whose constraints judge each of them; then a delivery of whatever
number is judged, matched and billed payer by payer in a fixed number of statements. Only a delivery in which
something is wrong is read a second time, row by row, so that each wrong row can be named. Lines nobody on the
register answers to are kept and wait for a clerk; all others are billed at once.
"""

import re

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from apps.collaboration.insurance import access, billing, packing, staging
from apps.collaboration.insurance.models import (
    PAYER_CODE,
    AssessedLine,
    AssessedPayer,
    InsuranceDuty,
    InsuranceExchange,
)
from apps.collaboration.payers import plain_sql
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.lists import joined
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor

Reason = InsuranceExchange.Reason
PERIOD = r"20\d\d(-(0[1-9]|1[0-2]))?"

_KEY = "payer_code, payer, levy, period"

_PAYERS = f"""
INSERT INTO collaboration_assessedpayer (exchange_id, row, {_KEY}, persons, total, returned)
SELECT %(exchange)s, min(id) - min(min(id)) OVER () + 1, {PAYER_CODE}, payer, levy, period, count(*),
       sum(employer + employee), ''
FROM collaboration_assessedline WHERE exchange_id = %(exchange)s GROUP BY 3, 4, 5, 6
RETURNING payer_code, payer, levy, period, persons, total
"""  # noqa: S608 - our own SQL

# Sixty-four bits of each line: two lines alike are certain to meet, two others all but certain not to.
_DOUBLED = """
SELECT 1 FROM (SELECT hashtextextended(person_number || payer_code || levy || period, 0) AS hash
               FROM collaboration_assessedline WHERE exchange_id = %(exchange)s) lines
GROUP BY hash HAVING count(*) > 1 LIMIT 1
"""

# The payers of a delivery that wait and are on the register, under the name they are registered with.
_FOUND = f"""
CREATE TEMPORARY TABLE insurance_found ON COMMIT DROP AS
SELECT a.id, a.row, p.id AS party_id, a.levy, a.period, a.persons, a.total
FROM collaboration_assessedpayer a
LEFT JOIN parties_organisation o ON o.uscc = a.payer_code
LEFT JOIN parties_person n ON n.id_number = a.payer_code
JOIN parties_party p ON p.id = coalesce(o.party_id, n.party_id) AND p.active
    AND {plain_sql("p.name")} = {plain_sql("a.payer")}
WHERE a.exchange_id = %(exchange)s AND a.bill_id IS NULL AND a.returned = ''
"""  # noqa: S608 - our own SQL

_WANTED = """
SELECT party_id, levy, period, sum(persons)::integer, sum(total) FROM insurance_found
GROUP BY party_id, levy, period
"""

_BILLED = """
UPDATE collaboration_assessedpayer a SET bill_id = b.id
FROM insurance_found f JOIN collaboration_insurancebill b USING (party_id, period)
WHERE a.id = f.id AND b.levy_id = f.levy AND b.exchange_id = %(exchange)s
"""


def take(exchange: InsuranceExchange, actor: Actor) -> None:
    """Check the lines as a set, bill and post what has a payer, keep the rest waiting.

    :raises Refusal: with the code and the rows it is for.
    """
    try:
        with transaction.atomic():
            _copy(exchange)
            payers = _sum_up(exchange)
    except (DataError, IntegrityError):
        _name_what_is_wrong(exchange)
        raise  # a rule of the table that no check of ours words
    exchange.lines = sum(persons for *_key, persons, _total in payers)
    own = set(InsuranceDuty.objects.filter(office=exchange.office).values_list("levy", flat=True))
    if not _agree(exchange, payers, own):
        _name_what_is_wrong(exchange)
    _find(exchange)
    with connection.cursor() as cursor:
        billing.stage_from(cursor, _WANTED)
    charged = billing.charged()
    if charged:
        message = _("该缴费人这个险种的这个所属期已经应征，没有重复应征。需要改的，请走退费、调整或者更正申报。")
        raise staging.Refusal.of_rows(
            Reason.ALREADY_CHARGED, [(row, "period", message) for row in _first_rows(charged)]
        )
    billing.bill_staged(about=exchange.about, actor=actor, exchange=exchange)
    exchange.unmatched = exchange.lines - _mark_billed(exchange)


def _copy(exchange: InsuranceExchange) -> None:
    """One delivery at a time, so the keys of its lines follow each other as its rows do."""
    order, lines = packing.opened(exchange.content)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [AssessedLine.DELIVERY])
        cursor.execute("SELECT set_config(%s, %s, true)", [AssessedLine.DELIVERY, str(exchange.pk)])
        # Grouping a million lines in memory takes half the time of doing it on disk.
        cursor.execute("SET LOCAL work_mem = '256MB'")
        with connection.wrap_database_errors:
            cursor.copy_expert(
                f"COPY collaboration_assessedline ({', '.join(order)}) FROM STDIN"
                f" (FORMAT csv, FORCE_NOT_NULL ({', '.join(order)}))",
                lines,
            )


def _sum_up(exchange: InsuranceExchange) -> list[tuple]:
    """What was delivered this moment has no statistics: left alone, the planner sorts by names what it should hash."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(_PAYERS, {"exchange": exchange.pk})
        payers = cursor.fetchall()
        cursor.execute("SET LOCAL enable_sort = on")
    return payers


def _agree(exchange: InsuranceExchange, payers: list[tuple], own: set[str]) -> bool:
    """Whether the delivery is as its agency states it, its payers are well written, and no line comes twice."""
    total = sum(total for *_key, total in payers)
    if (exchange.lines, total) != (exchange.control_count, exchange.control_total):
        return False
    if not all(payer and levy in own and re.fullmatch(PERIOD, period) for _code, payer, levy, period, *_sums in payers):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_DOUBLED, {"exchange": exchange.pk})
        return cursor.fetchone() is None


def _name_what_is_wrong(exchange: InsuranceExchange) -> None:
    """Read the delivery again, row by row.

    :raises Refusal: with the code and the rows it is for; nothing when every row is right after all.
    """
    staging.stage(exchange)
    staging.check_totals(exchange)
    _check_lines(exchange)


def _find(exchange: InsuranceExchange) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS insurance_found")
        cursor.execute(_FOUND, {"exchange": exchange.pk})


def _mark_billed(exchange: InsuranceExchange) -> int:
    """Give the payers that were found their bills; how many lines they have."""
    with connection.cursor() as cursor:
        cursor.execute(_BILLED, {"exchange": exchange.pk})
        cursor.execute("SELECT coalesce(sum(persons), 0)::integer FROM insurance_found")
        return cursor.fetchone()[0]


def _check_lines(exchange: InsuranceExchange) -> None:
    staging.refuse_where(
        Reason.BAD_ROW,
        {
            "payer": ("length(payer) NOT BETWEEN 1 AND 120", _("请填写缴费人名称，最多 120 个字。")),
            "payer_code": ("length(payer_code) > 18", _("缴费人代码最多 18 位。")),
            "person_number": ("length(person_number) <> 18", _("证件号码应是 18 位。")),
            "person": ("length(person) NOT BETWEEN 1 AND 60", _("请填写姓名，最多 60 个字。")),
            "period": (f"period !~ '^{PERIOD}$'", _("所属期请写成 2026-09 或者 2026。")),
            "base": (
                "base IS NULL OR base < 0 OR base > 99999999999 OR scale(base) > 2",
                _("缴费基数以元为单位，最多两位小数。"),
            ),
            "employer": (
                (
                    "employer IS NULL OR employee IS NULL OR employer < 0 OR employee < 0 OR employer + employee = 0"
                    " OR employer + employee > 99999999999 OR scale(employer) > 2 OR scale(employee) > 2"
                ),
                _("金额以元为单位，最多两位小数，单位和个人合计应大于零。"),
            ),
        },
    )
    own = list(InsuranceDuty.objects.filter(office=exchange.office).values_list("levy", flat=True))
    listed = ", ".join(f"'{levy}'" for levy in own)  # slugs of our own register
    message = _("险种代码应是本部门经办的：%s。") % joined(own)
    staging.refuse_where(Reason.OTHER_AGENCY, {"levy": (f"levy NOT IN ({listed})", message)})
    doubled = """
        row IN (SELECT max(row) FROM insurance_staged GROUP BY person_number, levy, period, payer_code
                HAVING count(*) > 1)"""
    staging.refuse_where(Reason.DOUBLED_ROW, {"person_number": (doubled, _("与前面的一行重复。"))})


def _first_rows(charged: set[tuple[int, str, str]]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(row) FROM insurance_found WHERE (party_id, levy, period) IN %s"
            " GROUP BY party_id, levy, period ORDER BY 1 LIMIT %s",
            [tuple(charged), staging.NAMED],
        )
        return [row for (row,) in cursor.fetchall()]


@transaction.atomic
def match_again(exchange: InsuranceExchange, *, actor: Actor) -> int:
    """Bill the waiting payers of a delivery that are on the register now; how many lines they have."""
    _find(exchange)
    return _bill_found(exchange, actor)


@transaction.atomic
def assign(payer: AssessedPayer, party, *, actor: Actor) -> None:
    """A clerk has found whose the lines are; those of other insurances and periods written alike come along.

    :raises PermissionDenied: unless the actor is a tax clerk.
    :raises ValidationError: when it no longer waits, or the payer has been charged for the period.
    """
    access.require(actor, "insurance.assign", payer.exchange.about, allowed=access.matches(actor))
    exchange = InsuranceExchange.objects.select_for_update(no_key=True, of=("self",)).get(pk=payer.exchange_id)
    alike = [exchange.pk, payer.payer_code, payer.payer]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS insurance_found")
        cursor.execute(
            "CREATE TEMPORARY TABLE insurance_found ON COMMIT DROP AS"
            " SELECT id, row, %s::bigint AS party_id, levy, period, persons, total FROM collaboration_assessedpayer"
            " WHERE exchange_id = %s AND payer_code = %s AND payer = %s AND bill_id IS NULL AND returned = ''",
            [party.pk, *alike],
        )
    log.read(actor=actor, party_id=party.pk, what=exchange.about, purpose=Purpose.INSURANCE)
    billing.refuse_done(_bill_found(exchange, actor))


@transaction.atomic
def send_back(payer: AssessedPayer, reason: str, *, actor: Actor) -> None:
    """Nobody can be found: the agency mends the lines and delivers them again.

    :raises PermissionDenied: unless the actor is a tax clerk.
    :raises ValidationError: without a reason, or when it no longer waits.
    """
    access.require(actor, "insurance.send_back", payer.exchange.about, allowed=access.matches(actor))
    reason = billing.reason_of(reason)
    exchange = (
        InsuranceExchange.objects.select_for_update(no_key=True, of=("self",))
        .select_related("office")
        .get(pk=payer.exchange_id)
    )
    done = AssessedPayer.objects.filter(pk=payer.pk, bill=None, returned="").update(returned=reason)
    billing.refuse_done(done)
    exchange.unmatched -= payer.persons
    exchange.save(update_fields=["unmatched"])
    log.record(f"office/{exchange.office.code}", "insurance.returned", actor=actor, target=exchange.about)
    context = {"number": f"{exchange.message_id} / {payer.row}", "reason": reason}
    outbox.send("insurance-line-returned", exchange.office, context, about=exchange.about)


def _bill_found(exchange: InsuranceExchange, actor: Actor) -> int:
    """Those found later onto their payers' bills: a new bill, or more on the one this delivery made."""
    with connection.cursor() as cursor:
        cursor.execute(_WANTED)
        wanted = [billing.Wanted(*row) for row in cursor.fetchall()]
    if not wanted:
        return 0
    billing.bill_or_add(wanted, about=exchange.about, actor=actor, exchange=exchange)
    matched = _mark_billed(exchange)
    exchange.unmatched -= matched
    exchange.save(update_fields=["unmatched"])
    return matched


def lines_of(payer: AssessedPayer):
    """The lines a payer's sum is of, as they were delivered."""
    alike = AssessedLine.objects.filter(
        exchange=payer.exchange_id, payer=payer.payer, levy=payer.levy, period=payer.period
    )
    own = Q(payer_code="", person=F("payer"), person_number=payer.payer_code)
    return alike.filter(Q(payer_code=payer.payer_code) | own).order_by("id")
