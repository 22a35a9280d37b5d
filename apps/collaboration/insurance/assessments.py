"""Verified amounts (应缴核定) become one bill for each payer, insurance and month, and its charge (Art 24).

Lines nobody on the register answers to are kept and wait for a clerk; all others are billed at once.
"""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.collaboration.insurance import access, billing, staging
from apps.collaboration.insurance.models import AssessedLine, InsuranceBill, InsuranceDuty, InsuranceExchange
from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor

Reason = InsuranceExchange.Reason

_GROUP = f"""
CREATE TEMPORARY TABLE insurance_groups ON COMMIT DROP AS
SELECT g.payer_code, g.payer, g.levy, g.period, g.persons, g.total, p.id AS party_id
FROM (
    SELECT payer_code, payer, levy, period, count(*) AS persons, sum(employer + employee) AS total
    FROM insurance_staged GROUP BY payer_code, payer, levy, period
) g
LEFT JOIN parties_organisation o ON o.uscc = g.payer_code
LEFT JOIN parties_person n ON n.id_number = g.payer_code
LEFT JOIN parties_party p ON p.id = coalesce(o.party_id, n.party_id) AND p.active
    AND {staging.plain("p.name")} = {staging.plain("g.payer")}
"""  # noqa: S608 - our own SQL

_LINES = """
INSERT INTO collaboration_assessedline
    (exchange_id, row, payer_code, payer, person_number, person, levy, period, base, employer, employee, bill_id,
     returned)
SELECT %(exchange)s, s.row, s.payer_code, s.payer, s.person_number, s.person, s.levy, s.period, s.base, s.employer,
       s.employee, b.id, ''
FROM insurance_staged s
LEFT JOIN insurance_groups g USING (payer_code, payer, levy, period)
LEFT JOIN collaboration_insurancebill b
    ON b.exchange_id = %(exchange)s AND b.party_id = g.party_id AND b.levy_id = g.levy AND b.period = g.period
"""

# Lines of a delivery that wait and whose payer has come on the register since.
_FOUND = f"""
SELECT l.id, p.id, l.levy, l.period, l.employer + l.employee
FROM collaboration_assessedline l
LEFT JOIN parties_organisation o ON o.uscc = l.payer_code
LEFT JOIN parties_person n ON n.id_number = l.payer_code
JOIN parties_party p ON p.id = coalesce(o.party_id, n.party_id) AND p.active
    AND {staging.plain("p.name")} = {staging.plain("l.payer")}
WHERE l.exchange_id = %s AND l.bill_id IS NULL AND l.returned = ''
ORDER BY l.id
"""  # noqa: S608 - our own SQL


def take(exchange: InsuranceExchange, actor: Actor) -> None:
    """Check the lines as a set, bill and post what has a payer, keep the rest waiting.

    :raises Refusal: with the code and the rows it is for.
    """
    staging.stage(exchange)
    staging.check_totals(exchange)
    _check_lines(exchange)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS insurance_groups")
        cursor.execute(_GROUP)
        cursor.execute(
            "SELECT party_id, levy, period, sum(persons), sum(total) FROM insurance_groups"
            " WHERE party_id IS NOT NULL GROUP BY party_id, levy, period ORDER BY party_id, levy, period"
        )
        wanted = [
            billing.Wanted(party, levy, period, int(persons), total)
            for party, levy, period, persons, total in cursor.fetchall()
        ]
    charged = billing.charged_already(wanted)
    if charged:
        rows = _first_rows(charged)
        message = _("该缴费人这个险种的这个所属期已经应征，没有重复应征。需要改的，请走退费、调整或者更正申报。")
        raise staging.Refusal.of_rows(Reason.ALREADY_CHARGED, [(row, "period", message) for row in rows])
    billing.bill(wanted, about=exchange.about, actor=actor, exchange=exchange)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"exchange": exchange.pk})
        cursor.execute("SELECT coalesce(sum(persons), 0) FROM insurance_groups WHERE party_id IS NULL")
        exchange.unmatched = int(cursor.fetchone()[0])


