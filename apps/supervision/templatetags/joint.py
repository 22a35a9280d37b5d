"""Whom a joint inspection looks at, in words (Art 33)."""

from django import template
from django.utils.translation import gettext as _

from apps.kernel.facts.trades import TRADES
from apps.kernel.lists import joined
from apps.kernel.parties.districts import DISTRICTS
from apps.supervision.joint.models import JointInspection

register = template.Library()


@register.simple_tag
def inspected(inspection: JointInspection) -> str:
    """The condition of the draw: district, trade and least score, or everybody within the office's reach."""
    code, trade, words = inspection.district, inspection.trade, []
    if code:
        words.append(str(DISTRICTS.get(code, code)))
    if trade:
        section = TRADES.get(trade[0], trade)
        words.append(str(section) if len(trade) == 1 else f"{section} {trade}")
    if inspection.least_score:
        words.append(_("风险分不低于 %(score)s") % {"score": inspection.least_score.normalize()})
    return joined(words) or _("本单位管辖的全部")
