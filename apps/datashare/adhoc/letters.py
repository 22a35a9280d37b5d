"""The certificate that data shared once has been destroyed (数据销毁证明, Art 18)."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import kinds

CERTIFICATE = kinds.register(
    kinds.LetterKind(
        code="data-destruction",
        title=_("数据销毁证明"),
        template="documents/data_destruction.html",
        prefix="销",
        needs=frozenset({"number", "subject", "fields", "method", "files", "destroyed_on"}),
        extras=frozenset({"reason"}),
    )
)
