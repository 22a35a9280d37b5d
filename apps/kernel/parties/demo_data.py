"""The demonstration's cast as data: offices, staff, taxpayers and mandates. All people and firms are invented."""

import datetime as dt
from dataclasses import dataclass

from apps.kernel.parties.models import Mandate, Office, Organisation, Role

CITY = "sh-tax"

# Administrative division code, name, and the street or town whose grid staff take part (Art 4).
DISTRICTS = (
    ("310101", "黄浦区", "外滩街道"),
    ("310104", "徐汇区", "天平路街道"),
    ("310105", "长宁区", "华阳路街道"),
    ("310106", "静安区", "静安寺街道"),
    ("310107", "普陀区", "曹杨新村街道"),
    ("310109", "虹口区", "四川北路街道"),
    ("310110", "杨浦区", "五角场街道"),
    ("310112", "闵行区", "七宝镇"),
    ("310113", "宝山区", "友谊路街道"),
    ("310114", "嘉定区", "安亭镇"),
    ("310115", "浦东新区", "陆家嘴街道"),
    ("310116", "金山区", "石化街道"),
    ("310117", "松江区", "方松街道"),
    ("310118", "青浦区", "赵巷镇"),
    ("310120", "奉贤区", "南桥镇"),
    ("310151", "崇明区", "城桥镇"),
)
TAX_OFFICES_PER_DISTRICT = ("第一税务所", "第二税务所", "第三税务所")

# Departments and other bodies the Measures name; those with a demo user carry its name as code.
BODIES = (
    ("office", "上海市人民政府办公厅", Office.Kind.GENERAL_OFFICE),
    ("bdc", "上海市大数据中心", Office.Kind.DATA_CENTRE),
    ("hrss", "上海市人力资源和社会保障局", Office.Kind.DEPARTMENT),
    ("medical", "上海市医疗保障局", Office.Kind.DEPARTMENT),
    ("planning", "上海市规划和自然资源局", Office.Kind.DEPARTMENT),
    ("water", "上海市水务局", Office.Kind.DEPARTMENT),
    ("civildefence", "上海市国防动员办公室（民防办）", Office.Kind.DEPARTMENT),
    ("market", "上海市市场监督管理局", Office.Kind.DEPARTMENT),
    ("police", "上海市公安局", Office.Kind.DEPARTMENT),
    ("civilaffairs", "上海市民政局", Office.Kind.DEPARTMENT),
    ("price", "上海市价格认定中心", Office.Kind.DEPARTMENT),
    ("registry", "上海市不动产登记中心", Office.Kind.REGISTRY),
    ("bank", "浦江银行上海分行", Office.Kind.BANK),
    ("court", "上海市黄浦区人民法院", Office.Kind.COURT),
    ("procuratorate", "上海市黄浦区人民检察院", Office.Kind.PROCURATORATE),
    ("finance", "上海市财政局", Office.Kind.DEPARTMENT),
    ("development", "上海市发展和改革委员会", Office.Kind.DEPARTMENT),
    ("science", "上海市科学技术委员会", Office.Kind.DEPARTMENT),
    ("commerce", "上海市商务委员会", Office.Kind.DEPARTMENT),
    ("education", "上海市教育委员会", Office.Kind.DEPARTMENT),
    ("housing", "上海市住房和城乡建设管理委员会", Office.Kind.DEPARTMENT),
    ("greening", "上海市绿化和市容管理局", Office.Kind.DEPARTMENT),
    ("ecology", "上海市生态环境局", Office.Kind.DEPARTMENT),
    ("archives", "上海市档案局", Office.Kind.DEPARTMENT),
    ("disabled", "上海市残疾人联合会", Office.Kind.OTHER),
    ("customs", "上海海关", Office.Kind.OTHER),
    ("borders", "上海出入境边防检查总站", Office.Kind.OTHER),
    ("maritime", "上海海事局", Office.Kind.OTHER),
    ("forex", "国家外汇管理局上海市分局", Office.Kind.OTHER),
)

