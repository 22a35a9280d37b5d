"""What costs credit, in words: each indicator with how to mend it (Art 34). Points and terms are dated law."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kernel.rules import parameters
from apps.kernel.rules.models import Parameter

DEDUCT, DIRECT = "credit.deduct.", "credit.direct."
LATE_FILING, LATE_PAYMENT, LISTED = "late-filing", "late-payment", "dishonesty-list"


@dataclass(frozen=True)
class Indicator:
    """One kind of conduct (扣分指标): its name and how to mend it. ``seen`` tells that the data show it mended."""

    code: str
    label: Promise
    mend: Promise
    seen: bool = False
    direct: bool = False

    def row(self, on: dt.date) -> Parameter:
        """The dated law behind it: points to deduct, or for direct D the months to wait.

        :raises parameters.UnknownLaw: when none is in force on the day.
        """
        return parameters.row((DIRECT if self.direct else DEDUCT) + self.code, on)


_MEND_CONDUCT = _("向主管税务机关改正并提交证明材料。")
_PAY_ALL = _("缴清税费、滞纳金和罚款，并在规定的期限内没有新的失信行为。")
_OFF_LIST = _("停止公布以后，在规定的期限内没有新的失信行为。公布满六个月、全部缴清的，可以申请提前停止公布。")
_LEAVE = _("更换直接责任人员或者由原企业消除失信情形，并提交证明材料。")

INDICATORS = {
    each.code: each
    for each in (
        Indicator(LATE_FILING, _("未按期申报"), _("补办申报。申报后可以申请修复。"), seen=True),
        Indicator("late-withholding", _("未按期代扣代缴申报"), _("补办代扣代缴申报，并提交证明材料。")),
        Indicator(LATE_PAYMENT, _("未按期缴纳税费"), _("缴清税费和滞纳金。缴清后可以申请修复。"), seen=True),
        Indicator("late-statements", _("未按期报送财务报表"), _("补报财务报表。")),
        Indicator("false-commitment", _("作出虚假承诺"), _("履行承诺或者撤销享受的便利，并提交证明材料。")),
        Indicator("undisclosed-account", _("未按规定报告银行账户"), _("向主管税务机关报告全部银行账户。")),
        Indicator("accounting-system-late", _("未按期备案财务会计制度"), _("补办财务会计制度备案。")),
        Indicator("crime", _("经判决构成涉税犯罪"), _PAY_ALL, direct=True),
        Indicator("evasion", _("偷税十万元以上且占应纳税额百分之十以上"), _PAY_ALL, direct=True),
        Indicator("evading-arrears", _("逃避追缴欠税"), _PAY_ALL, direct=True),
        Indicator("export-fraud", _("骗取出口退税或者被停止出口退税资格"), _PAY_ALL, direct=True),
        Indicator("false-invoices", _("虚开发票"), _PAY_ALL, direct=True),
        Indicator("unpaid-decision", _("未按期缴清处理决定的税款、滞纳金、罚款"), _PAY_ALL, direct=True),
        Indicator("obstruction", _("以暴力、威胁方法拒不缴纳或者阻挠检查"), _MEND_CONDUCT, direct=True),
        Indicator("invoice-harm", _("违反发票管理规定致使他人少缴、骗取税款"), _PAY_ALL, direct=True),
        Indicator("false-materials", _("提供虚假材料享受税费优惠"), _PAY_ALL, direct=True),
        Indicator("abnormal", _("有非正常户记录"), _("补办申报、缴清税费，解除非正常状态。"), direct=True),
        Indicator("abnormal-person", _("由非正常户直接责任人员登记或者负责经营"), _LEAVE, direct=True),
        Indicator("d-person", _("由 D 级纳税人直接责任人员登记或者负责经营"), _LEAVE, direct=True),
        Indicator(LISTED, _("被确定为重大税收违法失信主体"), _OFF_LIST, direct=True),
    )
}
CHOICES = [(code, each.label) for code, each in INDICATORS.items()]
# What an officer enters with evidence and a second person; the rest comes from the data and from the list.
ENTERED = [(code, each.label) for code, each in INDICATORS.items() if not each.seen and code != LISTED]
