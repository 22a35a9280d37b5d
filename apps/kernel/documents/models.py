"""Papers that come in (uploads) and go out (letters and certificates with number and public check)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kernel.documents import codes, kinds
from apps.kernel.parties.acting import identities
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import TAX_WORD, WORD, Mandate, Office, Party, User
from apps.kernel.workcalendar import clock


def letter_path(document: "IssuedDocument", _name: str) -> str:
    """Where a letter is stored: a random name that tells nothing."""
    return f"letters/{document.issued_at:%Y/%m}/{reference(26)}.pdf"


def upload_path(upload: "Upload", _name: str) -> str:
    """Where an upload is stored: a random name; the one its sender gave is kept in the database only."""
    return f"uploads/{upload.received_at:%Y/%m}/{reference(26)}"


class OwnedQuerySet(models.QuerySet):
    """Papers that belong to a party or to an office; the model's ``BY`` names who brought them about."""

    model: Any

    def visible_to(self, actor: Actor):
        """The papers of the party acted for, of the office acted in, or of all identities of a mere user.

        Whoever acts under a limited mandate sees what came of their own doing; the rest only through the
        business it belongs to (``access.grant``), which knows its matter and levy.
        """
        if actor.party is not None:
            own = self.filter(party=actor.party)
            return own.filter(**{self.model.BY: actor.user}) if limited(actor.mandate) else own
        if actor.office is not None:
            return self.filter(office=actor.office)
        if actor.user is not None:
            reach = Q(pk__in=[])
            for acting in identities(actor.user):
                by = {self.model.BY: actor.user} if limited(acting.mandate) else {}
                reach |= Q(party=acting.party, **by)
            return self.filter(reach)
        return self.none()


def limited(mandate: Mandate | None) -> bool:
    """Whether a mandate reaches only some matters or levies."""
    return mandate is not None and bool(mandate.matters or mandate.levies)


