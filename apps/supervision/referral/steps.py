"""What the steps of a referral and of an opinion bring about (Art 35)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.casework import custody, evidence
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DONE, Words
from apps.kernel.casework.telling import tell
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock
from apps.supervision.referral import access
from apps.supervision.referral.models import CriminalReferral, ProcuratorialOpinion

Data = dict[str, Any]
JURISDICTION_CLOCK = "referral-pass-on"


def neither_of_the_two(case: Case, actor: Actor) -> None:
    """The head who decides is not one of the two officers of the case group."""
    referral: CriminalReferral = case.detail
    if actor.user is not None and actor.user.pk in (referral.first_officer_id, referral.second_officer_id):
        raise PermissionDenied(_("专案组成员不能审批自己报告的案件，请由本单位负责人决定。"))


def _pass(case: Case, to: Office, what: Words, reason: str = "") -> None:
    custody.move(case, to, clock.now())
    tell(case, to, what, reason)


def sent(case: Case, actor: Actor, data: Data) -> None:
    """The file goes to the police with the letter of transfer."""
    referral = _keep(case, data, "transfer_number")
    evidence.keep(case, actor, data)
    data["reason"] = data["transfer_number"]
    _pass(case, referral.police, gettext_lazy("收到移送的涉嫌犯罪案件，请签收回执并在三日内审查"))


def signed(case: Case, actor: Actor, data: Data) -> None:
    """The police sign the receipt; somebody there is in charge."""
    referral = _keep(case, data, "receipt")
    case.handler = actor.user
    data["reason"] = data["receipt"]
    tell(case, referral.tax_office, gettext_lazy("公安机关已签收移送回执"), data["receipt"])


def not_claimed_before(case: Case, actor: Actor) -> None:
    """While it is open whose the file is."""
    if not case.clocks.filter(term=JURISDICTION_CLOCK, stopped_at__isnull=True).exists():
        raise ValidationError(_("管辖已经确认。"), code=DONE)


def claimed(case: Case, actor: Actor, data: Data) -> None:
    """The tax office knows that the file has come to the right place."""
    tell(case, case.detail.tax_office, gettext_lazy("公安机关已确认管辖，正在审查"))


def passed_on(case: Case, actor: Actor, data: Data) -> None:
    """The police office with jurisdiction has the file now, and the tax office is told which it is.

    :raises ValidationError: on ``police``.
    """
    found = access.police_offices().filter(code=getattr(data.get("police"), "code", data.get("police"))).first()
    referral: CriminalReferral = case.detail
    if found is None or found == referral.police:
        raise ValidationError({"police": _("请选择另一个公安机关。")})
    referral.police, referral.receipt = found, ""
    referral.save(update_fields=["police", "receipt"])
    _pass(case, found, gettext_lazy("收到转送的涉嫌犯罪案件，请签收回执并在三日内审查"), data["reason"])
    tell(case, referral.tax_office, gettext_lazy("公安机关已把案件转送有管辖权的公安机关"), str(found))


def returned(case: Case, actor: Actor, data: Data) -> None:
    """What is missing is asked of the tax office."""
    _pass(case, case.detail.tax_office, gettext_lazy("公安机关要求补充材料"), data["reason"])


def supplied(case: Case, actor: Actor, data: Data) -> None:
    """What was missing is there."""
    evidence.keep(case, actor, data)
    _pass(case, case.detail.police, gettext_lazy("税务机关已补充材料"), data["reason"])


def filed(case: Case, actor: Actor, data: Data) -> None:
    """A criminal case now: the tax office hands over objects and papers."""
    referral = _keep(case, data, "police_number")
    data["reason"] = data["police_number"]
    _pass(case, referral.tax_office, gettext_lazy("公安机关已立案，请在三日内移交涉案物品和材料"), data["reason"])


def refused(case: Case, actor: Actor, data: Data) -> None:
    """Not filed: the tax office may object within three days."""
    _pass(case, case.detail.tax_office, gettext_lazy("公安机关不予立案，可以提请复议或者建议立案监督"), data["reason"])


def handed_over(case: Case, actor: Actor, data: Data) -> None:
    """Objects and papers are with the police."""
    evidence.keep(case, actor, data)
    _pass(case, case.detail.police, gettext_lazy("涉案物品和材料已移交"), data["reason"])


def objected(case: Case, actor: Actor, data: Data) -> None:
    """The police decide once more."""
    referral: CriminalReferral = case.detail
    referral.reconsidered = True
    referral.save(update_fields=["reconsidered"])
    _pass(case, referral.police, gettext_lazy("税务机关提请复议不予立案的决定"), data["reason"])


def supervision_asked(case: Case, actor: Actor, data: Data) -> None:
    """A procuratorate supervises the filing.

    :raises ValidationError: on ``procuratorate``.
    """
    found = access.procuratorates().filter(code=getattr(data.get("procuratorate"), "code", data.get("procuratorate")))
    chosen = found.first()
    if chosen is None:
        raise ValidationError({"procuratorate": _("请选择人民检察院。")})
    referral: CriminalReferral = case.detail
    referral.procuratorate = chosen
    referral.save(update_fields=["procuratorate"])
    _pass(case, chosen, gettext_lazy("税务机关建议立案监督"), data["reason"])


def filing_ordered(case: Case, actor: Actor, data: Data) -> None:
    """The police have to file."""
    referral: CriminalReferral = case.detail
    _pass(case, referral.police, gettext_lazy("检察院通知立案"), data["reason"])
    tell(case, referral.tax_office, gettext_lazy("检察院已通知公安机关立案"), data["reason"])


def not_ordered(case: Case, actor: Actor, data: Data) -> None:
    """The refusal stands; the tax office deals with it by itself."""
    referral: CriminalReferral = case.detail
    _pass(case, referral.tax_office, gettext_lazy("检察院认为不予立案的理由成立"), data["reason"])
    tell(case, referral.police, gettext_lazy("检察院认为不予立案的理由成立"), data["reason"])


def progress(case: Case, actor: Actor, data: Data) -> None:
    """The tax office hears how it goes."""
    tell(case, case.detail.tax_office, gettext_lazy("公安机关反馈办理进展"), data["reason"])


def investigated(case: Case, actor: Actor, data: Data) -> None:
    """The investigation has ended; what is administrative is the tax office's again."""
    outcome = data["outcome"]
    if outcome not in CriminalReferral.Outcome.values:
        raise ValidationError({"outcome": _("请选择侦查结果。")})
    referral = _keep(case, data, "outcome")
    _pass(case, referral.tax_office, gettext_lazy("公安机关已办结，请办理行政事项"), data["reason"])


