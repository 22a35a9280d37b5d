"""The quarterly report as a letter: numbered, with a code anybody can check (Art 38)."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import kinds

QUARTER = kinds.register(
    kinds.LetterKind(
        "quarterly-report",
        _("税费保障职责履行情况季度通报"),
        "documents/quarterly_report.html",
        "季",
        frozenset({"year", "quarter", "rows", "whole"}),
    )
)
