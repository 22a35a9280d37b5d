"""The four front doors' menus as data: label, route, icon and who may see each entry."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.core.checks import CheckMessage, Error, register
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

from apps.collaboration.banks import access as banks
from apps.collaboration.courts import access as courts
from apps.collaboration.delegated import access as delegated
from apps.collaboration.fees import access as fees
from apps.collaboration.insurance import access as insurance
from apps.collaboration.qualification import access as qualifications
from apps.collaboration.registry import checking
from apps.datashare.catalogue import editing
from apps.datashare.requests import access as sharing
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, Party
from apps.services.access import is_clerk
from apps.services.appointments import booking
from apps.supervision.credit import partner_views as credit
from apps.supervision.joint import access as joint
from apps.supervision.liability import access as liability
from apps.supervision.referral import access as referrals
from apps.supervision.reports import boxes
from apps.supervision.risk import access as risk


def everyone(_actor: Actor) -> bool:
    """Signed in or not."""
    return True


def taxpayers(actor: Actor) -> bool:
    """Whoever acts for a taxpayer: the entry's route takes that party's reference."""
    return actor.party is not None and not actor.draft


def visitors(actor: Actor) -> bool:
    """Everyone who is not at work in an office."""
    return actor.office is None


def tax_staff(actor: Actor) -> bool:
    """Staff of a tax authority."""
    return actor.office is not None and actor.office.is_tax


def counter_staff(actor: Actor) -> bool:
    """Staff who book and decide at a counter."""
    return booking.may_book_for(actor)


def department_staff(actor: Actor) -> bool:
    """Staff of a department, bank, court or other unit that is not a tax authority."""
    return actor.office is not None and not actor.office.is_tax


def registries(actor: Actor) -> bool:
    """Staff who check certificates before they register (Art 28)."""
    return checking.may_check(actor)


def fee_departments(actor: Actor) -> bool:
    """Officers of departments that deliver fee sources (Art 25)."""
    return fees.delivers(actor)


def determining(actor: Actor) -> bool:
    """Officers of departments that determine qualifications (Art 26)."""
    return qualifications.determines(actor)


def verifying(actor: Actor) -> bool:
    """Staff of tax offices who have qualifications verified (Art 26)."""
    return qualifications.verifies(actor)


def referring(actor: Actor) -> bool:
    """Staff of tax offices who refer suspected crimes (Art 35)."""
    return referrals.may_refer(actor)


def criminal_justice(actor: Actor) -> bool:
    """Officers of the police and of procuratorates (Art 35)."""
    return referrals.is_police(actor) or referrals.is_prosecutor(actor)


def corrected_at_counter(actor: Actor) -> bool:
    """Staff of tax offices who answer or give orders to correct (Art 38)."""
    return actor.front_door == "counter" and liability.follows(actor)


def corrected_at_partner(actor: Actor) -> bool:
    """Officers elsewhere who answer or give orders to correct (Art 38)."""
    return actor.front_door == "partner" and liability.follows(actor)


def providers(actor: Actor) -> bool:
    """Officers of units that list data in the catalogue (Art 16)."""
    return editing.may_write(actor)


def agencies_only(actor: Actor) -> bool:
    """Whoever acts for a professional agency (Art 7)."""
    return (
        actor.party is not None
        and actor.party.kind == Party.Kind.ORGANISATION
        and actor.party.organisation.form == Organisation.Form.AGENCY
    )


def measure_departments(actor: Actor) -> bool:
    """Officers of departments that carry out credit measures (Art 34)."""
    return credit.in_charge(actor)


def organisations(actor: Actor) -> bool:
    """Whoever acts for an organisation."""
    return actor.party is not None and actor.party.kind == Party.Kind.ORGANISATION


def administrators(actor: Actor) -> bool:
    """Users of the administration."""
    return actor.user is not None and actor.user.is_staff


@dataclass(frozen=True)
class Entry:
    """One menu entry. ``acting`` routes lie under ``/as/<party_ref>/``."""

    label: Promise
    route: str
    icon: str
    seen_by: Callable[[Actor], bool]
    acting: bool = False
    summary: Promise | str = ""
    covers: tuple[str, ...] = ()  # routes whose pages also belong under this entry

    def url(self, actor: Actor) -> str:
        """The entry's address for this actor; what needs an identity leads through sign-in or home to it."""
        if self.acting and actor.party is None:
            return _address("home" if actor.user else "account_login", "")
        return address(self.route, actor)


