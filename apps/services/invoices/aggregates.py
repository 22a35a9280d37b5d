"""Invoices added up in the database: one party's month for its return, the whole city's for the facts."""

import calendar
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from apps.kernel.facts import runs, writer
from apps.kernel.facts.models import Run
from apps.kernel.parties.models import Party
from apps.services.invoices.models import Invoice, InvoiceLine, PurposeConfirmation

# Leasing of real estate in the classification of goods and services (不动产经营租赁服务).
REAL_ESTATE_LEASING = "304050202"
# Goods in and goods out are compared by chapter: makers transform what they buy.
CHAPTER_DIGITS = 5


@dataclass(frozen=True)
class RateTotal:
    """Sales of one month at one rate and treatment."""

    treatment: str
    rate: Decimal
    amount: Decimal
    tax: Decimal
    invoices: int


@dataclass(frozen=True)
class MonthTotals:
    """What a party's invoices of one month add up to. Voided ones are left out, red ones subtract."""

    sales_by_rate: tuple[RateTotal, ...]
    sales: Decimal
    output_vat: Decimal
    invoices_issued: int
    invoices_received: int
    special_received: int
    special_amount: Decimal
    input_vat: Decimal


def month(party: Party, year: int, month: int) -> MonthTotals:
    """Sales by rate, output VAT, and input VAT of one month: special invoices not confirmed as not deducted."""
    begin, end = month_bounds(year, month)
    counted = Invoice.objects.filter(issued_at__gte=begin, issued_at__lt=end).exclude(status=Invoice.Status.VOID)
    by_rate = (
        InvoiceLine.objects.filter(invoice__in=counted.filter(seller=party))
        .values("treatment", "rate")
        .annotate(amount=Sum("amount"), tax=Sum("tax"), invoices=Count("invoice", distinct=True))
        .order_by("treatment", "-rate")
    )
    issued = counted.filter(seller=party).aggregate(sales=Sum("amount"), tax=Sum("tax"), number=Count("id"))
    received = counted.filter(buyer=party)
    deductible = received.filter(kind=Invoice.Kind.SPECIAL).exclude(
        purpose__purpose=PurposeConfirmation.Purpose.NOT_DEDUCT
    )
    special = deductible.aggregate(amount=Sum("amount"), tax=Sum("tax"), number=Count("id"))
    nothing = Decimal("0.00")
    return MonthTotals(
        sales_by_rate=tuple(RateTotal(**row) for row in by_rate),
        sales=issued["sales"] or nothing,
        output_vat=issued["tax"] or nothing,
        invoices_issued=issued["number"],
        invoices_received=received.count(),
        special_received=special["number"],
        special_amount=special["amount"] or nothing,
        input_vat=special["tax"] or nothing,
    )


