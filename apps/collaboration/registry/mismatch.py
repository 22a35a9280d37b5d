"""A check that did not pass goes to a tax office, which resolves it within one working day (Art 28)."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from apps.collaboration import evidence
from apps.collaboration.registry import checking
from apps.collaboration.registry.forms import ApiForm, ResolveForm
from apps.collaboration.registry.models import CertificateCheck, RegistryMismatch
from apps.collaboration.telling import tell
from apps.kernel.audit import log
from apps.kernel.casework import cases, procedures, rights, standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT, REQUESTER, ClockSpec, Procedure, State, Transition
from apps.kernel.casework.standard import SUBMITTED, WITHDRAWN
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar import clock

CODE = "registry-mismatch"
ARTICLE = "第二十八条"
RESOLVED = "resolved"
HANDLERS = frozenset({Role.CLERK, Role.CHIEF})
Data = dict[str, Any]
Answer, Resolution = RegistryMismatch.Answer, CertificateCheck.Resolution


def open_for(row: CertificateCheck, *, note: str, tax_office: Office | None, actor: Actor, key: str) -> Case:
    """Ask a tax office to resolve a check; asked again it is the same case.

    :raises PermissionDenied: unless the actor's office made the check.
    :raises ValidationError: when the check has passed, or nobody can be asked.
    """
    checking.authorise(actor)
    if row.office_id != actor.office.pk:
        raise PermissionDenied(_g("只能就本单位的查验提请复核。"))
    if row.may_register:
        raise ValidationError(_g("这次查验已经通过，不需要复核。"))
    with transaction.atomic():
        CertificateCheck.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
        known = RegistryMismatch.objects.filter(check_row=row).select_related("case").first()
        if known is not None:
            return known.case
        detail = {
            "check_row": row,
            "registry": actor.office,
            "tax_office": tax_office or _in_charge(row),
            "note": note,
        }
        return cases.open_submitted(MISMATCH, actor, detail, idempotency_key=key)


def _in_charge(row: CertificateCheck) -> Office:
    """The payer's own tax office where the payer is known, else the city's authority, which passes it on."""
    for party in (row.party, row.document.party if row.document else None):
        if party is not None and party.office is not None:
            return party.office
    city = Office.objects.filter(kind=Office.Kind.TAX_CITY, active=True).order_by("pk").first()
    if city is None:
        raise ValidationError({"tax_office": _g("请选择由哪个税务机关复核。")})
    return city


def _asked(case: Case, actor: Actor, data: Data) -> None:
    tell(case, case.detail.tax_office, _("登记机构查验不一致，请在一个工作日内复核"), case.detail.note)


def _resolved(case: Case, actor: Actor, data: Data) -> None:
    """The result goes to the registry; "may register" names the certificate where there is one.

    :raises ValidationError: on ``answer`` or ``certificate``.
    """
    detail: RegistryMismatch = case.detail
    if data.get("answer") not in Answer.values:
        raise ValidationError({"answer": _g("请选择复核结果。")})
    detail.answer = data["answer"]
    detail.document = _certificate(detail, data.get("certificate") or "")
    detail.save(update_fields=["answer", "document"])
    row = CertificateCheck.objects.select_for_update(no_key=True, of=("self",)).get(pk=detail.check_row_id)
    row.resolution = Resolution.NOT_SETTLED if detail.answer == Answer.NOT_SETTLED else Resolution.CONFIRMED
    row.resolved_at = clock.now()
    row.save(update_fields=["resolution", "resolved_at"])
    evidence.keep(case, actor, data)
    label = procedures.recorded(detail.get_answer_display())
    log.record(
        f"office/{row.office.code}", "registry.resolved", actor=actor, target=row.ref, data={"to": detail.answer}
    )
    data["reason"] = f"{label}。{data['reason']}"
    tell(case, detail.registry, _("查验不一致已复核"), data["reason"])


def _certificate(detail: RegistryMismatch, number: str):
    if not number.strip():
        if detail.answer == Answer.PAID:
            raise ValidationError({"certificate": _g("已缴清的，请填写可以办理的凭证编号。")})
        return None
    found = checking.find(number)
    if found is None or found.revoked_at is not None:
        raise ValidationError({"certificate": _g("没有这个有效的凭证，请核对编号。")})
    if not checking.covers(found, detail.check_row.matter):
        raise ValidationError({"certificate": _g("这份凭证不是办理这项登记应当查验的税种，请核对编号。")})
    return found


_row = {row.action: row for row in standard.TRANSITIONS}
_state = {state.code: state for state in standard.STATES}


def _open(actor: Actor, given: Data, key: str) -> Case:
    """The generic API names the check by its reference; a detail made here comes as it is."""
    if isinstance(given.get("check_row"), CertificateCheck):
        return cases.open_case(MISMATCH, actor, given, idempotency_key=key)
    rights.may_apply(MISMATCH, actor)
    row = CertificateCheck.objects.visible_to(actor).filter(ref=str(given.get("check", ""))).first()
    note = str(given.get("note", "")).strip()
    if row is None or not note:
        raise ValidationError({"check": _g("请写明本单位的查验编号和不一致的情况。")})
    if row.may_register:
        raise ValidationError(_g("这次查验已经通过，不需要复核。"))
    known = RegistryMismatch.objects.filter(check_row=row).select_related("case").first()
    if known is not None and known.case.idempotency_key != key:
        raise ValidationError({"check": _g("这次查验已经提请复核。")})
    detail = {"check_row": row, "registry": actor.office, "tax_office": _in_charge(row), "note": note[:1000]}
    return cases.open_case(MISMATCH, actor, detail, idempotency_key=key)


MISMATCH = procedures.register(
    Procedure(
        code=CODE,
        title=_("完税凭证查验不一致复核"),
        summary=_("登记机构查验完税凭证不一致、查不到的，税务机关一个工作日内复核并把结果告知登记机构。"),
        chapter="4",
        article=ARTICLE,
        audience=frozenset(),
        detail=RegistryMismatch,
        states=(
            replace(_state[DRAFT], now=_("还没有提请复核。"), todo=""),
            State(SUBMITTED, _("待税务机关复核"), _("税务机关正在复核。")),
            State(RESOLVED, _("已复核"), _("税务机关已复核，结果见办理过程。"), final=True, tone="done"),
            State(WITHDRAWN, _("已撤回"), _("登记机构撤回了复核。"), final=True, tone="draft"),
        ),
        transitions=(
            replace(
                _row["submit"],
                by=frozenset({REQUESTER}),
                article=ARTICLE,
                past=_("提请复核查验结果"),
                notice="",
                effect=_asked,
            ),
            replace(_row["take"], sources=(SUBMITTED,), by=HANDLERS, article=ARTICLE),
            replace(_row["transfer"], sources=(SUBMITTED,), by=HANDLERS, notice=""),
            replace(_row["receive"], sources=(SUBMITTED,)),
            replace(_row["decline"], sources=(SUBMITTED,)),
            Transition(
                "resolve",
                _("答复复核结果"),
                (SUBMITTED,),
                RESOLVED,
                HANDLERS,
                ARTICLE,
                _("答复了复核结果"),
                form=ResolveForm,
                effect=_resolved,
            ),
            replace(
                _row["withdraw"],
                label=_("撤回复核"),
                sources=(SUBMITTED,),
                by=frozenset({REQUESTER}),
                article=ARTICLE,
                past=_("撤回了复核"),
            ),
        ),
        route=lambda case: case.detail.tax_office,
        requester=lambda case: case.detail.registry,
        clocks=(
            ClockSpec(
                "registry-manual",
                _("复核并答复登记机构"),
                starts=("submit",),
                stops=("resolve", "withdraw"),
                pausable=False,
            ),
        ),
        detail_template="collaboration/registry/_mismatch.html",
        subject=_("部门协作"),
        keywords=("完税", "查验", "登记"),
        opener=_open,
        asks=ApiForm,
    )
)