def address(route: str, actor: Actor, **arguments: str) -> str:
    """A route's address, under the identity the actor has taken where the route lies there too."""
    # Whoever continues one draft at a desk has that draft and nothing else of the taxpayer's.
    return _address(route, actor.party.ref if actor.party and not actor.draft else "", **arguments)


@lru_cache(maxsize=8192)  # a page shows thirty of them, the same ones as the page before
def _address(route: str, party_ref: str, **arguments: str) -> str:
    if party_ref:
        try:
            return reverse(route, kwargs={**arguments, "party_ref": party_ref})
        except NoReverseMatch:
            pass  # the route knows no identity
    return reverse(route, kwargs=arguments)


@dataclass(frozen=True)
class Section:
    """A heading of the taxpayers' front door with what it leads to."""

    code: str
    label: Promise
    summary: Promise
    icon: str
    route: str
    entries: tuple[Entry, ...] = ()
    covers: tuple[str, ...] = ()  # routes of pages that belong here without being listed

    def menu_entry(self) -> Entry:
        """The section in the menu: current on the pages it lists as well."""
        listed = tuple(entry.route for entry in self.entries)
        return Entry(self.label, self.route, self.icon, visitors, covers=(*listed, *self.covers))


HOME = "acting_home"

SECTIONS: tuple[Section, ...] = (
    Section(
        "matters",
        _("我要办税"),
        _("申报、缴款、退税、减免等全部事项，按主题查找。"),
        "file-pen-line",
        "matters",
        covers=("guides", "bundles", "filing:periods"),
    ),
    Section(
        "queries",
        _("我要查询"),
        _("本人和所代表单位的办件、账户、文书和消息。"),
        "folder-search",
        "queries",
        (
            Entry(_("您要做的事"), HOME, "list-checks", everyone, acting=True, summary=_("待办事项和到期日")),
            Entry(
                _("我的办件"),
                "cases:list",
                "folder-open",
                everyone,
                acting=True,
                summary=_("每件事走到哪一步、由谁办理、还剩几天"),
            ),
            Entry(
                _("凭接续码继续"),
                "continue_draft",
                "scan-line",
                everyone,
                summary=_("在手机、家里或者窗口之间接着填同一份草稿"),
            ),
            Entry(
                _("我的账户"),
                "ledger:account",
                "wallet",
                everyone,
                acting=True,
                summary=_("应缴、已缴和退还的每一笔，以及完税证明"),
            ),
            Entry(
                _("我的代征"),
                "delegated:index",
                "handshake",
                organisations,
                acting=True,
                summary=_("受税务机关委托代征的协议、批次、解缴和手续费"),
            ),
            Entry(
                _("非税收入"),
                "fees:mine",
                "landmark",
                everyone,
                acting=True,
                summary=_("规划资源、水务、民防等部门的缴费通知，依据和异议"),
            ),
            Entry(
                _("社会保险费"),
                "insurance:mine",
                "heart-pulse",
                everyone,
                acting=True,
                summary=_("应缴、已缴和每年的缴费记录；单位按明细申报；退费、争议"),
            ),
            Entry(
                _("责令和强制措施"),
                "measures:list",
                "gavel",
                everyone,
                acting=True,
                summary=_("责令限期缴纳，查询、冻结、扣缴的理由、依据和救济"),
            ),
            Entry(
                _("司法案件税费"),
                "court_matters",
                "gavel",
                everyone,
                acting=True,
                summary=_("法院处置财产、执行、破产中测算和申报的税费，已经划付的款项"),
            ),
            Entry(
                _("与税务人员对话"),
                "threads:list",
                "message-circle-question-mark",
                everyone,
                acting=True,
                summary=_("向主管税务机关提问，两个工作日内答复"),
            ),
            Entry(_("我的消息"), "messages:inbox", "mail", everyone, acting=True, summary=_("通知、提醒和送达的文书")),
            Entry(
                _("我的发票"),
                "invoices:list",
                "receipt-text",
                everyone,
                acting=True,
                summary=_("开具、取得、红冲和归档"),
            ),
            Entry(
                _("我的信息"),
                "facts:mine",
                "database",
                everyone,
                acting=True,
                summary=_("税务机关掌握的信息、来源和日期，可以提出更正"),
            ),
            Entry(
                _("委托人的期限"),
                "agency:clients",
                "calendar-days",
                agencies_only,
                acting=True,
                summary=_("涉税专业服务机构：所有委托人的应缴、应报和待办"),
            ),
            Entry(
                _("跨省互认授权"),
                "regions:consents",
                "map-pinned",
                everyone,
                acting=True,
                summary=_("让外省市税务机关查询您的信用和资质，可以随时撤回"),
            ),
            Entry(
                _("我的优惠"),
                "my_policies:list",
                "badge-percent",
                everyone,
                acting=True,
                summary=_("可能适合您的优惠政策，每个条件的判断结果，以及提醒设置"),
            ),
            Entry(
                _("我的资格资质"),
                "qualification:mine",
                "award",
                everyone,
                acting=True,
                summary=_("有关部门认定、税费优惠据此享受的资格，以及资格核查中的陈述申辩"),
            ),
            Entry(
                _("身份与授权"),
                "mandates:list",
                "users",
                everyone,
                acting=True,
                summary=_("谁可以代您办理，邀请、查看和撤销"),
            ),
            Entry(
                _("信用档案"),
                "credit:file",
                "gauge",
                everyone,
                acting=True,
                summary=_("信用得分的每一项来源，怎样修复、到哪一天为止，信用证明"),
            ),
        ),
    ),
    Section(
        "offices",
        _("我要预约"),
        _("服务网点的地址、时间和能办的业务，预约到窗口办理。"),
        "calendar-clock",
        "offices",
        (
            Entry(
                _("我的预约"),
                "my_appointments",
                "calendar-check",
                everyone,
                acting=True,
                summary=_("到窗口办理的时间、签到码，改期和取消"),
            ),
            Entry(_("现场等候"), "queue:index", "timer", everyone, summary=_("各网点现在有多少人等候、要等多久")),
            Entry(
                _("特殊需要和上门服务"),
                "assistance:overview",
                "accessibility",
                everyone,
                acting=True,
                summary=_("老年人、残疾人优先办理，税务人员上门，全程协助"),
            ),
        ),
    ),
    Section(
        "help",
        _("互动"),
        _("常见问题、12366 热线，以及投诉和建议的办法。"),
        "message-circle-question-mark",
        "help",
        (
            Entry(
                _("使用说明"),
                "using",
                "book-open",
                everyone,
                summary=_("登录、替别人办、申报、缴款、申诉，以及不用电脑怎么办"),
            ),
            Entry(
                _("投诉和救济"),
                "complaints",
                "megaphone",
                everyone,
                summary=_("实名或者匿名投诉，查看匿名投诉，申请行政复议"),
            ),
        ),
    ),
    Section(
        "public",
        _("公众查询"),
        _("不需要登录就能查的内容：文书真伪、办法条文、办税服务厅、开放接口。"),
        "shield-check",
        "public",
        (
            Entry(
                _("检举税收违法行为"),
                "report:start",
                "shield-alert",
                everyone,
                summary=_("可以匿名；内容加密，凭回执码往来"),
            ),
            Entry(
                _("代征单位公告"),
                "collectors",
                "handshake",
                everyone,
                summary=_("查验谁受税务机关委托代征税费，协议是否有效"),
            ),
            Entry(
                _("文书查验"),
                "documents:verify",
                "badge-check",
                everyone,
                summary=_("核对完税证明和其他文书的真伪"),
            ),
            Entry(
                _("发票查验"),
                "invoice_public:verify",
                "receipt-text",
                everyone,
                summary=_("核对电子发票的真伪、状态和文件是否被改动"),
            ),
            Entry(
                _("《上海市税费服务与征收保障办法》"),
                "measures",
                "book-open",
                everyone,
                summary=_("三十九条全文，以及每一条对应的事项"),
            ),
            Entry(
                _("涉税涉费数据目录"),
                "datashare:catalogue",
                "database",
                everyone,
                summary=_("各部门有哪些数据、由谁提供、多久更新、谁可以用"),
            ),
            Entry(
                _("以纳税缴费情况为前置条件的事项"),
                "preconditions",
                "scale",
                everyone,
                summary=_("哪些事项依法可以要求先缴清税费，其余一律不得要求"),
            ),
            Entry(_("服务网点"), "offices", "map-pin", everyone, summary=_("按区和业务查找地址、电话和服务时间")),
            Entry(
                _("涉税专业服务机构名录"),
                "agencies:list",
                "briefcase-business",
                everyone,
                summary=_("已登记的机构、业务范围和信用等级"),
            ),
            Entry(
                _("优惠政策库"),
                "policies",
                "badge-percent",
                everyone,
                summary=_("按专题和场景查找税费优惠政策：谁可以享受、条件、依据和办法"),
            ),
            Entry(
                _("A 级纳税人"),
                "credit_public",
                "award",
                everyone,
                summary=_("按名称和年度查询纳税缴费信用 A 级的单位"),
            ),
            Entry(
                _("重大税收违法失信主体"),
                "dishonesty",
                "octagon-alert",
                everyone,
                summary=_("依法公布的名单，可以按名称或者代码查找"),
            ),
            Entry(
                _("联合检查抽取公示"),
                "inspection_draws",
                "dices",
                everyone,
                summary=_("名单、种子和抽取结果，任何人都可以验证"),
            ),
            Entry(_("开放接口"), "api_docs", "braces", everyone, summary=_("税费计算、办件和数据目录的接口说明")),
        ),
    ),
)

