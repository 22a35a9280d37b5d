"""Dual monitoring (双向监控, Article 13): what is matched beside what is enjoyed, joined payer by payer.

Enjoyment is known from the latest return of the payer and from confirmations here. Policies whose
enjoyment shows nowhere are not monitored: not seeing a benefit taken does not say it was missed.
"""

from django.db import connection

from apps.kernel.rules.models import PolicyVersion
from apps.services.entitlement.estimates import estimates
from apps.services.entitlement.models import MatchRun

_WORD = 63  # places looked at in one whole number: counting asks each payer a hundred times, a bit string is slow then

# How each payer stands to the policies, as bits; and what those policies would be worth to them that have an estimate.
# Nobody who takes is accused as long as the facts do not suffice. An unlogged table, because PostgreSQL fills it and
# reads it in parallel; a temporary one is read by one process. OFFSET 0 keeps each word from being made for each way.
_STAND = """
    CREATE UNLOGGED TABLE services_stood AS
    WITH own AS (
        SELECT party_id, bit_or(set_bit(%(none)s::varbit, place::int - 1, 1)) AS taken
          FROM services_enjoyment JOIN unnest(%(policies)s::bigint[]) WITH ORDINALITY AS t (policy_id, place)
         USING (policy_id)
         WHERE year = %(year)s GROUP BY party_id
    )
    SELECT {columns}
      FROM (SELECT m.party_id, y.office_id, y.district, coalesce(left(p.industry_code, 1), '') AS trade, {words}
              FROM services_match m LEFT JOIN own o USING (party_id)
              JOIN facts_profile p USING (party_id) JOIN parties_party y ON y.id = m.party_id
             WHERE m.run_id = %(run)s
            OFFSET 0) listed
"""
_BITS = {"met": "m.met", "taken": "(m.flagged | coalesce(o.taken, %(none)s::varbit))", "unclear": "m.unclear"}
_WAYS = {
    "missed": "met_{0} & ~taken_{0}",
    "enjoyed": "met_{0} & taken_{0}",
    "unclear": "taken_{0} & ~met_{0} & unclear_{0}",
    "irregular": "taken_{0} & ~met_{0} & ~unclear_{0}",
}

# One row for each office, district and trade, with a figure for each policy and way to stand to it: the city's pairs
# of payer and policy are never laid out.
_COUNT = """
    CREATE TEMPORARY TABLE counted AS
    SELECT office_id, district, trade, ARRAY[{parties}]::bigint[] AS parties, ARRAY[{fen}]::numeric[] AS fen
      FROM services_stood GROUP BY 1, 2, 3
"""
_KEEP = """
    INSERT INTO services_monitorcount (run_id, policy_id, kind, office_id, district, trade, parties, amount)
    SELECT %(run)s, c.policy_id, c.kind, office_id, district, trade, c.parties, coalesce(c.fen, 0) / 100
      FROM counted
     CROSS JOIN LATERAL unnest(%(of)s::bigint[], %(kinds)s::text[], parties, fen) AS c (policy_id, kind, parties, fen)
     WHERE c.parties > 0
"""

_FIND = """
    INSERT INTO services_finding (party_id, policy_id, version_id, year, run_id, amount, found_at)
    SELECT s.party_id, t.policy_id, t.version_id, %(year)s, %(run)s, (CASE t.place {worth} END)::numeric / 100, %(now)s
      FROM services_stood s
      JOIN unnest(%(places)s::int[], %(words)s::int[], %(bits)s::bigint[], %(monitored)s::bigint[],
                  %(versions)s::bigint[]) AS t (place, word, bit, policy_id, version_id)
        ON (CASE t.word {irregular} END) & t.bit <> 0
     WHERE {suspects}
       AND NOT EXISTS (SELECT FROM services_finding known WHERE known.party_id = s.party_id
                          AND known.policy_id = t.policy_id AND known.year = %(year)s)
    ON CONFLICT (party_id, policy_id, year) DO NOTHING
"""


def compare(run: MatchRun, taking_part: list[PolicyVersion]) -> None:
    """Count how everyone stands to every monitored policy, and keep each irregular enjoyment not yet known."""
    monitored = {
        place: version
        for place, version in enumerate(taking_part)
        if version.policy.enjoyed_field or version.straight_through
    }
    if not monitored:
        return
    worth = {
        place: estimates()[version.policy.code].sql
        for place, version in monitored.items()
        if version.policy.code in estimates()
    }
    figures = [(way, place) for way in _WAYS for place in monitored]
    words = range(-(-len(taking_part) // _WORD))
    params = {
        "run": run.pk,
        "year": run.on.year,
        "now": run.worked_at,
        "none": "0" * len(taking_part),
        "policies": [version.policy_id for version in taking_part],
        "places": list(monitored),
        "words": [place // _WORD for place in monitored],
        "bits": [_bit(place) for place in monitored],
        "monitored": [version.policy_id for version in monitored.values()],
        "versions": [version.pk for version in monitored.values()],
        "of": [monitored[place].policy_id for _way, place in figures],
        "kinds": [way for way, _place in figures],
    }
    stand = _STAND.format(
        words=", ".join(
            [f"{_word(bits, word)} AS {name}_{word}" for name, bits in _BITS.items() for word in words]
            + [f"{sql} AS worth_{place}" for place, sql in worth.items()]
        ),
        columns=", ".join(
            ["party_id", "office_id", "district", "trade"]
            + [f"{bits.format(word)} AS {way}_{word}" for way, bits in _WAYS.items() for word in words]
            + [f"worth_{place}" for place in worth]
        ),
    )
    count = _COUNT.format(
        parties=", ".join(f"count(*) FILTER (WHERE {_stands(way, place)})" for way, place in figures),
        fen=", ".join(
            f"sum(worth_{place}) FILTER (WHERE {_stands(way, place)})" if place in worth else "NULL"
            for way, place in figures
        ),
    )
    find = _FIND.format(
        worth=" ".join(f"WHEN {place} THEN worth_{place}" for place in worth) or "WHEN -1 THEN 0",
        irregular=" ".join(f"WHEN {word} THEN irregular_{word}" for word in words),
        suspects="(" + " OR ".join(f"irregular_{word} <> 0" for word in words) + ")",
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE services_enjoyment")  # planned by what was there before, the joins become quadratic
        for statement in (
            stand,
            "ANALYZE services_stood (party_id, office_id, district, trade)",
            count,
            _KEEP,
            find,
            "DROP TABLE counted, services_stood",
        ):
            cursor.execute(statement, params)


def _word(bits: str, word: int) -> str:
    """One stretch of a bit string as a whole number; the first place is the highest bit."""
    return f"(substring({bits} FROM {_WORD * word + 1} FOR {_WORD})::bit({_WORD}))::bigint"


def _stands(way: str, place: int) -> str:
    """Whether a payer of ``stood`` stands so to the policy at a place."""
    return f"{way}_{place // _WORD} & {_bit(place)} <> 0"


def _bit(place: int) -> int:
    return 1 << (_WORD - 1 - place % _WORD)
