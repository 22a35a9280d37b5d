"""How often one address may complain without a name or try receipts: enough for people, too little for guessing."""

from allauth.core.internal import ratelimit
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

RATES = {"complain": "20/h/ip", "follow": "20/5m/ip"}


def check(request: HttpRequest, action: str) -> None:
    """Count one attempt.

    :raises ValidationError: when there were too many.
    """
    if not ratelimit.consume(request, app="complaints", action=action, config=RATES):
        raise ValidationError(_("尝试的次数太多。请过一会儿再试，或者拨打 12366。"))
