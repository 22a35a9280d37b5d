"""What a partner system may ask for (OAuth2 scopes), and the rule that a client gets only its own (Art 21)."""

from django.utils.translation import gettext_lazy as _
from oauth2_provider.scopes import BaseScopes

SCOPES = {
    "cases": _("查看和办理本单位经办的事项"),
    "registry.check": _("查验完税凭证、减免税证明（第二十八条）"),
    "catalog.read": _("读取涉税涉费数据目录（第十六条）"),
    "catalog.write": _("编制涉税涉费数据目录（第十六条）"),
    "data.supply": _("归集、更新涉税涉费数据（第十六条、第十八条）"),
    "data.correct": _("核查、更正数据异议（第十九条）"),
    "fees.write": _("传递政府非税收入费源信息（第二十五条）"),
    "fees.read": _("读取政府非税收入征收反馈（第二十五条）"),
    "contributions.write": _("传递社会保险费登记、参保和核定信息（第二十四条）"),
    "contributions.read": _("读取社会保险费征收信息（第二十四条）"),
    "qualifications.write": _("告知税费优惠资格资质（第二十六条）"),
    "prices.write": _("出具涉税财物价格认定结论（第二十七条）"),
    "accounts.answer": _("答复金融账户查询和强制执行协助（第二十九条）"),
    "enforcement.write": _("协助司法案件税费处理（第三十条）"),
    "credit.measures": _("读取和反馈信用措施（第三十四条）"),
    "delegated.write": _("上传委托代征明细（第二十三条）"),
    "delegated.read": _("读取委托代征批次和解缴信息（第二十三条）"),
    "market.exchange": _("市场监管信息交换（第三十三条）"),
}


class ClientScopes(BaseScopes):
    """The scopes of one client are the ones granted to it; asking for none means all of them."""

    def get_all_scopes(self) -> dict[str, str]:
        return {code: str(label) for code, label in SCOPES.items()}

    def get_available_scopes(self, application=None, request=None, *args, **kwargs) -> list[str]:
        return list(application.scopes_allowed) if application else list(SCOPES)

    def get_default_scopes(self, application=None, request=None, *args, **kwargs) -> list[str]:
        return self.get_available_scopes(application, request)
