"""The procedure of the combined VAT return (增值税及附加税费申报): Article 11, with Articles 6 and 8.

A return in line with the data is accepted at once by published rules, whose answers are kept;
any other goes to a clerk of the payer's office, who accepts it or asks for a supplement. A return
is corrected by another one that replaces it.
"""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import procedures, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, SYSTEM, ClockSpec, Procedure, State, Transition
from apps.kernel.parties.models import Office, Party
from apps.services.filing import lodging, opening
from apps.services.filing.drafts import PROCEDURE
from apps.services.filing.models import VatReturn

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
)

TRANSITIONS = (
    replace(
        standard.SUBMIT,
        article="第十一条",
        past=_("提交了申报"),
        guard=lodging.ready,
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
    replace(standard.SUPPLY, past=_("补充后再次提交了申报"), guard=lodging.ready, effect=lodging.lodge),
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


VAT_RETURN = procedures.register(
    Procedure(
        code=PROCEDURE,
        title=_("增值税及附加税费申报"),
        summary=_(
            "一张表申报增值税、城市维护建设税、教育费附加和地方教育附加。"
            "数据已按电子发票和上期申报预填，您只需确认或更正。"
        ),
        chapter="2",
        article="第十一条",
        audience=frozenset({Party.Kind.ORGANISATION}),
        detail=VatReturn,
        states=STATES,
        transitions=TRANSITIONS,
        route=_payers_office,
        clocks=(
            ClockSpec(
                "vat-return-review",
                _("审核申报"),
                starts=("refer",),
                stops=("accept_return", "withdraw"),
            ),
            ClockSpec(
                "supplement",
                _("补正材料"),
                starts=("ask_supplement",),
                stops=("supply", "withdraw"),
                pausable=False,
                whose="applicant",
            ),
        ),
        minutes=5,
        subject=_("申报纳税"),
        keywords=("增值税", "附加税", "整合申报", "综合申报", "报税", "申报"),
        entry="filing:periods",
        check="filing:check",
        opener=opening.from_data,
        detail_template="services/filing/_detail.html",
    )
)