# The organs' words their documents are numbered with (发文机关代字); who has none uses its name.
WORDS = {
    "office": "沪府办",
    "bdc": "沪数",
    "hrss": "沪人社",
    "medical": "沪医保",
    "planning": "沪规划资源",
    "water": "沪水务",
    "civildefence": "沪民防",
    "market": "沪市监",
    "police": "沪公",
    "civilaffairs": "沪民",
    "price": "沪发改",
    "registry": "沪不动产",
    "court": "沪黄法",
    "procuratorate": "沪黄检",
    "finance": "沪财",
    "development": "沪发改",
    "commerce": "沪商",
    "ecology": "沪环",
}

# Demo user, name, office code, roles.
STAFF = (
    ("clerk", "陈静", "tax-310101-1", (Role.CLERK,)),
    ("chief", "方志远", "tax-310101-1", (Role.CHIEF,)),
    ("risk", "罗宇航", "tax-310101", (Role.RISK,)),
    ("bureau", "郑文斌", "tax-310101", (Role.CLERK,)),
    ("bureau-chief", "曹安平", "tax-310101", (Role.CHIEF,)),
    ("reviewer", "潘立言", CITY, (Role.CHIEF,)),
    ("reports", "孟庆华", "tax-inspection", (Role.REPORTS,)),
    ("custodian", "韩雪梅", "tax-inspection", (Role.CUSTODIAN,)),
    ("auditor", "秦守仁", CITY, (Role.AUDITOR,)),
    ("grid", "杜春燕", "street-310101", (Role.GRID,)),
    ("bdc", "叶晨曦", "bdc", (Role.OFFICER,)),
    ("hrss", "范思琪", "hrss", (Role.OFFICER,)),
    ("medical", "彭立群", "medical", (Role.OFFICER,)),
    ("planning", "苏建业", "planning", (Role.OFFICER,)),
    ("water", "江晓波", "water", (Role.OFFICER,)),
    ("civildefence", "石国强", "civildefence", (Role.OFFICER,)),
    ("market", "贺文婷", "market", (Role.OFFICER,)),
    ("police", "雷鸣", "police", (Role.OFFICER,)),
    ("civilaffairs", "夏雨荷", "civilaffairs", (Role.OFFICER,)),
    ("registry", "邹明辉", "registry", (Role.OFFICER,)),
    ("bank", "钟慧", "bank", (Role.OFFICER,)),
    ("court", "卢正平", "court", (Role.OFFICER,)),
    ("procuratorate", "严格非", "procuratorate", (Role.OFFICER,)),
    ("price", "万秋实", "price", (Role.OFFICER,)),
    ("office", "尹若兰", "office", (Role.OFFICER,)),
    ("office-second", "邵思明", "office", (Role.OFFICER,)),  # the second person of a suggestion of discipline (Art 38)
    ("development", "白若谷", "development", (Role.OFFICER,)),  # reviews what the price bureau concludes (Art 27)
)

# The second person of what two people decide: law, policies, what is destroyed. `admin` proposes.
SECOND_PERSON = "reviewer"
DECIDES_ON = ("parameterchange", "policyversion", "register")

# A department lists its data, supplies them and answers for them (Arts 16, 18, 19).
PROVIDES = ("cases", "catalog.read", "catalog.write", "data.supply", "data.correct")

# One OAuth2 client per department: what its system may do.
CLIENT_SCOPES = {
    "bdc": PROVIDES,
    "hrss": (*PROVIDES, "contributions.read", "contributions.write", "qualifications.write"),
    "medical": (*PROVIDES, "contributions.read", "contributions.write"),
    "planning": (*PROVIDES, "fees.write", "fees.read", "registry.check"),
    "water": (*PROVIDES, "fees.write", "fees.read"),
    "civildefence": (*PROVIDES, "fees.write", "fees.read"),
    "market": (*PROVIDES, "registry.check", "qualifications.write", "credit.measures", "market.exchange"),
    "police": PROVIDES,
    "civilaffairs": (*PROVIDES, "qualifications.write"),
    "registry": ("cases", "catalog.read", "registry.check"),
    "bank": ("cases", "accounts.answer", "credit.measures"),
    "court": ("cases", "enforcement.write"),
    "procuratorate": ("cases",),
    "price": ("cases", "prices.write"),
    "office": ("cases", "catalog.read"),
    "street-310101": ("cases", "delegated.write", "delegated.read"),
}