MENU: tuple[Entry, ...] = (
    Entry(_("首页"), HOME, "house", taxpayers, acting=True),
    *(section.menu_entry() for section in SECTIONS),
    Entry(_("工作台"), "counter", "layout-dashboard", tax_staff),
    Entry(_("本单位办件"), "counter_cases:list", "folder-open", tax_staff),
    Entry(_("本单位消息"), "counter_messages:inbox", "mail", tax_staff),
    Entry(_("工作台"), "partner", "layout-dashboard", department_staff),
    Entry(_("本单位办件"), "partner_cases:list", "folder-open", department_staff),
    Entry(_("本单位消息"), "partner_messages:inbox", "mail", department_staff),
    Entry(_("系统管理"), "admin:index", "settings", administrators),
)

# The first step for whoever does not know which section to open; both home pages show them.
STARTS: tuple[Entry, ...] = (
    Entry(_("问答导办"), "guides", "route", everyone, summary=_("回答几个问题，帮您找到要办的事")),
    Entry(
        _("一件事"), "bundles", "layers", everyone, summary=_("开办企业、买卖房屋、新生儿，一次申请，几个部门一起办")
    ),
    Entry(_("预约到窗口办理"), "book", "calendar-clock", everyone, summary=_("选好业务、网点和时间，到了就办")),
    Entry(_("优惠政策"), "policies", "badge-percent", everyone, summary=_("看看哪些税费优惠适合您")),
)

