"""Refusals that name their field and say by a code why, so that pages and API can tell them apart."""

from django.core.exceptions import ValidationError


def refusal(field: str, message: str, code: str) -> ValidationError:
    """A refusal about one field. Django drops the code when it is given beside a dictionary."""
    return ValidationError({field: ValidationError(message, code=code)})


def codes(error: ValidationError) -> set[str]:
    """Why it was refused."""
    by_field = error.error_dict.values() if hasattr(error, "error_dict") else [error.error_list]
    return {each.code for errors in by_field for each in errors}
