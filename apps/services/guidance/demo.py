"""Policy guidance in the demonstration: who keeps the law, who helps with key policies, and a first run."""

from django.contrib.auth.models import Permission

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, User
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
        pushing.start(Actor.system("policy-push"))
        pushing.work()