@dataclass(frozen=True)
class DemoPerson:
    """A natural person who signs in as ``user``."""

    user: str
    name: str
    born: dt.date
    sex: str
    district: str
    phone: str
    text_size: str = "normal"
    born_in: str = "310101"


PEOPLE = (
    DemoPerson("citizen", "周思远", dt.date(1991, 4, 17), "M", "310101", "13800010101"),
    DemoPerson("elder", "沈玉珍", dt.date(1946, 2, 9), "F", "310101", "13800010102", "large"),
    DemoPerson("guardian", "陆志明", dt.date(1974, 11, 3), "M", "310104", "13800010103"),
    DemoPerson("enterprise", "高文涛", dt.date(1979, 8, 25), "M", "310115", "13800010104", born_in="330102"),
    DemoPerson("accountant", "顾晓岚", dt.date(1988, 6, 12), "F", "310110", "13800010105", born_in="320502"),
    DemoPerson("agency", "姚敏", dt.date(1983, 1, 30), "F", "310106", "13800010106"),
)


@dataclass(frozen=True)
class DemoCompany:
    """An organisation on the register."""

    key: str
    name: str
    district: str
    industry: str
    address: str
    vat_kind: str = Organisation.VatKind.GENERAL
    form: str = Organisation.Form.ENTERPRISE
    location: str = Organisation.Location.URBAN


COMPANIES = (
    DemoCompany("shenlan", "上海申澜精密机械有限公司", "310101", "C3484", "黄浦区蒙自路207号3幢"),
    DemoCompany(
        "wutong",
        "上海梧桐里餐饮管理有限公司",
        "310104",
        "H6210",
        "徐汇区天平路112号",
        vat_kind=Organisation.VatKind.SMALL,
    ),
    DemoCompany(
        "xinheng",
        "上海信衡税务师事务所有限公司",
        "310106",
        "L7241",
        "静安区新闸路831号12楼",
        vat_kind=Organisation.VatKind.SMALL,
        form=Organisation.Form.AGENCY,
    ),
    DemoCompany("huaxu", "上海花序信息科技有限公司", "310115", "I6513", "浦东新区张江路665号2号楼"),
    DemoCompany(
        "yunjian",
        "松江区云间书画用品店",
        "310117",
        "F5241",
        "松江区中山中路98号",
        vat_kind=Organisation.VatKind.SMALL,
        form=Organisation.Form.INDIVIDUAL_BUSINESS,
        location=Organisation.Location.COUNTY,
    ),
    DemoCompany(
        "yingzhou",
        "上海瀛洲生态农业专业合作社",
        "310151",
        "A0141",
        "崇明区城桥镇鼓浪屿路18号",
        vat_kind=Organisation.VatKind.SMALL,
        location=Organisation.Location.OTHER,
    ),
)

# Principal, agent, kind: users for people, keys for companies.
MANDATES = (
    ("shenlan", "enterprise", Mandate.Kind.LEGAL),
    ("shenlan", "accountant", Mandate.Kind.FINANCE),
    ("wutong", "accountant", Mandate.Kind.FILER),
    ("xinheng", "agency", Mandate.Kind.LEGAL),
    ("huaxu", "xinheng", Mandate.Kind.AGENT),
    ("yunjian", "xinheng", Mandate.Kind.AGENT),
    ("yingzhou", "xinheng", Mandate.Kind.AGENT),
    ("elder", "guardian", Mandate.Kind.GUARDIAN),
)
