"""The letters of a verification: before the payer is heard, and the decision (Art 26)."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import kinds

_SAID = frozenset({"number", "title", "qualification", "facts", "reason", "clause"})

HEARING = kinds.register(
    kinds.LetterKind(
        code="qualification-hearing",
        title=_("税费优惠资格处理事先告知书"),
        template="documents/qualification_hearing.html",
        prefix="告",
        needs=_SAID | {"department", "due_on"},
    )
)
DECISION = kinds.register(
    kinds.LetterKind(
        code="qualification-decision",
        title=_("税费优惠资格处理决定书"),
        template="documents/qualification_decision.html",
        prefix="优",
        needs=_SAID | {"statement", "levy", "period", "amount", "due_on"},
    )
)
