"""The kinds of letters and certificates the portal issues (文书种类)."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class LetterKind:
    """A kind of document: its title, its template and the word in its number.

    ``needs`` names what the context must hold; ``extras`` what it may hold beside.
    """

    code: str
    title: str | Promise
    template: str
    prefix: str
    needs: frozenset[str]
    extras: frozenset[str] = frozenset()

    def check(self, context: dict[str, Any]) -> None:
        """Refuse a context the template could not be written from.

        :raises ValueError: naming what is missing or unknown; this is the caller's mistake, not the user's.
        """
        missing, unknown = self.needs - context.keys(), context.keys() - self.needs - self.extras
        if missing or unknown:
            raise ValueError(f"{self.code}: missing {sorted(missing)}, unknown {sorted(unknown)}")


_kinds: dict[str, LetterKind] = {}


def register(kind: LetterKind) -> LetterKind:
    """Make a kind known; a chapter registers its own at start-up.

    :raises ValueError: when the code or the word in the number is taken.
    """
    for other in _kinds.values():
        if kind.code == other.code or kind.prefix == other.prefix:
            raise ValueError(f"{kind.code} ({kind.prefix}) collides with {other.code} ({other.prefix})")
    _kinds[kind.code] = kind
    return kind


def get(code: str) -> LetterKind:
    """The kind with a code.

    :raises KeyError: when there is none.
    """
    return _kinds[code]


def choices() -> list[tuple[str, str | Promise]]:
    """Every kind as a choice."""
    return [(kind.code, kind.title) for kind in _kinds.values()]


# A letter about a case: its number, the matter's title, the office that handles it.
_CASE = frozenset({"number", "title"})
_CASE_EXTRAS = frozenset({"reason", "clause", "office", "facts", "lines"})

register(
    LetterKind(
        code="tax-payment-certificate",
        title=_("税收完税证明"),
        template="documents/tax_payment_certificate.html",
        prefix="证",
        # rows: levy, period, amount, paid_on
        needs=frozenset({"rows", "total"}),
        extras=frozenset({"remark"}),
    )
)
register(
    LetterKind(
        code="acceptance-notice",
        title=_("受理通知书"),
        template="documents/acceptance_notice.html",
        prefix="受",
        needs=_CASE,
        extras=_CASE_EXTRAS | {"received_on", "due_on", "term"},
    )
)
register(
    LetterKind(
        code="supplement-notice",
        title=_("补正通知书"),
        template="documents/supplement_notice.html",
        prefix="补",
        needs=_CASE | {"reason"},
        extras=_CASE_EXTRAS | {"papers", "due_on"},
    )
)
register(
    LetterKind(
        code="decision-approval",
        title=_("准予决定书"),
        template="documents/decision_approval.html",
        prefix="准",
        needs=_CASE,
        extras=_CASE_EXTRAS | {"decision", "valid_until"},
    )
)
register(
    LetterKind(
        code="decision-refusal",
        title=_("不予批准决定书"),
        template="documents/decision_refusal.html",
        prefix="驳",
        needs=_CASE | {"reason", "clause"},
        extras=_CASE_EXTRAS | {"decision"},
    )
)
register(
    LetterKind(
        code="transfer-notice",
        title=_("转办通知书"),
        template="documents/transfer_notice.html",
        prefix="转",
        needs=_CASE | {"office"},
        extras=_CASE_EXTRAS | {"from_office"},
    )
)