class NumberSeries(models.Model):
    """The last number an organ gave to a kind of document in a year; locked while one is given, so none is skipped."""

    word = models.CharField(_("发文机关代字"), max_length=WORD, default=TAX_WORD)
    kind = models.SlugField(_("文书种类"), max_length=40)
    year = models.PositiveSmallIntegerField(_("年份"))
    last = models.PositiveIntegerField(_("最后编号"))

    class Meta:
        verbose_name = _("文书编号")
        verbose_name_plural = _("文书编号")
        constraints = [models.UniqueConstraint(fields=["word", "kind", "year"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.word} {self.kind} {self.year}: {self.last}"


class IssuedDocument(models.Model):
    """A letter or certificate as it was issued (文书). The context is kept, so it can be written again."""

    class RevocationReason(models.TextChoices):
        ERROR = "error", _("填开错误")
        REPLACED = "replaced", _("已换开")
        REFUNDED = "refunded", _("税费已退还")
        WITHDRAWN = "withdrawn", _("原行政行为已撤销")

    BY = "issued_by"

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    kind = models.SlugField(_("文书种类"), max_length=40)
    title = models.CharField(_("标题"), max_length=100)
    number = models.CharField(_("文号"), max_length=40, unique=True)
    code = models.CharField(_("验证码"), max_length=codes.LENGTH, unique=True, default=codes.new, editable=False)
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("纳税人、缴费人")
    )
    party_name = models.CharField(_("纳税人、缴费人名称"), max_length=120)
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("出具单位")
    )
    about = models.CharField(_("所属业务"), max_length=80, blank=True, db_index=True)
    amount = models.DecimalField(_("金额"), max_digits=16, decimal_places=2, null=True, blank=True)
    context = models.JSONField(_("内容"))
    issued_at = models.DateTimeField(_("出具时间"), default=clock.now)
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("出具人")
    )
    file = models.FileField(_("文件"), upload_to=letter_path, max_length=200, blank=True)
    sha256 = models.CharField(_("文件摘要"), max_length=64, blank=True)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("作废人")
    )
    revocation_reason = models.CharField(_("作废原因"), max_length=10, choices=RevocationReason, blank=True)
    revocation_note = models.CharField(_("作废说明"), max_length=200, blank=True)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("换开后的文书")
    )

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("文书")
        verbose_name_plural = _("文书")
        indexes = [
            models.Index(fields=["party", "-id"]),
            models.Index(fields=["id"], name="document_unwritten", condition=Q(file="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revocation_reason="", replaced_by__isnull=True)
                | (Q(revoked_at__isnull=False) & ~Q(revocation_reason="")),
                name="document_revoked_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(file="", sha256="") | (~Q(file="") & ~Q(sha256="")), name="document_file_has_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("documents:letter", args=[self.ref])

    @property
    def kind_label(self) -> str | Promise:
        """The name of the kind in the reader's language."""
        return kinds.get(self.kind).title

    @property
    def printed_code(self) -> str:
        """The verification code as it is printed."""
        return codes.grouped(self.code)

    @property
    def is_ready(self) -> bool:
        """Whether the PDF has been written."""
        return bool(self.file)


class Upload(models.Model):
    """A file somebody sent (上传文件). It stays in quarantine until its scan is over."""

    class State(models.TextChoices):
        RECEIVED = "received", _("隔离中，等待安全扫描")
        CLEAN = "clean", _("已通过安全扫描")
        UNSCANNED = "unscanned", _("未扫描（未配置病毒扫描）")
        REFUSED = "refused", _("未通过安全扫描，已删除")
        DESTROYED = "destroyed", _("已按约定销毁")

    BY = "received_by"
    # Only these may be opened.
    OPENABLE = (State.CLEAN, State.UNSCANNED)

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="uploads", verbose_name=_("纳税人、缴费人")
    )
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="uploads", verbose_name=_("单位")
    )
    about = models.CharField(_("所属业务"), max_length=80, db_index=True)
    name = models.CharField(_("原文件名"), max_length=200)
    content_type = models.CharField(_("类型"), max_length=100)
    size = models.PositiveBigIntegerField(_("字节数"))
    received_sha256 = models.CharField(_("原文件摘要"), max_length=64)
    sha256 = models.CharField(_("存储文件摘要"), max_length=64)
    file = models.FileField(_("文件"), upload_to=upload_path, max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RECEIVED)
    finding = models.CharField(_("扫描结果"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("接收时间"), default=clock.now)
    received_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("上传人")
    )
    scanned_at = models.DateTimeField(_("扫描时间"), null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("上传文件")
        verbose_name_plural = _("上传文件")
        indexes = [models.Index(fields=["id"], name="upload_waiting", condition=Q(state="received"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=True, office__isnull=False) | Q(party__isnull=False, office__isnull=True),
                name="upload_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["refused", "destroyed"], file="")
                | (~Q(state__in=["refused", "destroyed"]) & ~Q(file="")),
                name="upload_refused_is_gone",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "unscanned", "destroyed"]) | Q(scanned_at__isnull=False),
                name="upload_judged_by_scan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        return reverse("documents:upload", args=[self.ref])

    @property
    def may_be_opened(self) -> bool:
        """Whether the file has left quarantine."""
        return self.state in self.OPENABLE


class HeldPaper(models.Model):
    """A paper held of a party, from whatever source, that applications may use again (已有材料)."""

    class Source(models.TextChoices):
        UPLOADED = "uploaded", _("本人提交")
        MATTER = "matter", _("以前的办件结果")
        LICENCE = "licence", _("电子证照")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="papers", verbose_name=_("纳税人、缴费人"))
    kind = models.SlugField(_("材料种类"), max_length=60)
    title = models.CharField(_("材料名称"), max_length=200)
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    issuer = models.CharField(_("出具单位"), max_length=100, blank=True)
    number = models.CharField(_("证照编号"), max_length=60, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    upload = models.OneToOneField(
        Upload, models.PROTECT, null=True, blank=True, related_name="paper", verbose_name=_("上传文件")
    )
    received_at = models.DateTimeField(_("接收时间"), default=clock.now)

    class Meta:
        verbose_name = _("已有材料")
        verbose_name_plural = _("已有材料")
        indexes = [models.Index(fields=["party", "kind"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(source="uploaded", upload__isnull=False)
                | (~Q(source="uploaded") & Q(upload__isnull=True) & ~Q(issuer="") & ~Q(number="")),
                name="paper_has_file_or_issuer",
            ),
            models.UniqueConstraint(
                fields=["party", "kind", "source", "number"], condition=~Q(number=""), name="paper_licence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_source_display()})"
