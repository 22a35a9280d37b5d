"""The procedures of returns (纳税缴费申报): Article 11, with Articles 6 and 8. One table files every kind.

A return in line with the data is accepted at once by published rules, whose answers are kept;
any other goes to a clerk of the payer's office, who accepts it or asks for a supplement. A return
is corrected by another one that replaces it.
"""

from dataclasses import replace
from functools import partial

from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, SYSTEM, ClockSpec, Procedure, State, Transition, Words
from apps.kernel.parties.models import Office, Party
from apps.services.filing import lodging, opening, titles
from apps.services.filing.models import Return

SUBMITTED, HANDLING, SUPPLEMENT, WITHDRAWN = (
    standard.SUBMITTED,
    standard.HANDLING,
    standard.SUPPLEMENT,
    standard.WITHDRAWN,
)
FILED, SETTLED, CORRECTED = "filed", "settled", "corrected"

STATES = (
    State(DRAFT, _("草稿"), _("您还没有提交申报。"), _("请核对数据后提交；提交前税务机关看不到草稿。"), tone="draft"),
    State(SUBMITTED, _("待审核"), _("您的申报已送达，正在等待税务人员审核。")),
    State(HANDLING, _("审核中"), _("税务人员正在审核您的申报。")),
    State(
        SUPPLEMENT,
        _("待补正"),
        _("审核已暂停，等待您补充说明或修改数据。"),
        _("请按通知修改数据或补充说明后再次提交。"),
        waits_for_applicant=True,
        tone="due",
    ),
    State(FILED, _("已申报，待缴款"), _("您的申报已生效。"), _("请在缴款期限前缴清税费。"), final=True, tone="due"),
    State(SETTLED, _("已办结"), _("您的申报已生效，没有待缴的税费。"), final=True, tone="done"),
    State(CORRECTED, _("已更正"), _("这份申报已被更正申报取代。"), final=True, tone="draft"),
    State(WITHDRAWN, _("已撤回"), _("您已撤回这份申报。"), final=True, tone="draft"),
    standard.GIVEN_UP,
)

TRANSITIONS = (
    replace(
        standard.SUBMIT,
        article="第十一条",
        past=_("提交了申报"),
        bar=lodging.ready,
        effect=lodging.lodge,
        then=lodging.by_rules,
    ),
    Transition(
        "accept_by_rules",
        _("自动接受"),
        (SUBMITTED,),
        FILED,
        frozenset({SYSTEM}),
        "第十一条",
        _("按公布的规则自动接受了申报"),
        effect=lodging.take_effect,
        then=lodging.nothing_left_to_pay,
    ),
    Transition(
        "refer",
        _("转人工审核"),
        (SUBMITTED,),
        None,
        frozenset({SYSTEM}),
        "第十一条",
        _("自动审核未全部通过，转由税务人员审核"),
        effect=lodging.say_why_referred,
    ),
    standard.TAKE,
    replace(standard.ACCEPT, label=_("开始审核"), past=_("开始审核申报"), letter="", notice=""),
    standard.ASK_SUPPLEMENT,
    replace(standard.SUPPLY, past=_("补充后再次提交了申报"), bar=lodging.ready, effect=lodging.lodge),
    standard.TRANSFER,
    standard.RECEIVE,
    standard.DECLINE,
    Transition(
        "accept_return",
        _("接受申报"),
        (SUBMITTED, HANDLING),
        FILED,
        standard.HANDLERS,
        "第十一条",
        _("审核后接受了申报"),
        effect=lodging.take_effect,
        then=lodging.nothing_left_to_pay,
    ),
    replace(standard.DISCARD, past=_("放弃了申报草稿"), effect=lodging.drop),
    replace(standard.WITHDRAW, label=_("撤回申报"), past=_("撤回了申报"), effect=lodging.drop),
    Transition(
        "settle",
        _("缴清"),
        (FILED,),
        SETTLED,
        frozenset({SYSTEM}),
        "第六条",
        _("确认税费已缴清"),
    ),
    Transition(
        "close",
        _("无需缴款"),
        (FILED,),
        SETTLED,
        frozenset({SYSTEM}),
        "第六条",
        _("确认本期没有待缴的税费"),
    ),
    Transition(
        "replace",
        _("被更正"),
        (FILED, SETTLED),
        CORRECTED,
        frozenset({SYSTEM}),
        "第六条",
        _("以更正申报取代了这份申报"),
    ),
)


def _payers_office(case: Case) -> Office:
    """The tax office in charge of the payer."""
    return case.applicant.office


CLOCKS = (
    ClockSpec("vat-return-review", _("审核申报"), starts=("refer",), stops=("accept_return", "withdraw")),
    ClockSpec(
        "supplement",
        _("补正材料"),
        starts=("ask_supplement",),
        stops=("supply", "withdraw"),
        pausable=False,
        whose="applicant",
    ),
)


def _return(code: str, title: Words, summary: Words, *, minutes: int, keywords: tuple[str, ...]) -> Procedure:
    """The procedure of one form: they differ in words, never in how a return is filed."""
    return procedures.register(
        Procedure(
            code=code,
            title=title,
            summary=summary,
            chapter="2",
            article="第十一条",
            audience=frozenset({Party.Kind.ORGANISATION}),
            detail=Return,
            states=STATES,
            titles=titles.say,
            transitions=TRANSITIONS,
            route=_payers_office,
            clocks=CLOCKS,
            minutes=minutes,
            subject=_("申报纳税"),
            keywords=(*keywords, "申报", "报税"),
            entry="filing:periods",
            check="filing:check",
            opener=partial(opening.from_data, code),
            asks=opening.ReturnForm,
            detail_template="services/filing/_detail.html",
        )
    )


PROCEDURES = (
    _return(
        "vat-return",
        _("增值税及附加税费申报"),
        _(
            "一张表申报增值税、城市维护建设税、教育费附加和地方教育附加，一般纳税人按月、小规模纳税人按季。"
            "数据已按电子发票和上期申报预填，您只需确认或更正。"
        ),
        minutes=5,
        keywords=("增值税", "附加税", "小规模", "整合申报", "综合申报"),
    ),
    _return(
        "property-return",
        _("财产和行为税合并申报"),
        _("印花税、房产税、城镇土地使用税等十个税种，同一征期到期的一次申报。税源明细登记一次，到期时自动带出。"),
        minutes=5,
        keywords=("财产行为税", "印花税", "房产税", "土地使用税", "车船税", "契税", "税源明细", "十税合一"),
    ),
    _return(
        "cit-prepayment",
        _("企业所得税预缴申报"),
        _("按季度累计实际利润额预缴企业所得税，从业人数、资产总额和已预缴税额已预填。"),
        minutes=5,
        keywords=("企业所得税", "预缴", "季度申报"),
    ),
    _return(
        "social-insurance-return",
        _("单位社会保险费申报"),
        _("用人单位按月申报养老、医疗、失业和工伤保险费，数据按上月申报预填。"),
        minutes=3,
        keywords=("社保", "社会保险费", "养老保险", "医疗保险", "失业保险", "工伤保险"),
    ),
)
CODES = tuple(procedure.code for procedure in PROCEDURES)
