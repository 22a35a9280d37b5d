"""The letters of the list: notice that hears the taxpayer, and the decision (Art 33)."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import kinds

_NEEDS = frozenset({"number", "title", "reason"})
_EXTRAS = frozenset({"clause", "office"})

NOTICE = kinds.register(
    kinds.LetterKind(
        "dishonesty-notice", _("列入失信主体告知书"), "documents/dishonesty_notice.html", "诫", _NEEDS, _EXTRAS
    )
)
DECISION = kinds.register(
    kinds.LetterKind(
        "dishonesty-decision", _("失信主体认定决定书"), "documents/dishonesty_decision.html", "失", _NEEDS, _EXTRAS
    )
)
