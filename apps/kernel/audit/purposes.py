"""Why personal data of a party is read, and whether the party sees that it was (知情权, Art 21).

That it sees rests on 个人信息保护法 第四十四、四十五条, what is kept back on its 第十八、三十五条.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """Why somebody was shown a party's data."""

    OWN = "own", _("本人或者代表本人查看")
    MANDATE = "mandate", _("受委托办理")
    GUARDIAN = "guardian", _("监护人或者亲属代办")
    COUNTER = "counter", _("窗口办理")
    CASEWORK = "casework", _("办理申请")
    HAND_OVER = "hand-over", _("凭接续码接手")
    CORRESPONDENCE = "correspondence", _("答复咨询")
    PAPERS = "papers", _("查看文书和材料")
    REFUND = "refund", _("办理退税退费")
    FEE_SOURCE = "fee source", _("核对非税收入费源")
    DELEGATED = "delegated collection", _("委托代征")
    INSURANCE = "insurance", _("核对社会保险费")
    QUALIFICATION = "verification", _("核查税费优惠资格")
    REGISTRY = "registry check", _("登记前查验完税凭证")
    DATA_GRANT = "data grant", _("按数据共享授权查阅")
    CORRECTION = "correction", _("核对和更正数据")
    RECOGNITION = "recognition", _("外省市互认查询")
    CREDIT = "credit file", _("查看信用档案")
    CREDIT_MEASURE = "credit measure", _("落实信用管理措施")
    COURT = "court matter", _("人民法院处置财产计税")
    ADMINISTRATION = "administration", _("系统管理")
    POLICY_TRIAL = "policy-trial", _("试算优惠政策")
    MONITORING = "monitoring", _("核对优惠享受情况")
    RISK = "risk", _("风险核查")
    ARREARS = "arrears", _("清缴欠税欠费")
    BANK = "bank request", _("账户查询、冻结和扣缴")


# To know of these at once would hinder what the law sets the office to do; the case itself tells the party in time.
WITHHELD = frozenset({Purpose.MONITORING, Purpose.RISK, Purpose.ARREARS, Purpose.BANK})
TOLD = frozenset(Purpose) - WITHHELD

# What was shown, by the first word of what the record names.
SUBJECTS = {
    "account-data": _("账户资料"),
    "admin": _("登记信息"),
    "agency": _("委托人的期限和待办"),
    "appointments": _("预约"),
    "case": _("办件"),
    "correction": _("数据更正"),
    "court matters": _("司法处置事项"),
    "credit": _("信用档案"),
    "delegated-item": _("代征明细"),
    "document": _("文书"),
    "facts": _("涉税涉费信息"),
    "fee-source": _("非税收入费源"),
    "filing": _("申报"),
    "grant": _("共享数据"),
    "identity": _("身份信息"),
    "insurance-exchange": _("社会保险费应征信息"),
    "invoice-archive": _("发票归档包"),
    "invoices": _("发票"),
    "needs": _("办税需要"),
    "party": _("登记信息"),
    "policies": _("优惠政策享受情况"),
    "profile": _("登记信息"),
    "qualification": _("税费优惠资格"),
    "recognition": _("信用和资质"),
    "red-letters": _("红字发票"),
    "refund": _("退税退费"),
    "thread": _("咨询记录"),
    "upload": _("上传的材料"),
}


def subject(what: str) -> str:
    """What a record of reading names, in words."""
    return str(SUBJECTS.get(what.partition("/")[0], _("登记信息")))
