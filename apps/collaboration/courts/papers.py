"""The letters of Article 30: computation, claim on proceeds, claim in bankruptcy."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import kinds

_MATTER = frozenset({"number", "court", "court_case", "rows"})

COMPUTATION = kinds.register(
    kinds.LetterKind(
        code="sale-computation",
        title=_("司法处置税费测算意见书"),
        template="documents/sale_computation.html",
        prefix="测",
        needs=_MATTER | {"price", "seller_total", "buyer_total", "description"},
    )
)
CLAIM = kinds.register(
    kinds.LetterKind(
        code="arrears-claim",
        title=_("欠缴税费受偿申报书"),
        template="documents/arrears_claim.html",
        prefix="偿",
        needs=_MATTER | {"sum", "counted_to", "secured_on"},
    )
)
BANKRUPTCY = kinds.register(
    kinds.LetterKind(
        code="bankruptcy-claim",
        title=_("税费债权申报书"),
        template="documents/bankruptcy_claim.html",
        prefix="债",
        needs=_MATTER | {"administrator", "accepted_on", "priority", "ordinary"},
    )
)
