"""The papers of Article 29: order to pay, permit and notices to banks, decision to the person concerned."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import kinds

_REQUEST = frozenset({"number", "bank", "clause", "officers", "decider"})

PAY_ORDER = kinds.register(
    kinds.LetterKind(
        code="pay-order",
        title=_("责令限期缴纳通知书"),
        template="documents/pay_order.html",
        prefix="限",
        needs=frozenset({"rows", "amount", "pay_by", "clause"}),
    )
)
PERMIT = kinds.register(
    kinds.LetterKind(
        code="account-permit",
        title=_("检查存款账户许可证明"),
        template="documents/account_permit.html",
        prefix="许",
        needs=_REQUEST | {"wanted"},
    )
)
FREEZE = kinds.register(
    kinds.LetterKind(
        code="freeze-notice",
        title=_("冻结存款通知书"),
        template="documents/account_order.html",
        prefix="冻",
        needs=_REQUEST | {"verb", "limit", "account", "kept"},
    )
)
DEDUCT = kinds.register(
    kinds.LetterKind(
        code="deduct-notice",
        title=_("扣缴、划拨款项通知书"),
        template="documents/account_order.html",
        prefix="扣",
        needs=_REQUEST | {"verb", "limit", "account", "kept"},
    )
)
RELEASE = kinds.register(
    kinds.LetterKind(
        code="release-notice",
        title=_("解除冻结存款通知书"),
        template="documents/account_release.html",
        prefix="解",
        needs=frozenset({"number", "bank", "executed", "reason"}),
    )
)
DECISION = kinds.register(
    kinds.LetterKind(
        code="measure-decision",
        title=_("措施告知书"),
        template="documents/measure_decision.html",
        prefix="措",
        needs=frozenset({"number", "measure", "bank", "facts", "clause", "appeal", "executed"}),
    )
)