def _check_lines(exchange: InsuranceExchange) -> None:
    staging.refuse_where(
        Reason.BAD_ROW,
        {
            "payer": ("length(payer) NOT BETWEEN 1 AND 120", _("请填写缴费人名称，最多 120 个字。")),
            "payer_code": ("length(payer_code) > 18", _("缴费人代码最多 18 位。")),
            "person_number": ("length(person_number) <> 18", _("证件号码应是 18 位。")),
            "person": ("length(person) NOT BETWEEN 1 AND 60", _("请填写姓名，最多 60 个字。")),
            "period": (r"period !~ '^20\d\d(-(0[1-9]|1[0-2]))?$'", _("所属期请写成 2026-09 或者 2026。")),
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
    message = _("险种代码应是本部门经办的：%s。") % "、".join(own)
    staging.refuse_where(Reason.OTHER_AGENCY, {"levy": (f"levy NOT IN ({listed})", message)})
    doubled = """
        row IN (SELECT max(row) FROM insurance_staged GROUP BY person_number, levy, period, payer_code
                HAVING count(*) > 1)"""
    staging.refuse_where(Reason.DOUBLED_ROW, {"person_number": (doubled, _("与前面的一行重复。"))})


def _first_rows(charged: set[tuple[int, str, str]]) -> list[int]:
    keys = list(charged)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(s.row) FROM insurance_staged s JOIN insurance_groups g USING (payer_code, payer, levy, period)"
            " WHERE (g.party_id, g.levy, g.period) IN %s GROUP BY g.party_id, g.levy, g.period ORDER BY 1 LIMIT %s",
            [tuple(keys), staging.NAMED],
        )
        return [row for (row,) in cursor.fetchall()]


@transaction.atomic
def match_again(exchange: InsuranceExchange, *, actor: Actor) -> int:
    """Bill the waiting lines of a delivery whose payers are on the register now; how many were."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [exchange.pk])
        found = cursor.fetchall()
    if found:
        _bill_lines(exchange, found, actor)
    return len(found)


@transaction.atomic
def assign(line: AssessedLine, party, *, actor: Actor) -> None:
    """A clerk has found whose the line is; the other lines of the delivery under the same payer come along.

    :raises PermissionDenied: unless the actor is a tax clerk.
    :raises ValidationError: when it no longer waits, or the payer has been charged for the period.
    """
    access.require(actor, "insurance.assign", line.exchange.about, allowed=access.matches(actor))
    exchange = InsuranceExchange.objects.select_for_update(of=("self",)).get(pk=line.exchange_id)
    waiting = AssessedLine.objects.filter(
        exchange=exchange, payer_code=line.payer_code, payer=line.payer, bill=None, returned=""
    )
    found = [(each.pk, party.pk, each.levy, each.period, each.total) for each in waiting.order_by("pk")]
    billing.refuse_done(found)
    log.read(actor=actor, party_id=party.pk, what=exchange.about, purpose="insurance line matched")
    _bill_lines(exchange, found, actor)


@transaction.atomic
def send_back(line: AssessedLine, reason: str, *, actor: Actor) -> None:
    """Nobody can be found: the agency mends the line and delivers it again.

    :raises PermissionDenied: unless the actor is a tax clerk.
    :raises ValidationError: without a reason, or when it no longer waits.
    """
    access.require(actor, "insurance.send_back", line.exchange.about, allowed=access.matches(actor))
    reason = billing.reason_of(reason)
    exchange = (
        InsuranceExchange.objects.select_for_update(of=("self",)).select_related("office").get(pk=line.exchange_id)
    )
    done = AssessedLine.objects.filter(pk=line.pk, bill=None, returned="").update(returned=reason)
    billing.refuse_done(done)
    exchange.unmatched -= 1
    exchange.save(update_fields=["unmatched"])
    log.record(f"office/{exchange.office.code}", "insurance.returned", actor=actor, target=exchange.about)
    context = {"number": f"{exchange.message_id} / {line.row}", "reason": reason}
    outbox.send("insurance-line-returned", exchange.office, context, about=exchange.about)


def _bill_lines(exchange: InsuranceExchange, found: list[tuple], actor: Actor) -> None:
    """Single lines onto their payers' bills: a new bill, or more on the one this delivery made."""
    sums: dict[tuple[int, str, str], list] = {}
    for _line, party, levy, period, total in found:
        entry = sums.setdefault((party, levy, period), [0, 0])
        entry[0] += 1
        entry[1] += total
    wanted = [billing.Wanted(*key, *value) for key, value in sums.items()]
    bills = billing.bill_or_add(wanted, about=exchange.about, actor=actor, exchange=exchange)
    by_key = {(each.party_id, each.levy_id, each.period): each.pk for each in bills}
    for line, party, levy, period, _total in found:
        AssessedLine.objects.filter(pk=line).update(bill=by_key[party, levy, period])
    exchange.unmatched -= len(found)
    exchange.save(update_fields=["unmatched"])


def lines_of(bill: InsuranceBill):
    """The lines behind a bill an agency assessed."""
    return AssessedLine.objects.filter(exchange=bill.exchange_id, bill=bill).order_by("row")