# What staff open from their workbench, under headings: the menu stays short however many rooms there are.
TOOLS: tuple[tuple[Promise, tuple[Entry, ...]], ...] = (
    (
        _("窗口"),
        (
            Entry(_("登记投诉"), "complaint_counter:record", "phone", is_clerk),
            Entry(_("我的窗口"), "counter_queue:window", "megaphone", is_clerk),
            Entry(_("现场看板"), "counter_queue:day", "chart-column", is_clerk),
            Entry(_("预约管理"), "counter_appointments:today", "calendar-check", counter_staff),
            Entry(_("邮寄收件"), "counter_mail:list", "mailbox", tax_staff),
            Entry(_("监护关系确认"), "guardians", "users", is_clerk),
            Entry(_("退税费审批"), "ledger_counter:refunds", "hand-coins", tax_staff),
            Entry(_("纳税人发票"), "invoices_counter:search", "receipt-text", is_clerk),
        ),
    ),
    (
        _("服务"),
        (
            Entry(_("征纳互动"), "counter_threads:list", "message-circle-question-mark", tax_staff),
            Entry(_("特殊人群服务"), "counter_assistance:day", "accessibility", is_clerk),
            Entry(_("优惠政策"), "policy_counter:versions", "badge-percent", tax_staff),
            Entry(_("精准推送"), "policy_counter:runs", "send", tax_staff),
            Entry(_("双向监控"), "monitoring:dashboard", "scale", tax_staff),
            Entry(_("涉税专业服务机构"), "agency_counter:list", "briefcase-business", tax_staff),
            Entry(_("区域协作"), "regions_counter:partners", "map-pinned", tax_staff),
            Entry(_("一网通办推送"), "onenet_counter:pushed", "send", tax_staff),
        ),
    ),
    (
        _("信息共享"),
        (
            Entry(_("数据目录编制"), "catalogue:mine", "database", providers),
            Entry(_("共享申请"), "data:mine", "file-input", sharing.asks),
            Entry(_("数据授权"), "data:grants", "key-round", sharing.asks),
            Entry(_("共享申请审核"), "data_partner:received", "inbox", sharing.provides),
            Entry(_("数据授权监督"), "data_partner:grants", "key-round", sharing.provides),
            Entry(_("临时共享"), "adhoc:list", "handshake", sharing.asks),
            Entry(_("临时共享"), "adhoc_partner:list", "handshake", sharing.provides),
            Entry(_("常态化供数"), "supply_counter:dashboard", "chart-column", sharing.asks),
            Entry(_("常态化供数"), "supply:dashboard", "chart-column", sharing.provides),
            Entry(_("数据归集"), "pulls:sources", "database", providers),
            Entry(_("数据归集状态"), "pulls_counter:sources", "database", tax_staff),
            Entry(_("反映数据问题"), "corrections_counter:report", "flag", sharing.asks),
            Entry(_("数据共享评估"), "quality:dashboard", "chart-column", sharing.provides),
            Entry(_("异常使用"), "data_use:findings", "triangle-alert", sharing.asks),
            Entry(_("异常使用"), "data_use_partner:findings", "triangle-alert", sharing.provides),
            Entry(_("泄露溯源"), "data_use_partner:trace", "scan-search", sharing.supervises),
            Entry(_("前置条件登记"), "data_use_partner:preconditions", "list-checks", sharing.provides),
        ),
    ),
    (
        _("税费协助"),
        (
            Entry(_("协助请求"), "mutual_counter:list", "handshake", tax_staff),
            Entry(_("协助请求"), "mutual_partner:list", "handshake", department_staff),
            Entry(_("委托代征"), "delegated_counter:index", "handshake", delegated.tax_staff),
            Entry(_("代征工作台"), "delegated_partner:index", "handshake", delegated.works_for_collectors),
            Entry(_("社会保险费交换"), "insurance_counter:dashboard", "heart-pulse", tax_staff),
            Entry(_("传递社会保险费信息"), "insurance_partner:exchanges", "upload", insurance.delivers),
            Entry(_("社会保险费征收反馈"), "insurance_partner:feedback", "hand-coins", insurance.delivers),
            Entry(_("社会保险费对账"), "insurance_partner:reconciliation", "scale", insurance.delivers),
            Entry(_("资助参保名单"), "insurance_partner:lists", "users", insurance.keeps_lists),
            Entry(_("非税收入费源"), "fees_counter:unmatched", "inbox", tax_staff),
            Entry(_("传递费源"), "fees_partner:deliver", "upload", fee_departments),
            Entry(_("本部门费源"), "fees_partner:sources", "list-checks", fee_departments),
            Entry(_("征收反馈"), "fees_partner:feedback", "hand-coins", fee_departments),
            Entry(_("费源对账"), "fees_partner:reconciliation", "scale", fee_departments),
            Entry(_("税费优惠资格"), "qualification_counter:list", "badge-alert", verifying),
            Entry(_("资格资质认定"), "qualification_partner:list", "award", determining),
            Entry(_("价格认定"), "price_counter:list", "tags", tax_staff),
            Entry(_("价格认定"), "price_partner:list", "tags", department_staff),
            Entry(_("证明查验"), "registry:check", "badge-check", registries),
            Entry(_("金融账户协助"), "banks_counter:dashboard", "landmark", tax_staff),
            Entry(_("账户资料查阅复核"), "banks_counter:reads", "eye", banks.audits),
            Entry(_("账户协助"), "banks_partner:requests", "landmark", banks.answers),
            Entry(_("司法案件税费"), "courts_counter:list", "gavel", tax_staff),
            Entry(_("合作系统报文"), "messages_counter:index", "inbox", tax_staff),
            Entry(_("司法案件税费"), "courts_partner:list", "gavel", courts.is_court),
        ),
    ),
    (
        _("监督管理"),
        (
            Entry(_("投诉分析"), "complaint_counter:analysis", "chart-column", tax_staff),
            Entry(_("检举管理"), "reports_counter:index", "shield-alert", boxes.may_hold),
            Entry(_("风险管理"), "risk:desk", "radar", risk.is_analyst),
            Entry(_("联合检查"), "inspections:list", "dices", risk.is_analyst),
            Entry(_("联合检查"), "inspections_partner:list", "dices", joint.takes_part),
            Entry(_("市场监管信息"), "inspections_partner:market", "upload", joint.tells),
            Entry(_("失信主体"), "dishonesty_counter:list", "octagon-alert", risk.is_analyst),
            Entry(_("失信主体名单"), "dishonesty_partner", "octagon-alert", department_staff),
            Entry(_("信用管理"), "credit_counter:search", "gauge", tax_staff),
            Entry(_("信用看板"), "credit_counter:dashboard", "chart-column", tax_staff),
            Entry(_("信用措施"), "credit_partner:tasks", "list-checks", measure_departments),
            Entry(_("行刑衔接"), "referral_counter:list", "gavel", referring),
            Entry(_("行刑衔接"), "referral_partner:list", "gavel", criminal_justice),
            Entry(_("责令改正"), "liability_counter:list", "clipboard-list", corrected_at_counter),
            Entry(_("责令改正"), "liability_partner:list", "clipboard-list", corrected_at_partner),
        ),
    ),
)


