"""Neighbouring provinces of the demonstration, with matters; keys come when a partner enters its own."""

from apps.kernel.parties.models import Office
from apps.services.regions.models import Region, RegionMatter

REGIONS = (("320000", "江苏省"), ("330000", "浙江省"), ("340000", "安徽省"))
OFFICE = "tax-310101-1"
MATTERS = (
    ("tax-report-verification", "跨区域涉税事项报验"),
    ("tax-clearance-copy", "完税证明补开"),
    ("credit-reevaluation", "纳税缴费信用复评"),
)


def seed() -> None:
    """The provinces once, worked with by the first tax office; what an administrator changed stays."""
    office = Office.objects.get(code=OFFICE)
    for code, name in REGIONS:
        region, _new = Region.objects.get_or_create(
            code=code, defaults={"name": name, "address": f"https://tax-{code}.example", "office": office}
        )
        for matter, title in MATTERS:
            RegionMatter.objects.get_or_create(region=region, code=matter, defaults={"name": title})
