"""Who may say something about a party, and whose word weighs more on the same day."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.kernel.facts.models import Source

# code -> (name, rank). A higher rank prevails over a lower one for the same day: what an authority
# has determined over what is registered, that over what is declared, that over what is estimated.
STANDARD = {
    "determinations": (gettext_noop("主管部门资格认定"), 90),
    "register": (gettext_noop("税务登记"), 80),
    "collection": (gettext_noop("税收征管"), 70),
    "credit": (gettext_noop("纳税缴费信用评价"), 70),
    "registry": (gettext_noop("不动产登记机构"), 60),
    "police": (gettext_noop("公安部门"), 60),
    "hrss": (gettext_noop("人力资源社会保障部门"), 60),
    "departments": (gettext_noop("其他部门共享"), 60),
    "invoices": (gettext_noop("电子发票"), 50),
    "returns": (gettext_noop("纳税申报"), 40),
    "declared": (gettext_noop("本人申明"), 30),
    "synthetic": (gettext_noop("测试数据"), 10),
}


def get(code: str) -> Source:
    """The source with a code; the standard ones are made when first needed."""
    if code in STANDARD:
        name, rank = STANDARD[code]
        return Source.objects.get_or_create(code=code, defaults={"name": name, "rank": rank})[0]
    try:
        return Source.objects.get(code=code)
    except Source.DoesNotExist as error:
        raise ValidationError({"source": _("没有代码为“%(code)s”的数据来源。") % {"code": code}}) from error
