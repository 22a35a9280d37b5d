"""The conclusion of a price determination and the assessment that rests on it, as documents (Art 27)."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import kinds

_CASE = frozenset({"number", "title", "reason"})

CONCLUSION = kinds.register(
    kinds.LetterKind(
        code="price-conclusion",
        title=_("价格认定结论书"),
        template="documents/price_conclusion.html",
        prefix="价",
        # rows: place, name, specification, quantity, unit, method, unit_price, amount
        needs=_CASE | {"purpose", "requester", "basis_date", "rows", "total"},
    )
)
ASSESSMENT = kinds.register(
    kinds.LetterKind(
        code="price-assessment",
        title=_("税费核定通知书"),
        template="documents/price_assessment.html",
        prefix="核",
        needs=_CASE | {"conclusion", "levy", "period", "base", "declared", "rate", "clause", "amount", "due_on"},
    )
)
