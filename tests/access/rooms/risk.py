"""Risk management, joint supervision and the list of dishonest taxpayers (Arts 32, 33): who gets in where.

Nobody in the sample world holds a risk post or decides, so the desk is closed to all of it; the scenarios try the
desk with analysts.
"""

from tests.access.roles import EVERYONE, NOBODY, Role, reach

POLICIES: dict[str, Role] = {
    "as risk_answer": NOBODY,  # only with a reminder of one's own; tried in the scenarios
    **reach(NOBODY, "risk:desk, risk:runs, risk:run, risk:stop, risk:payers, risk:payer, risk:tasks, risk:results"),
    "risk:tune": NOBODY,
    **reach(NOBODY, "inspections:list, inspections:plan, inspections:market, inspections:page"),
    "inspections_partner:list": Role.OFFICER,
    "inspections_partner:market": NOBODY,  # market regulation only
    "inspections_partner:page": NOBODY,  # only units that take part
    **reach(NOBODY, "dishonesty_counter:list, dishonesty_counter:propose"),
    "dishonesty_partner": Role.OFFICER,
    **reach(EVERYONE, "dishonesty, inspection_draws, api-dishonesty"),
    **reach(NOBODY, "inspection_draw, inspection_list_file"),  # there is no draw in the sample world
    **reach(NOBODY, "api-risk-runs, api-risk-levels, api-market-signals"),
}
