"""The dual monitoring's dashboard at the counter, and the payers behind a figure (Article 13)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.kernel.charts import Bar, BarChart, bar_chart
from apps.kernel.parties.districts import DISTRICTS
from apps.kernel.rules.models import Policy
from apps.services.entitlement import estimates, standing
from apps.services.entitlement.counter import at_counter
from apps.services.entitlement.standing import Group, Kind

TOP = 10


@require_safe
@at_counter
def monitoring(request: HttpRequest) -> HttpResponse:
    """The indicators by policy, district and trade, as charts beside their tables."""
    kind, policy, district = (request.GET.get(name, "") for name in ("kind", "policy", "district"))
    kind = kind or Kind.MISSED
    if kind not in Kind.values or (policy and not Policy.objects.filter(code=policy).exists()):
        raise Http404
    run = standing.latest_run()
    if district and district not in DISTRICTS:
        raise Http404
    context = {"run": run, "kind": Kind(kind), "kinds": Kind, "districts": DISTRICTS, "district": district}
    if run is not None:
        rows = standing.counts(run, request.actor, policy=policy, district=district)
        context |= {
            "policy": Policy.objects.filter(code=policy).first(),
            "totals": [(Kind(group.key), group) for group in standing.totals(rows)],
            "parts": [
                (title, name, _chart(groups), groups)
                for title, name, groups in (
                    (_("按政策"), "policy", standing.by_policy(rows, kind)),
                    (_("按区"), "district", standing.by_district(rows, kind)),
                    (_("按行业"), "trade", standing.by_trade(rows, kind)),
                )
            ],
            "waiting": standing.waiting(request.actor),
            "handled": standing.handled(request.actor),
        }
    return render(request, "entitlement/monitoring.html", context)


@require_safe
@at_counter
def payers(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The payers behind a figure of a policy, within the office's reach."""
    policy, run, after = get_object_or_404(Policy, code=code), standing.latest_run(), request.GET.get("after", "0")
    if run is None or kind not in {Kind.MISSED, Kind.IRREGULAR} or not (after.isdecimal() and len(after) < 19):
        raise Http404
    if kind == Kind.MISSED:
        found = standing.missed(run, policy, request.actor, after=int(after))
        worth = estimates.estimates().get(code)
        rows = [
            {"party": party, "amount": worth.worth(vars(party.profile)) if worth else None, "case": None}
            for party in found
        ]
    else:
        found = standing.irregular(policy, request.actor, year=run.on.year, after=int(after))
        rows = [{"party": row.party, "amount": row.amount, "case": row.case} for row in found]
    more = len(found) > standing.PER_PAGE
    context = {
        "policy": policy,
        "kind": Kind(kind),
        "run": run,
        "rows": rows[: standing.PER_PAGE],
        "next": found[standing.PER_PAGE - 1].pk if more else None,
    }
    return render(request, "entitlement/payers.html", context)


def _chart(groups: list[Group]) -> BarChart:
    return bar_chart([Bar(group.label, group.parties) for group in groups[:TOP]])
