"""A bank is asked about accounts (金融账户查询, Art 29; 税收征收管理法 Art 54)."""

from django.utils.translation import gettext_lazy as _

from apps.collaboration.banks import answering, steps, telling
from apps.collaboration.banks.forms import EnquiryAnswerForm
from apps.collaboration.banks.models import AccountEnquiry
from apps.collaboration.banks.steps import ARTICLE, AT_BANK, BANK, CONCLUDED, OFFICER
from apps.kernel.casework import procedures
from apps.kernel.casework.procedures import ClockSpec, Procedure, State, Transition

ANSWERED = "answered"

ENQUIRY = procedures.register(
    Procedure(
        code="account-enquiry",
        title=_("金融账户查询"),
        summary=_("经有权机关负责人批准，凭许可证明向金融机构查询账户，只查需要的内容。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=AccountEnquiry,
        states=(
            *steps.OPENING,
            State(ANSWERED, _("已答复"), _("金融机构已经答复。")),
            State(CONCLUDED, _("已告知"), _("已经核实并告知当事人。"), final=True, tone="done"),
        ),
        transitions=(
            steps.submit(),
            steps.approve(),
            steps.refuse(),
            Transition(
                "answer",
                _("答复查询"),
                (AT_BANK,),
                ANSWERED,
                BANK,
                ARTICLE,
                _("答复了查询"),
                guard=answering.only_what_was_asked,
                effect=answering.keep,
                form=EnquiryAnswerForm,
            ),
            Transition(
                "conclude",
                _("核实完毕，告知当事人"),
                (ANSWERED,),
                CONCLUDED,
                OFFICER,
                ARTICLE,
                _("核实完毕，告知了当事人"),
                effect=telling.tell,
            ),
        ),
        route=lambda case: case.detail.asked_by,
        clocks=(
            ClockSpec("bank-enquiry", _("金融机构答复"), starts=("approve",), stops=("answer",)),
            ClockSpec("account-enquiry-tell", _("核实并告知当事人"), starts=("answer",), stops=("conclude",)),
        ),
        detail_template="collaboration/banks/_enquiry.html",
        subject=_("协助"),
    )
)