def month_bounds(year: int, month: int) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of a month in Shanghai and of the next."""
    days = calendar.monthrange(year, month)[1]
    begin = dt.date(year, month, 1)
    return _midnight(begin), _midnight(begin + dt.timedelta(days=days))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


@transaction.atomic
def refresh_facts(year: int, month: int) -> Run:
    """Tell the facts what the invoices of the whole city say at the end of a month."""
    begin, end = month_bounds(year, month)
    as_of = (end - dt.timedelta(seconds=1)).astimezone(timezone.get_current_timezone()).date()
    run = runs.start("invoices", kind="aggregate", as_of=as_of)
    with connection.cursor() as cursor:
        cursor.execute(_LINK)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.invoice_facts")
        cursor.execute(
            _CITY,
            {
                "begin": begin,
                "end": end,
                "before": month_bounds(*_months_before(year, month, 1))[0],
                "quarter": month_bounds(*_months_before(year, month, 2))[0],
                "year": month_bounds(*_months_before(year, month, 11))[0],
                "days90": end - dt.timedelta(days=90),
                "as_of": as_of,
                "leasing": f"{REAL_ESTATE_LEASING}%",
                "chapter": CHAPTER_DIGITS,
            },
        )
        writer.write_staged("invoice_facts", run=run)
        cursor.execute("DROP TABLE invoice_facts")
    return runs.finish(run)


def _months_before(year: int, month: int, back: int) -> tuple[int, int]:
    index = year * 12 + (month - 1) - back
    return index // 12, index % 12 + 1


# Invoices taken in before their other side was on the register find it now.
_LINK = """
    UPDATE services_invoice i SET seller_id = o.party_id FROM parties_organisation o
    WHERE i.seller_id IS NULL AND o.uscc = i.seller_number;
    UPDATE services_invoice i SET buyer_id = o.party_id FROM parties_organisation o
    WHERE i.buyer_id IS NULL AND o.uscc = i.buyer_number"""

# Every count and sum of each party that issued or received anything in the twelve months, as rows
# for the facts writer. Amounts become whole fen here.
_CITY = """
    CREATE TEMP TABLE invoice_facts ON COMMIT DROP AS
    WITH sides AS (
        SELECT seller_id AS party_id, true AS sale, i.* FROM services_invoice i
        WHERE seller_id IS NOT NULL AND issued_at >= %(year)s AND issued_at < %(end)s
        UNION ALL
        SELECT buyer_id, false, i.* FROM services_invoice i
        WHERE buyer_id IS NOT NULL AND issued_at >= %(year)s AND issued_at < %(end)s
    ), sums AS (
        SELECT s.party_id,
            sum(amount) FILTER (WHERE sale AND valid AND now_month) AS invoice_net,
            sum(amount) FILTER (WHERE sale AND valid) AS output_12m,
            sum(amount) FILTER (WHERE NOT sale AND valid) AS input_12m,
            sum(amount) FILTER (WHERE sale AND valid AND issued_at >= %(days90)s) AS invoice_sum,
            sum(tax) FILTER (WHERE sale AND valid AND now_month) AS output_vat,
            sum(tax) FILTER (WHERE sale AND valid AND last_month) AS output_vat_prev,
            sum(tax) FILTER (WHERE deductible AND now_month) AS input_vat,
            sum(tax) FILTER (WHERE deductible AND last_month) AS input_vat_prev,
            sum(tax) FILTER (WHERE deductible) AS input_vat_12m,
            count(*) FILTER (WHERE sale AND now_month) AS invoices_issued_month,
            count(*) FILTER (WHERE sale AND now_month AND amount * 100 * 10 >= p.invoice_limit * 9)
                AS invoices_near_limit_month,
            count(*) FILTER (WHERE sale AND issued_at >= %(quarter)s) AS invoices_issued_3m,
            count(*) FILTER (WHERE sale AND issued_at >= %(quarter)s AND status = 'void') AS invoices_void_3m,
            count(*) FILTER (WHERE sale AND issued_at >= %(quarter)s AND status = 'red') AS invoices_red_3m
        FROM (
            SELECT sides.*, status <> 'void' AS valid, issued_at >= %(begin)s AS now_month,
                   issued_at >= %(before)s AND issued_at < %(begin)s AS last_month,
                   NOT sale AND status <> 'void' AND kind = 'special'
                   AND u.purpose IS DISTINCT FROM 'not_deduct' AS deductible
            FROM sides LEFT JOIN services_purposeconfirmation u ON u.invoice_id = sides.id
        ) s LEFT JOIN facts_profile p USING (party_id)
        GROUP BY s.party_id
    ), items AS (
        SELECT s.party_id, s.sale, l.tax_class, l.amount FROM sides s
        JOIN services_invoiceline l ON l.invoice_id = s.id WHERE s.status <> 'void'
    ), rents AS (
        SELECT party_id, count(*) AS invoice_lines_12m,
               coalesce(sum(amount) FILTER (WHERE sale AND tax_class LIKE %(leasing)s), 0) AS rental_invoice_12m
        FROM items GROUP BY party_id
    ), chapters AS (
        SELECT party_id, left(tax_class, %(chapter)s) AS chapter,
               count(*) FILTER (WHERE sale)::float8 AS sold, count(*) FILTER (WHERE NOT sale)::float8 AS bought
        FROM items WHERE tax_class <> '' GROUP BY party_id, left(tax_class, %(chapter)s)
    ), likeness AS (
        SELECT party_id, round(10000 * sum(sold * bought) / sqrt(sum(sold ^ 2) * sum(bought ^ 2)))::int
               AS class_similarity_bp
        FROM chapters GROUP BY party_id HAVING sum(sold) > 0 AND sum(bought) > 0
    )
    SELECT sums.party_id, fact.field, fact.value, %(as_of)s::date AS as_of
    FROM sums LEFT JOIN rents USING (party_id) LEFT JOIN likeness USING (party_id)
    CROSS JOIN LATERAL (VALUES
        ('invoice_net', (coalesce(invoice_net, 0) * 100)::bigint::text),
        ('output_12m', (coalesce(output_12m, 0) * 100)::bigint::text),
        ('input_12m', (coalesce(input_12m, 0) * 100)::bigint::text),
        ('invoice_sum', (coalesce(invoice_sum, 0) * 100)::bigint::text),
        ('output_vat', (coalesce(output_vat, 0) * 100)::bigint::text),
        ('output_vat_prev', (coalesce(output_vat_prev, 0) * 100)::bigint::text),
        ('input_vat', (coalesce(input_vat, 0) * 100)::bigint::text),
        ('input_vat_prev', (coalesce(input_vat_prev, 0) * 100)::bigint::text),
        ('input_vat_12m', (coalesce(input_vat_12m, 0) * 100)::bigint::text),
        ('invoices_issued_month', invoices_issued_month::text),
        ('invoices_near_limit_month', invoices_near_limit_month::text),
        ('invoices_issued_3m', invoices_issued_3m::text),
        ('invoices_void_3m', invoices_void_3m::text),
        ('invoices_red_3m', invoices_red_3m::text),
        ('invoice_lines_12m', coalesce(invoice_lines_12m, 0)::text),
        ('rental_invoice_12m', (coalesce(rental_invoice_12m, 0) * 100)::bigint::text),
        ('class_similarity_bp', class_similarity_bp::text)
    ) AS fact (field, value)"""
