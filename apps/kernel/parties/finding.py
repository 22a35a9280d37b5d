"""Who an office means: a party named by the full code it knows."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.parties import identifiers
from apps.kernel.parties.models import Party


def by_code(code: str) -> Party | None:
    """The active party with a credit code or identity number, or None.

    :raises ValidationError: when the code cannot be one.
    """
    text = "".join(code.split()).upper()
    for clean, field in (
        (identifiers.clean_credit_code, "organisation__uscc"),
        (identifiers.clean_identity_number, "person__id_number"),
    ):
        try:
            number = clean(text)
        except ValidationError:
            continue
        found = Party.objects.filter(active=True, **{field: number}).select_related("office").first()
        if found is not None:
            return found
    if not _possible(text):
        raise ValidationError(
            _("代码不正确：单位填 18 位统一社会信用代码，自然人填居民身份证号码。"), code="payer_code"
        )
    return None


def _possible(text: str) -> bool:
    for clean in (identifiers.clean_credit_code, identifiers.clean_identity_number):
        try:
            clean(text)
        except ValidationError:
            continue
        return True
    return False
