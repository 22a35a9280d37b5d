"""How pages show people: masked numbers, and which ways of signing in there are."""

from django import template
from django.conf import settings

from apps.kernel.parties import second_factor
from apps.kernel.parties.identifiers import masked as mask
from apps.kernel.parties.models import User

register = template.Library()


@register.filter
def masked(number: str) -> str:
    """A number with its middle hidden."""
    return mask(number)


@register.simple_tag
def single_sign_on() -> bool:
    """Whether 一网通办 is configured."""
    return bool(settings.OIDC_ISSUER_URL)


@register.simple_tag
def second_factor_missing(user: User) -> bool:
    """Whether the user must set up a second factor before anything else."""
    return second_factor.missing(user)
