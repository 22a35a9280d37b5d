"""Under which headings property and behaviour taxes are declared (税目): facts a payer knows, whose rate is the law's.

The code of a heading names the row of the law: ``land-use.grade-1`` is the tax and the heading ``grade_1``.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Headings = tuple[tuple[str, Promise], ...]
SETTLEMENT = "settlement"


@dataclass(frozen=True)
class Relief:
    """A fact of a source for which the law takes a share of the tax off, and the headings it is known for."""

    code: str
    label: Promise
    items: frozenset[str]


def _all_but(headings: Headings, *left_out: str) -> frozenset[str]:
    return frozenset(code for code, _label in headings if not code.startswith(left_out))


PROPERTY: Headings = (("value", _("从价：按房产原值")), ("rent", _("从租：按全年租金")))

LAND_USE: Headings = (
    ("grade_1", _("一级区域")),
    ("grade_2", _("二级区域")),
    ("grade_3", _("三级区域")),
    ("grade_4", _("四级区域")),
    ("grade_5", _("五级区域")),
)

VEHICLE_VESSEL: Headings = (
    ("car_1_0", _("乘用车，1.0升以下（辆）")),
    ("car_1_6", _("乘用车，1.0升以上至1.6升（辆）")),
    ("car_2_0", _("乘用车，1.6升以上至2.0升（辆）")),
    ("car_2_5", _("乘用车，2.0升以上至2.5升（辆）")),
    ("car_3_0", _("乘用车，2.5升以上至3.0升（辆）")),
    ("car_4_0", _("乘用车，3.0升以上至4.0升（辆）")),
    ("car_over", _("乘用车，4.0升以上（辆）")),
    ("bus_medium", _("客车，9人以上20人以下（辆）")),
    ("bus_large", _("客车，20人以上（辆）")),
    ("truck", _("货车（整备质量，吨）")),
    ("trailer", _("挂车（整备质量，吨）")),
    ("special", _("专用作业车、轮式专用机械车（整备质量，吨）")),
    ("motorcycle", _("摩托车（辆）")),
    ("new_energy", _("使用新能源的车船，免征（辆）")),
    ("ship_200", _("机动船舶，净吨位不超过200吨（吨）")),
    ("ship_2000", _("机动船舶，净吨位超过200吨至2000吨（吨）")),
    ("ship_10000", _("机动船舶，净吨位超过2000吨至10000吨（吨）")),
    ("ship_over", _("机动船舶，净吨位超过10000吨（吨）")),
    ("yacht_10", _("游艇，艇身不超过10米（米）")),
    ("yacht_18", _("游艇，艇身超过10米至18米（米）")),
    ("yacht_30", _("游艇，艇身超过18米至30米（米）")),
    ("yacht_over", _("游艇，艇身超过30米（米）")),
)

# Ships and yachts are not in the lists of energy-saving vehicles.
VEHICLES_SPARED = (
    Relief("energy_saving", _("节约能源的车辆（列入目录）"), _all_but(VEHICLE_VESSEL, "new_energy", "ship", "yacht")),
    Relief(
        "towed",
        _("拖船、非机动驳船"),
        frozenset(code for code, _label in VEHICLE_VESSEL if code.startswith("ship")),
    ),
)

RESOURCE: Headings = (
    ("crude_oil", _("原油（销售额）")),
    ("natural_gas", _("天然气（销售额）")),
    ("geothermal", _("地热（销售数量）")),
    ("mineral_water", _("矿泉水（销售数量）")),
    ("sand", _("砂石（销售额）")),
    ("clay", _("其他粘土（销售额）")),
)

ENVIRONMENTAL: Headings = (
    ("so2", _("大气污染物：二氧化硫（污染当量）")),
    ("nox", _("大气污染物：氮氧化物（污染当量）")),
    ("air_other", _("大气污染物：其他（污染当量）")),
    ("cod", _("水污染物：化学需氧量（污染当量）")),
    ("ammonia_nitrogen", _("水污染物：氨氮（污染当量）")),
    ("water_first_class", _("水污染物：第一类（污染当量）")),
    ("water_other", _("水污染物：其他类（污染当量）")),
    ("coal_gangue", _("固体废物：煤矸石（吨）")),
    ("tailings", _("固体废物：尾矿（吨）")),
    ("hazardous_waste", _("固体废物：危险废物（吨）")),
    ("other_waste", _("固体废物：冶炼渣、粉煤灰、炉渣、其他（吨）")),
    ("noise_3", _("工业噪声：超标1至3分贝（月）")),
    ("noise_6", _("工业噪声：超标4至6分贝（月）")),
    ("noise_9", _("工业噪声：超标7至9分贝（月）")),
    ("noise_12", _("工业噪声：超标10至12分贝（月）")),
    ("noise_15", _("工业噪声：超标13至15分贝（月）")),
    ("noise_over", _("工业噪声：超标16分贝以上（月）")),
)

# Of air and water only, by how far the concentration stays below the standard for the discharge.
_MEASURED = _all_but(ENVIRONMENTAL, "coal", "tailings", "hazardous", "other_waste", "noise")
CLEANER = (
    Relief("below_30", _("排放浓度低于标准30%以上"), _MEASURED),
    Relief("below_50", _("排放浓度低于标准50%以上"), _MEASURED),
)

LAND_APPRECIATION: Headings = (
    (SETTLEMENT, _("转让或者清算：按增值额和四级税率")),
    ("prepaid_home_low", _("预征：住宅，均价不高于上年区域均价")),
    ("prepaid_home_middle", _("预征：住宅，均价高于上年区域均价不到一倍")),
    ("prepaid_home_high", _("预征：住宅，均价高于上年区域均价一倍以上")),
    ("prepaid_other", _("预征：非住宅")),
)

FARMLAND: Headings = (
    ("pudong", _("浦东新区")),
    ("minhang", _("闵行区")),
    ("baoshan", _("宝山区")),
    ("jiading", _("嘉定区")),
    ("songjiang", _("松江区")),
    ("qingpu", _("青浦区")),
    ("fengxian", _("奉贤区")),
    ("jinshan", _("金山区")),
    ("chongming", _("崇明区")),
    ("inner_city", _("中心城区")),
)
