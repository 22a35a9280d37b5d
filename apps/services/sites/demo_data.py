"""The demonstration's sites and business lines as data. Addresses and house numbers are invented."""

from django.utils.translation import gettext_noop as _

from apps.services.sites.models import Site, WindowKind

GOVERNMENT, COMMUNITY, BANK, MACHINE = (
    Site.Kind.GOVERNMENT,
    Site.Kind.COMMUNITY,
    Site.Kind.BANK,
    Site.Kind.SELF_SERVICE,
)

_IDENTITY = _("本人居民身份证")
_COMPANY = _("营业执照副本")

# Code, label, what it covers, minutes, what to bring, online matter.
LINES = (
    (
        "filing",
        _("申报纳税"),
        _("各税种申报、更正申报、缴款"),
        15,
        (_IDENTITY, _COMPANY, _("申报表或者电子税务局用户名")),
        "",
    ),
    (
        "invoices",
        _("发票业务"),
        _("开具代开发票、调整发票额度、红字发票"),
        15,
        (_IDENTITY, _COMPANY, _("业务合同或者收款凭证")),
        "",
    ),
    (
        "real-estate",
        _("不动产交易税费"),
        _("买卖、赠与、继承房屋的契税、增值税、个人所得税"),
        40,
        (_("买卖双方居民身份证"), _("不动产权证书"), _("网签合同"), _("家庭住房情况查询结果")),
        "",
    ),
    (
        "registration",
        _("登记和信息变更"),
        _("税务信息确认、变更、注销"),
        30,
        (_IDENTITY, _COMPANY, _("变更后的证明材料")),
        "",
    ),
    ("social-insurance", _("社会保险费"), _("单位和个人社会保险费缴纳、退费"), 20, (_IDENTITY, _("社会保障卡")), ""),
    (
        "personal-income",
        _("个人所得税"),
        _("综合所得汇算清缴、专项附加扣除、退税"),
        20,
        (_IDENTITY, _("本人名下银行卡")),
        "",
    ),
    (
        "refund",
        _("退税和延期缴纳"),
        _("误收多缴退税、延期缴纳申请"),
        25,
        (_IDENTITY, _COMPANY, _("缴款凭证")),
        "deferral",
    ),
    ("certificate", _("证明开具"), _("完税证明、税收居民身份证明"), 10, (_IDENTITY,), ""),
)

_FULL = tuple(line[0] for line in LINES)
_NEAR_HOME = ("social-insurance", "personal-income", "certificate", "filing")
_AT_BANK = ("social-insurance", "certificate")

OFFERED = {GOVERNMENT: _FULL, COMMUNITY: _NEAR_HOME, BANK: _AT_BANK, MACHINE: ("certificate", "invoices")}

# Window code, label, kind, accessible, and its lines (none: every line of the site).
WINDOWS = {
    GOVERNMENT: (
        ("1", "1号综合窗口", WindowKind.GENERAL, True, ()),
        ("2", "2号综合窗口", WindowKind.GENERAL, False, ()),
        ("3", "3号不动产专窗", WindowKind.SPECIAL, False, ("real-estate",)),
        ("4", "4号绿色通道", WindowKind.GREEN, True, ()),
    ),
    COMMUNITY: (
        ("1", "1号税费窗口", WindowKind.GENERAL, True, ()),
        ("2", "2号绿色通道", WindowKind.GREEN, True, ()),
    ),
    BANK: (("6", "6号税费代办窗口", WindowKind.GENERAL, False, ()),),
    MACHINE: (("Z1", "1号自助终端", WindowKind.MACHINE, True, ()),),
}

WORKDAYS = range(5)
HOURS = {
    GOVERNMENT: tuple((day, "09:00", "17:00") for day in WORKDAYS),
    COMMUNITY: tuple((day, *half) for day in WORKDAYS for half in (("09:00", "11:30"), ("13:30", "17:00"))),
    BANK: tuple((day, "09:30", "16:30") for day in WORKDAYS),
    MACHINE: tuple((day, "08:00", "20:00") for day in range(7)),
}

