"""What a mandate can be limited to: matters and levies, named here by the rooms that own them (Art 7).

Casework registers its procedures and the ledger its levies; a mandate without a limit covers all.
"""

from django.utils.functional import Promise

MATTERS: dict[str, str | Promise] = {}
LEVIES: dict[str, str | Promise] = {}


def labels(codes: list[str], names: dict[str, str | Promise]) -> list[str]:
    """The names of codes, in the order of the register; a code no longer known stays readable as itself."""
    return [str(label) for code, label in names.items() if code in codes] + [
        code for code in codes if code not in names
    ]
