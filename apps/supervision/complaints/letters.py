"""Two letters: the answer to a complaint (投诉处理答复书), the reconsideration decision (行政复议决定书); Art 31."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import kinds

ANSWER = kinds.register(
    kinds.LetterKind(
        code="complaint-answer",
        title=_("投诉处理答复书"),
        template="documents/complaint_answer.html",
        prefix="诉",
        needs=frozenset({"number", "title", "reason"}),
        extras=frozenset({"clause", "office"}),
    )
)
DECISION = kinds.register(
    kinds.LetterKind(
        code="reconsideration-decision",
        title=_("行政复议决定书"),
        template="documents/reconsideration_decision.html",
        prefix="复",
        needs=frozenset({"number", "title", "reason", "clause"}),
        extras=frozenset({"office"}),
    )
)
