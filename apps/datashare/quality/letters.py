"""The annual assessment report on one unit (年度评估报告, Art 20)."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import kinds

REPORT = kinds.register(
    kinds.LetterKind(
        code="data-assessment",
        title=_("涉税涉费数据共享评估报告"),
        template="documents/data_assessment.html",
        prefix="质",
        # scores: title, formula, hits, out_of, value; datasets: title, value
        needs=frozenset({"period", "rules", "overall", "quality", "effect", "security", "scores", "datasets"}),
    )
)
