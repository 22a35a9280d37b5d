"""Policy guidance in the demonstration: who keeps the law, who helps with key policies, and a first run."""

import datetime as dt

from django.contrib.auth.models import Permission

from apps.kernel.facts import runs, writer
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.rules import versions
from apps.kernel.rules.models import Policy
from apps.services.entitlement.models import MatchRun
from apps.services.guidance import pushing
from apps.services.guidance.models import PolicyDesk

# Two people keep the law: one proposes, the other decides.
KEEPERS = {
    "risk": ("add_parameterchange", "view_parameterchange", "view_parameter", "add_policyversion"),
    "chief": ("approve_parameterchange", "view_parameterchange", "view_parameter", "approve_policyversion"),
}
DESKS = (
    ("SIX-TAX-TWO-FEE", "tax-310101-1", "3号窗口", "陈静"),
    ("CIT-RD-100", "tax-310115-1", "科技创新专窗", "朱明远"),
    ("CIT-SLP", "tax-310104-1", "小微企业专窗", "何佩玲"),
    ("DIS-FUND-30", "tax-310101-1", "5号窗口", "陈静"),
)
# What is known of the demonstration's own taxpayers, so that each of them finds something that fits.
KNOWN = {
    "周思远": {
        "subject_kind": "natural",
        "vat_kind": "none",
        "children_under3": 1,
        "parents_60plus": 2,
        "private_pension_paid": 1_200_000,
        "comprehensive_income": 11_800_000,
    },
    "沈玉珍": {"subject_kind": "natural", "vat_kind": "none", "housing_rent_income": 450_000},
    "上海申澜精密机械有限公司": {
        "restricted_industry": False,
        "taxable_income": 268_000_000,
        "headcount_qavg": "28.5",
        "employees_avg": "28.5",
        "assets_qavg": 4_200_000_000,
        "levy_method": "books",
        "rd_negative_industry": False,
        "rd_expense": 96_000_000,
        "pit_income_prev_year": 412_000_000,
    },
    "上海梧桐里餐饮管理有限公司": {
        "vat_period": "Q",
        "sales_quarter": 28_600_000,
        "sales_month": 9_500_000,
        "employees_avg": "12",
        "pit_income_prev_year": 96_000_000,
    },
}
AS_OF = dt.date(2026, 9, 30)


def seed() -> None:
    """Give the keepers their permissions, open the desks, and match the city once."""
    versions.load()
    for username, permissions in KEEPERS.items():
        user = User.objects.get(username=username)
        user.user_permissions.add(*Permission.objects.filter(content_type__app_label="rules", codename__in=permissions))
        User.objects.filter(pk=user.pk).update(is_staff=True)  # the parameters are kept in the administration
    for code, office, window, officer in DESKS:
        PolicyDesk.objects.get_or_create(
            policy=Policy.objects.get(code=code),
            office=Office.objects.get(code=office),
            defaults={"window": window, "officer": officer, "phone": "021-12366", "hours": "周一至周五 9:00–17:00"},
        )
    if not MatchRun.objects.exists():
        _know()
        pushing.start(Actor.system("policy-push"))
        pushing.work()


def _know() -> None:
    # An invented taxpayer may carry the same name; the cast alone has an address.
    parties = dict(Party.objects.filter(name__in=KNOWN, email__endswith="@demo.example").values_list("name", "pk"))
    run = runs.start("declared", kind="demo", as_of=AS_OF)
    writer.write(
        [
            (parties[name], field, value, AS_OF)
            for name, facts in KNOWN.items()
            for field, value in facts.items()
            if name in parties
        ],
        run=run,
    )
    runs.finish(run)