# District, name of the government centre, address, directions, latitude, longitude.
CENTRES = (
    (
        "310101",
        "黄浦区政务服务中心办税厅",
        "黄浦区外滩南苏州路88号1楼",
        "轨道交通2、10号线南京东路站",
        "31.24310",
        "121.48560",
    ),
    ("310104", "徐汇区政务服务中心办税厅", "徐汇区天平路166号2楼", "轨道交通1、9号线徐家汇站", "31.19640", "121.43630"),
    ("310105", "长宁区政务服务中心办税厅", "长宁区华阳路218号1楼", "轨道交通2号线中山公园站", "31.22040", "121.41680"),
    (
        "310106",
        "静安区政务服务中心办税厅",
        "静安区静安寺路36号2楼",
        "轨道交通2、7号线静安寺站",
        "31.22870",
        "121.44610",
    ),
    (
        "310107",
        "普陀区政务服务中心办税厅",
        "普陀区曹杨二村路60号1楼",
        "轨道交通3、4号线曹杨路站",
        "31.24950",
        "121.40010",
    ),
    (
        "310109",
        "虹口区政务服务中心办税厅",
        "虹口区四川北路1380号3楼",
        "轨道交通3号线东宝兴路站",
        "31.26460",
        "121.48510",
    ),
    (
        "310110",
        "杨浦区政务服务中心办税厅",
        "杨浦区五角场国定支路99号1楼",
        "轨道交通10号线五角场站",
        "31.29980",
        "121.51430",
    ),
    (
        "310112",
        "闵行区政务服务中心办税厅",
        "闵行区七宝镇漕宝支路258号1楼",
        "轨道交通9号线七宝站",
        "31.15600",
        "121.35020",
    ),
    ("310113", "宝山区政务服务中心办税厅", "宝山区友谊支路150号2楼", "轨道交通3号线友谊路站", "31.40480", "121.48870"),
    (
        "310114",
        "嘉定区政务服务中心办税厅",
        "嘉定区安亭镇墨玉支路77号1楼",
        "轨道交通11号线安亭站",
        "31.29030",
        "121.16250",
    ),
    (
        "310115",
        "浦东新区政务服务中心办税厅",
        "浦东新区陆家嘴合欢支路18号2楼",
        "轨道交通2号线上海科技馆站",
        "31.22150",
        "121.54440",
    ),
    ("310116", "金山区政务服务中心办税厅", "金山区石化龙山支路52号1楼", "金山铁路金山卫站", "30.72480", "121.34160"),
    (
        "310117",
        "松江区政务服务中心办税厅",
        "松江区方松街道人民北支路301号1楼",
        "轨道交通9号线松江大学城站",
        "31.03220",
        "121.22770",
    ),
    (
        "310118",
        "青浦区政务服务中心办税厅",
        "青浦区赵巷镇嘉松支路45号1楼",
        "轨道交通17号线赵巷站",
        "31.15000",
        "121.20980",
    ),
    (
        "310120",
        "奉贤区政务服务中心办税厅",
        "奉贤区南桥镇望园支路128号1楼",
        "轨道交通5号线望园路站",
        "30.91790",
        "121.45420",
    ),
    ("310151", "崇明区政务服务中心办税厅", "崇明区城桥镇翠竹支路9号1楼", "公交城桥新城站", "31.62280", "121.39750"),
)

# District, code, kind, name, address, directions.
OTHERS = (
    (
        "310101",
        "waitan-community",
        COMMUNITY,
        "外滩街道社区事务受理服务中心",
        "黄浦区外滩宁波支路26号",
        "公交江西中路站",
    ),
    ("310101", "pujiang-bank-bund", BANK, "浦江银行外滩支行", "黄浦区外滩圆明园支路7号", "轨道交通2、10号线南京东路站"),
    (
        "310101",
        "self-service-renmin",
        MACHINE,
        "人民广场自助办税点",
        "黄浦区人民广场地下通道B1-12",
        "轨道交通1、2、8号线人民广场站",
    ),
    (
        "310104",
        "tianping-community",
        COMMUNITY,
        "天平路街道社区事务受理服务中心",
        "徐汇区天平支路190号",
        "公交天平路站",
    ),
    (
        "310115",
        "lujiazui-community",
        COMMUNITY,
        "陆家嘴街道社区事务受理服务中心",
        "浦东新区陆家嘴崂山支路33号",
        "轨道交通2号线东昌路站",
    ),
    (
        "310115",
        "pujiang-bank-lujiazui",
        BANK,
        "浦江银行陆家嘴支行",
        "浦东新区陆家嘴银城支路5号",
        "轨道交通2、14号线陆家嘴站",
    ),
    (
        "310112",
        "qibao-community",
        COMMUNITY,
        "七宝镇社区事务受理服务中心",
        "闵行区七宝镇青年支路12号",
        "轨道交通9号线七宝站",
    ),
)
