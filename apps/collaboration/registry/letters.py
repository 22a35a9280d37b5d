"""The certificate of reduction and exemption, as a document (Art 28)."""

from django.utils.translation import gettext_lazy as _

from apps.collaboration.registry.checking import EXEMPT
from apps.kernel.documents import kinds

EXEMPTION = kinds.register(
    kinds.LetterKind(
        code=EXEMPT,
        title=_("减免税证明"),
        template="documents/tax_exemption_certificate.html",
        prefix="免",
        # rows: levy, period, amount
        needs=frozenset({"rows", "total", "number"}),
    )
)