@dataclass(frozen=True)
class Shown:
    """A menu entry as drawn on one page."""

    label: str
    url: str
    icon: str
    current: bool = False
    exact: bool = False
    summary: str = ""


def sections(actor: Actor) -> list[Shown]:
    """The front door's sections as cards."""
    return [
        Shown(str(each.label), address(each.route, actor), each.icon, summary=str(each.summary))
        for each in SECTIONS
        if visitors(actor)
    ]


def section(code: str, actor: Actor) -> dict:
    """One section with the entries this actor sees."""
    found = next(each for each in SECTIONS if each.code == code)
    entries = _shown(found.entries, actor)
    private = any(entry.acting for entry in found.entries)
    return {"label": found.label, "summary": found.summary, "entries": entries, "private": private}


def starts(actor: Actor) -> list[Shown]:
    """The first steps both home pages offer."""
    return [Shown(str(each.label), address(each.route, actor), each.icon, summary=str(each.summary)) for each in STARTS]


def tools(actor: Actor) -> list[tuple[str, list[Shown]]]:
    """The tools on this actor's workbench, by heading."""
    groups = ((str(heading), _shown(entries, actor)) for heading, entries in TOOLS)
    return [(heading, found) for heading, found in groups if found]


def _shown(entries: tuple[Entry, ...], actor: Actor) -> list[Shown]:
    return [
        Shown(str(entry.label), entry.url(actor), entry.icon, summary=str(entry.summary))
        for entry in entries
        if entry.seen_by(actor)
    ]