def concluded(case: Case, actor: Actor, data: Data) -> None:
    """What the tax office did by itself is on record."""
    _keep(case, data, "administrative")
    data["reason"] = data["administrative"]
    tell(case, case.detail.police, gettext_lazy("税务机关已办结行政事项"), data["reason"])


def _keep(case: Case, data: Data, name: str) -> CriminalReferral:
    referral: CriminalReferral = case.detail
    text = str(data.get(name, "")).strip()
    if not text:
        raise ValidationError({name: _("请填写这一项。")})
    setattr(referral, name, text)
    referral.save(update_fields=[name])
    return referral


def opinion_given(case: Case, actor: Actor, data: Data) -> None:
    """The tax office finds the opinion in its inbox."""
    tell(case, case.detail.tax_office, gettext_lazy("收到检察意见，请在两个月内回复"), case.detail.document_number)


def opinion_answered(case: Case, actor: Actor, data: Data) -> None:
    """The result goes to the procuratorate."""
    opinion: ProcuratorialOpinion = case.detail
    opinion.result = data["result"]
    opinion.save(update_fields=["result"])
    evidence.keep(case, actor, data)
    data["reason"] = data["result"]
    _pass(case, opinion.procuratorate, gettext_lazy("税务机关已回复检察意见"), data["result"])


def opinion_unanswered(case: Case, actor: Actor, data: Data) -> None:
    """The answer was not enough; the term begins again."""
    _pass(case, case.detail.tax_office, gettext_lazy("检察院请税务机关继续办理并回复"), data["reason"])


def opinion_confirmed(case: Case, actor: Actor, data: Data) -> None:
    """The matter has come to its end."""
    tell(case, case.detail.tax_office, gettext_lazy("检察院已确认收到处理结果"))
