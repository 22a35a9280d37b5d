"""The contract of a dataset (数据契约): the fields of one catalogue version as the pull applies them (Art 16)."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.datashare.catalogue.models import DataField, DatasetVersion

GUARDED = (DataField.Classification.PERSONAL, DataField.Classification.SENSITIVE)
KEY_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Term:
    """One field and what its values must be."""

    name: str
    label: str
    type: str
    required: bool
    key: bool
    max_length: int | None
    pattern: str
    minimum: Decimal | None
    maximum: Decimal | None
    codes: tuple[str, ...]
    guarded: bool
    party: bool


@dataclass(frozen=True)
class Contract:
    """All fields of a version, in order."""

    dataset_id: int
    version_id: int
    terms: tuple[Term, ...]

    @property
    def names(self) -> list[str]:
        return [term.name for term in self.terms]

    @property
    def keys(self) -> list[str]:
        return [term.name for term in self.terms if term.key]

    @property
    def parties(self) -> list[str]:
        """Fields that say whom a row is about."""
        return [term.name for term in self.terms if term.party]

    @property
    def guarded(self) -> set[str]:
        """Fields with personal data."""
        return {term.name for term in self.terms if term.guarded}

    def by_heading(self) -> dict[str, str]:
        """Field names by what a file may write over its columns: the name or the Chinese label."""
        return {**{term.label: term.name for term in self.terms}, **{term.name: term.name for term in self.terms}}


def of(version: DatasetVersion) -> Contract:
    """The contract a version makes.

    :raises ValidationError: the version names no key, or a field whose name the portal keeps for itself.
    """
    terms = tuple(
        Term(
            name=row.name,
            label=row.label,
            type=row.type,
            required=row.required or row.key,
            key=row.key,
            max_length=row.max_length,
            pattern=row.pattern,
            minimum=row.minimum,
            maximum=row.maximum,
            codes=tuple(row.codes.split()),
            guarded=row.classification in GUARDED,
            party=row.party,
        )
        for row in version.fields.order_by("position")
    )
    if not any(term.key for term in terms):
        raise ValidationError(_("目录条目没有主键数据项，不能归集。"))
    if any(term.name.startswith("_") for term in terms):
        raise ValidationError(_("以下划线开头的字段名留作系统使用。"))
    return Contract(version.dataset_id, version.pk, terms)
