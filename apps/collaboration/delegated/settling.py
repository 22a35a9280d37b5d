"""What was collected before an agreement ended is still handed in, for the days the law gives to settle (Art 23)."""

import datetime as dt

from django.utils.translation import gettext as _

from apps.collaboration.delegated.models import DelegatedAgreement
from apps.collaboration.delegated.rows import ENDED, IN_FORCE
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI


def settle_by(agreement: DelegatedAgreement) -> dt.date | None:
    """The last day on which an agreement that has ended is settled; of others nothing (委托代征管理办法)."""
    if agreement.case.state not in ENDED:
        return None
    noon = dt.datetime.combine(agreement.ended_on, dt.time(12), tzinfo=SHANGHAI)
    law = terms.term("delegated-settle", agreement.ended_on)
    return deadlines.due(noon, law.term, law.unit).due.astimezone(SHANGHAI).date()


def barred(agreement: DelegatedAgreement) -> str:
    """Why no batch is taken under the agreement today, in words; empty when one is."""
    if agreement.case.state == IN_FORCE:
        return ""
    last = settle_by(agreement)
    if last is None:
        return _("协议还没有生效，不能上传代征批次。")
    if clock.today() > last:
        message = _("协议已于 %(ended)s 终止，结清期限 %(last)s 已过，不再接收代征批次。请联系主管税务所。")
        return message % {"ended": agreement.ended_on, "last": last}
    return ""
