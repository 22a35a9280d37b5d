"""Assessed, charged, collected, fed back: an agency's day in figures that must agree to the fen (Art 24).

One pass over the lines of whatever number, grouped by their bills; a difference is named by bill and place.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from apps.collaboration.insurance.models import PAYER_CODE
from apps.collaboration.insurance.models.exchange import insurance_names
from apps.kernel.parties.models import Office

# Where two neighbouring figures differ, in words.
PLACES = {
    "lines": _("明细合计与应征单不符"),
    "charge": _("应征单与账户不符"),
    "feedback": _("已征与已反馈不符"),
}

# The lines of deliveries, declarations and lists by bill, beside the bill, its charge and what was told.
_BILLS = f"""
WITH lined AS (
    SELECT p.bill_id, sum(l.total) AS total
    FROM collaboration_assessedpayer p
    JOIN (SELECT exchange_id, {PAYER_CODE} AS payer_code, payer, levy, period, sum(employer + employee) AS total
          FROM collaboration_assessedline GROUP BY 1, 2, 3, 4, 5) l
        USING (exchange_id, payer_code, payer, levy, period)
    WHERE p.bill_id IS NOT NULL GROUP BY p.bill_id
    UNION ALL
    SELECT b.id, sum(CASE b.levy_id
        WHEN 'pension' THEN d.pension_employer + d.pension_employee
        WHEN 'medical' THEN d.medical_employer + d.medical_employee
        WHEN 'unemployment' THEN d.unemployment_employer + d.unemployment_employee
        WHEN 'injury' THEN d.injury_employer END)
    FROM collaboration_insurancebill b JOIN collaboration_declaredline d ON d.declaration_id = b.declaration_id
    GROUP BY b.id
    UNION ALL
    SELECT m.bill_id, sum(m.amount) FROM collaboration_groupmember m WHERE m.counted GROUP BY m.bill_id
), told AS (
    SELECT f.bill_id, sum(f.amount) AS total FROM collaboration_insurancefeedback f GROUP BY f.bill_id
), bills AS (
    SELECT b.id, b.ref, b.office_id, b.made_on, b.levy_id, b.period, b.assessed, b.amount,
           coalesce(lined.total, 0) AS lines, c.amount AS charged, c.paid AS collected, b.fed_back,
           coalesce(told.total, 0) AS told
    FROM collaboration_insurancebill b
    JOIN ledger_charge c ON c.id = b.charge_id
    LEFT JOIN lined ON lined.bill_id = b.id
    LEFT JOIN told ON told.bill_id = b.id
    WHERE (%(office)s::bigint IS NULL OR b.office_id = %(office)s) AND (%(day)s::date IS NULL OR b.made_on = %(day)s)
)
"""  # noqa: S608 - our own SQL
_WRONG = "lines <> assessed OR amount <> charged OR collected <> fed_back OR fed_back <> told"


@dataclass(frozen=True)
class Day:
    """What was assessed on a day for one agency, and where the money stands now."""

    day: dt.date
    office: int
    bills: int
    lines: Decimal
    assessed: Decimal
    changed: Decimal
    charged: Decimal
    collected: Decimal
    fed_back: Decimal
    differing: int

    @property
    def accounted(self) -> bool:
        """Every fen of the lines is charged or corrected away, and the agency knows what came."""
        return (
            self.differing == 0
            and self.lines == self.assessed
            and self.assessed + self.changed == self.charged
            and self.collected == self.fed_back
        )


@dataclass(frozen=True)
class Difference:
    """A bill whose figures do not agree, and where."""

    ref: str
    levy: str
    period: str
    lines: Decimal
    assessed: Decimal
    amount: Decimal
    charged: Decimal
    collected: Decimal
    fed_back: Decimal
    told: Decimal

    @property
    def insurance(self) -> str:
        """The name of its insurance."""
        return str(insurance_names().get(self.levy, self.levy))

    @property
    def places(self) -> list:
        """Which neighbouring figures differ."""
        found = []
        if self.lines != self.assessed:
            found.append(PLACES["lines"])
        if self.amount != self.charged:
            found.append(PLACES["charge"])
        if not self.collected == self.fed_back == self.told:
            found.append(PLACES["feedback"])
        return found


def days(office: Office | None = None, *, on: dt.date | None = None, most: int = 60) -> list[Day]:
    """The days of an agency, or of all, newest first; all of them in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_BILLS}
            SELECT made_on, office_id, count(*), sum(lines), sum(assessed), sum(amount - assessed), sum(charged),
                   sum(collected), sum(fed_back), count(*) FILTER (WHERE {_WRONG})
            FROM bills GROUP BY made_on, office_id ORDER BY made_on DESC, office_id LIMIT %(most)s
            """,  # noqa: S608 - our own SQL
            {"office": office.pk if office else None, "day": on, "most": most},
        )
        return [Day(*row) for row in cursor.fetchall()]


def differences(office: Office | None, day: dt.date | None = None, *, most: int = 200) -> list[Difference]:
    """The bills whose figures do not agree."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_BILLS}
            SELECT ref, levy_id, period, lines, assessed, amount, charged, collected, fed_back, told
            FROM bills WHERE {_WRONG} ORDER BY id LIMIT %(most)s
            """,  # noqa: S608 - our own SQL
            {"office": office.pk if office else None, "day": day, "most": most},
        )
        return [Difference(*row) for row in cursor.fetchall()]
