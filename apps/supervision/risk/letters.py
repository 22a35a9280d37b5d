"""The letters of risk management: reminder, notice that an assessment or audit begins, conclusion (Art 32)."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import kinds

_NEEDS = frozenset({"number", "title"})
_EXTRAS = frozenset({"reason", "clause", "office"})

REMINDER = kinds.register(
    kinds.LetterKind("risk-reminder", _("风险提醒告知书"), "documents/risk_reminder.html", "提", _NEEDS, _EXTRAS)
)
STARTED = kinds.register(
    kinds.LetterKind("risk-started", _("纳税评估、检查通知书"), "documents/risk_started.html", "评", _NEEDS, _EXTRAS)
)
CONCLUDED = kinds.register(
    kinds.LetterKind(
        "risk-concluded", _("纳税评估、检查结论告知书"), "documents/risk_concluded.html", "结", _NEEDS, _EXTRAS
    )
)
