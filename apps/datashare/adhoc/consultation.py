"""A consultation on its way: proposed, countered or agreed, delivered, destroyed (Art 18 para 1)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.datashare.adhoc import opening, rules
from apps.datashare.adhoc.letters import CERTIFICATE
from apps.datashare.adhoc.models import Consultation
from apps.datashare.adhoc.terms import DeliverForm, DestroyForm, PlainReasonForm, TermsForm
from apps.datashare.requests.procedure import pass_to, tell
from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, SYSTEM, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import WITHDRAWN, RefusalForm
from apps.kernel.documents import letters, uploads
from apps.kernel.documents.models import Upload
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock

CODE = "data-consultation"
ARTICLE = "第十八条"
SENT, PROPOSED, COUNTERED, AGREED = "sent", "proposed", "countered", "agreed"
DELIVERED, DESTROYED, DECLINED = "delivered", "destroyed", "declined"
WORKERS = frozenset({Role.CLERK, Role.RISK, Role.CHIEF, Role.OFFICER})
Manner = Consultation.Manner

Data = dict[str, Any]


def _to_counterpart(case: Case, _actor: Actor, data: Data) -> None:
    pass_to(case, case.detail.counterpart, _("等待答复"), data.get("reason", ""))


def _new_terms(case: Case, data: Data) -> None:
    rules.not_past(data["destroy_by"])
    row: Consultation = case.detail
    row.fields, row.manner, row.destroy_by = data["fields"], data["manner"], data["destroy_by"]
    row.full_clean(exclude=["case"])
    row.save(update_fields=["fields", "manner", "destroy_by"])


def _countered(case: Case, _actor: Actor, data: Data) -> None:
    _new_terms(case, data)
    pass_to(case, case.detail.office, _("对方提出其他条件"), data["reason"])


def _proposed_again(case: Case, _actor: Actor, data: Data) -> None:
    _new_terms(case, data)
    pass_to(case, case.detail.counterpart, _("对方提出其他条件"), data["reason"])


def _terms_still_good(case: Case, _actor: Actor) -> None:
    rules.not_past(case.detail.destroy_by)


def _files_there(case: Case, _actor: Actor) -> None:
    if case.detail.manner != Manner.FILE:
        return
    files = Upload.objects.filter(about=case.about)
    if not files.exists():
        raise ValidationError(gettext("约定通过平台交换文件，请先上传文件再确认提供。"))
    if files.exclude(state__in=Upload.OPENABLE).exists():
        raise ValidationError(gettext("有文件还没有通过安全扫描，请稍后再确认提供。"))


def _answered(case: Case, _actor: Actor, data: Data) -> None:
    if case.detail.manner == Manner.ANSWER and not data.get("reason", "").strip():
        raise ValidationError({"reason": gettext("请写明答复。")})


def _delivered(case: Case, _actor: Actor, data: Data) -> None:
    row: Consultation = case.detail
    row.delivered_at = clock.now()
    row.save(update_fields=["delivered_at"])
    pass_to(case, row.office, _("已提供"), data.get("reason", ""))


def _destroyed(case: Case, actor: Actor, data: Data) -> None:
    """The files on this platform go first, then the receiver certifies it."""
    if not data.get("no_copies"):
        raise ValidationError({"no_copies": gettext("请确认没有留存副本；有副本的，请先销毁。")})
    row: Consultation = case.detail
    files = list(Upload.objects.filter(about=case.about))
    for upload in files:
        uploads.destroy(upload, actor, reason=case.number)
    now = clock.now()
    method = dict(DestroyForm.base_fields["method"].choices)[data["method"]]
    row.certificate = letters.issue(
        CERTIFICATE.code,
        row.counterpart,
        {
            "number": case.number,
            "subject": row.subject,
            "fields": row.fields,
            "method": procedures.recorded(method),
            "files": [{"name": upload.name, "sha256": upload.sha256} for upload in files],
            "destroyed_on": clock.today(),
            "reason": data.get("reason", ""),
        },
        actor=actor,
        about=case.about,
    )
    row.destroyed_at = now
    row.save(update_fields=["certificate", "destroyed_at"])
    tell(case, row.counterpart, _("数据已销毁"), row.certificate.number)


CONSULTATION = procedures.register(
    Procedure(
        code=CODE,
        title=_("临时共享协商"),
        summary=_("临时性、偶发性的涉税涉费数据，由两个单位协商数据项、方式、用途和销毁期限。"),
        chapter="3",
        article=ARTICLE,
        audience=frozenset(),
        detail=Consultation,
        validate=rules.check_consultation,
        route=lambda case: case.detail.office,
        states=(
            State(DRAFT, _("草稿"), _("还没有提交。"), tone="draft"),
            State(SENT, _("送出中"), _("正在送对方单位。")),
            State(PROPOSED, _("等待答复"), _("对方单位正在考虑。")),
            State(COUNTERED, _("对方提出其他条件"), _("对方提出了其他条件，等待提出单位答复。")),
            State(AGREED, _("已商定，待提供"), _("双方已商定，等待提供。")),
            State(DELIVERED, _("使用中，到期销毁"), _("数据已提供，到期应销毁。")),
            State(DESTROYED, _("已销毁"), _("数据已销毁并出具证明。"), final=True, tone="done"),
            State(DECLINED, _("未商定"), _("对方不同意共享。"), final=True, tone="draft"),
            State(WITHDRAWN, _("已撤回"), _("提出单位已撤回。"), final=True, tone="draft"),
        ),
        transitions=(
            Transition(
                "submit",
                _("提交"),
                (DRAFT,),
                SENT,
                frozenset({REQUESTER}),
                ARTICLE,
                pgettext_lazy("已发生", "提出协商"),
                then=lambda _case: "send",
            ),
            Transition(
                "send",
                _("送对方单位"),
                (SENT,),
                PROPOSED,
                frozenset({SYSTEM}),
                ARTICLE,
                pgettext_lazy("已发生", "送对方单位"),
                effect=_to_counterpart,
                public=False,
            ),
            Transition(
                "agree",
                _("同意"),
                (PROPOSED,),
                AGREED,
                WORKERS,
                ARTICLE,
                pgettext_lazy("已发生", "同意共享"),
                bar=_terms_still_good,
                effect=lambda case, _actor, _data: tell(case, case.detail.office, _("已商定，待提供")),
            ),
            Transition(
                "counter",
                _("提出其他条件"),
                (PROPOSED,),
                COUNTERED,
                WORKERS,
                ARTICLE,
                _("提出了其他条件"),
                form=TermsForm,
                effect=_countered,
                tone="secondary",
            ),
            Transition(
                "refuse",
                _("不同意"),
                (PROPOSED,),
                DECLINED,
                WORKERS,
                ARTICLE,
                pgettext_lazy("已发生", "不同意共享"),
                form=RefusalForm,
                effect=lambda case, _actor, data: tell(case, case.detail.office, _("未商定"), data["reason"]),
                tone="warning",
            ),
            Transition(
                "accept_terms",
                _("接受条件"),
                (COUNTERED,),
                AGREED,
                WORKERS,
                ARTICLE,
                _("接受了对方的条件"),
                bar=_terms_still_good,
                effect=_to_counterpart,
            ),
            Transition(
                "propose_again",
                _("另提条件"),
                (COUNTERED,),
                PROPOSED,
                WORKERS,
                ARTICLE,
                _("另提了条件"),
                form=TermsForm,
                effect=_proposed_again,
                tone="secondary",
            ),
            Transition(
                "deliver",
                _("确认已提供"),
                (AGREED,),
                DELIVERED,
                WORKERS,
                ARTICLE,
                _("提供了数据"),
                form=DeliverForm,
                bar=_files_there,
                guard=_answered,
                effect=_delivered,
            ),
            Transition(
                "destroy",
                _("销毁并出具证明"),
                (DELIVERED,),
                DESTROYED,
                WORKERS,
                ARTICLE,
                _("销毁了数据并出具证明"),
                form=DestroyForm,
                effect=_destroyed,
            ),
            Transition(
                "withdraw",
                _("撤回"),
                (PROPOSED, COUNTERED, AGREED),
                WITHDRAWN,
                frozenset({REQUESTER}),
                ARTICLE,
                _("撤回了协商"),
                form=PlainReasonForm,
                tone="warning",
            ),
        ),
        clocks=(
            ClockSpec(
                "data-consultation",
                _("答复协商"),
                starts=("send", "propose_again"),
                stops=("agree", "counter", "refuse", "withdraw"),
            ),
            ClockSpec("data-provide", _("商定后提供"), starts=("agree", "accept_terms"), stops=("deliver", "withdraw")),
        ),
        opener=opening.consultation,
        asks=("counterpart", *opening.TERMS, "destroy_by"),
        detail_template="datashare/adhoc/_consultation.html",
        subject=_("数据共享"),
        keywords=("临时", "协商", "销毁"),
    )
)