def menu(actor: Actor, path: str) -> list[Shown]:
    """The entries this actor sees, the one that leads to ``path`` marked as current."""
    entries = [(entry, entry.url(actor)) for entry in MENU if entry.seen_by(actor)]
    nearest = [_nearest(entry, url, actor, path) for entry, url in entries]
    best = nearest.index(max(nearest)) if any(nearest) else None
    return [
        Shown(str(entry.label), url, entry.icon, current=place == best, exact=url == path)
        for place, (entry, url) in enumerate(entries)
    ]


def _nearest(entry: Entry, url: str, actor: Actor, path: str) -> int:
    """How much of ``path`` an entry or a page it covers accounts for; a home page is home to itself only."""
    if entry.route == HOME:
        return len(url) if url == path else 0
    identity = actor.party.ref if actor.party and not actor.draft else ""
    covered = (_address_if_any(route, identity) for route in entry.covers if route != HOME)
    return max(len(each) for each in ("", url, *covered) if path.startswith(each))


@lru_cache(maxsize=8192)
def _address_if_any(route: str, party_ref: str) -> str:
    try:
        return _address(route, party_ref)
    except NoReverseMatch:
        return ""  # the route lies under an identity, and none is taken


@register("portal")
def check_entries(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Every menu entry names a route and an icon that exist."""
    known = set(_names(get_resolver()))
    lost = [
        Error(f"Menu entry {entry.label!s} leads to the unknown route {route!r}.", id="portal.E001")
        for entry in _all_entries()
        for route in (entry.route, *entry.covers)
        if route not in known
    ]
    return lost + [
        Error(f"Menu entry {entry.label!s} shows the unknown icon {entry.icon!r}.", id="portal.E002")
        for entry in _all_entries()
        if not _drawn(entry.icon)
    ]


def _drawn(name: str) -> bool:
    try:
        lucide(name)
    except IconDoesNotExist:
        return False
    return True


def _all_entries() -> Iterator[Entry]:
    yield from MENU
    yield from STARTS
    for section in SECTIONS:
        yield from section.entries
    for _heading, entries in TOOLS:
        yield from entries


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif pattern.name:
            yield f"{space}{pattern.name}"
