"""What districts are called in the statistics of chapters 5 and 6."""

from apps.kernel.parties.models import Office


def names() -> dict[str, str]:
    """The name of each district by its code: its bureau's without what all of them share."""
    bureaus = Office.objects.filter(kind=Office.Kind.TAX_DISTRICT).exclude(district="")
    return {code: _short(name) for code, name in bureaus.values_list("district", "name")}


def _short(name: str) -> str:
    return name.removeprefix("国家税务总局上海市").removesuffix("税务局") or name
