"""The letter about a lowered invoice quota (Art 33)."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import kinds

QUOTA = kinds.register(
    kinds.LetterKind(
        "quota-decision",
        _("发票总额度调整决定书"),
        "documents/quota_decision.html",
        "额",
        frozenset({"number", "title", "reason"}),
        frozenset({"clause", "office"}),
    )
)
