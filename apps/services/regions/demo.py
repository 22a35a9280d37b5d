"""Neighbouring provinces of the demonstration, with matters; keys come when a partner enters its own."""

from apps.services.regions.models import Region, RegionMatter

REGIONS = (("320000", "江苏省"), ("330000", "浙江省"), ("340000", "安徽省"))
MATTERS = (
    ("tax-report-verification", "跨区域涉税事项报验"),
    ("tax-clearance-copy", "完税证明补开"),
    ("credit-reevaluation", "纳税缴费信用复评"),
)


def seed() -> None:
    """The provinces once; what an administrator changed stays."""
    for code, name in REGIONS:
        region, _new = Region.objects.get_or_create(
            code=code, defaults={"name": name, "address": f"https://tax-{code}.example"}
        )
        for matter, title in MATTERS:
            RegionMatter.objects.get_or_create(region=region, code=matter, defaults={"name": title})
