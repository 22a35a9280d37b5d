"""What is usual in a trade (同行业数据): what indicators compare with, rounded once for everybody (Art 32)."""

from django.db import connection

from apps.supervision.risk.models import PeerFigures, RiskRun

# Exact numerics throughout; percentile_disc takes a value that is there, percentile_cont would go through floats.
_COUNT = """
    INSERT INTO supervision_peerfigures (run_id, industry_code, firms, vat_burden_mean, vat_burden_sd,
           cit_burden_low, gross_margin_mean, power_mean, power_sd)
    SELECT %(run)s, industry_code, count(*),
           CASE WHEN count(vat) >= %(least)s THEN round(avg(vat), 8) END,
           CASE WHEN count(vat) >= %(least)s THEN round(stddev_pop(vat), 8) END,
           CASE WHEN count(cit) >= %(least)s
                THEN round(percentile_disc(0.1) WITHIN GROUP (ORDER BY cit), 8) END,
           CASE WHEN count(margin) >= %(least)s THEN round(avg(margin), 8) END,
           CASE WHEN count(power) >= %(least)s THEN round(avg(power), 8) END,
           CASE WHEN count(power) >= %(least)s THEN round(stddev_pop(power), 8) END
      FROM (SELECT industry_code,
                   CASE WHEN vat_kind = 'general' AND taxable_sales_12m > 0
                        THEN round(vat_paid_12m::numeric / taxable_sales_12m, 8) END AS vat,
                   CASE WHEN levy_method = 'books' AND revenue > 0
                        THEN round(cit_payable::numeric / revenue, 8) END AS cit,
                   CASE WHEN revenue > 0 THEN round((revenue - cogs)::numeric / revenue, 8) END AS margin,
                   CASE WHEN revenue > 0 THEN round(kwh_12m::numeric / revenue, 8) END AS power
              FROM facts_profile
             WHERE industry_code IS NOT NULL AND subject_kind <> 'natural') known
     GROUP BY industry_code
"""
COLUMNS = ("vat_burden_mean", "vat_burden_sd", "cit_burden_low", "gross_margin_mean", "power_mean", "power_sd")


def count(run: RiskRun, least: int) -> None:
    """Count the figures of every trade for a run; a trade of fewer than ``least`` firms has none."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"run": run.pk, "least": least})


def of(run: RiskRun, industry_code: str | None) -> dict[str, object]:
    """The figures of a trade by the names formulas use; all unknown for a trade that has none."""
    found = PeerFigures.objects.filter(run=run, industry_code=industry_code or "").values(*COLUMNS).first()
    return {f"peer_{name}": (found or {}).get(name) for name in COLUMNS}
