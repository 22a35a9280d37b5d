"""Partner provinces with their keys, what goes to them and what comes from them (Art 9)."""

import base64
import binascii

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, PeriodQuerySet
from apps.kernel.workcalendar import clock

six_digits = RegexValidator(r"^\d{6}$", _("请填写六位代码。"))


class Region(models.Model):
    """A province this portal works with (协作省市)."""

    code = models.CharField(
        _("行政区划代码"),
        max_length=6,
        primary_key=True,
        validators=[six_digits],
    )
    name = models.CharField(_("名称"), max_length=40)
    address = models.URLField(_("接口地址"), help_text=_("对方门户的网址，例如 https://tax.example。"))
    active = models.BooleanField(_("启用"), default=True)
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("承办单位"),
        limit_choices_to={"kind__startswith": "tax"},
        help_text=_("办理对方转来的、申请人在本市没有主管税务所的事项；不填的由市税务局办理。"),
    )

    class Meta:
        verbose_name = _("协作省市")
        verbose_name_plural = _("协作省市")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


def _ed25519(value: str) -> None:
    try:
        if len(base64.b64decode(value, validate=True)) == 32:
            return
    except binascii.Error:
        pass
    raise ValidationError(_("请填写 Base64 编码的 32 字节 Ed25519 公钥。"))


class RegionKey(models.Model):
    """A public key of a province; two are valid together while it changes them (密钥轮换)."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="keys", verbose_name=_("省市"))
    public_key = models.CharField(_("公钥"), max_length=44, validators=[_ed25519])
    key_id = models.CharField(_("密钥编号"), max_length=16, editable=False)
    valid_from = models.DateField(_("开始日期"), default=clock.today)
    valid_to = models.DateField(_("结束日期"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("协作省市密钥")
        verbose_name_plural = _("协作省市密钥")
        constraints = [
            models.UniqueConstraint(fields=["region", "key_id"], name="region_key_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="region_key_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id}:{self.key_id}"

    def save(self, *args, **kwargs) -> None:
        """The key's name follows from the key."""
        from apps.services.regions.signatures import key_id  # noqa: PLC0415 - kept out of migrations

        self.key_id = key_id(self.public_key)
        super().save(*args, **kwargs)


class RegionMatter(models.Model):
    """A matter a province takes through us (跨省通办事项)."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="matters", verbose_name=_("省市"))
    code = models.SlugField(_("代码"), max_length=40)
    name = models.CharField(_("事项名称"), max_length=80)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("跨省通办事项")
        verbose_name_plural = _("跨省通办事项")
        ordering = ["region", "name"]
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="region_matter_once")]

    def __str__(self) -> str:
        return f"{self.region.name} · {self.name}"


class Forwarding(CaseDetail):
    """A matter of another province, accepted here and forwarded there (异地受理)."""

    matter = models.ForeignKey(
        RegionMatter,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("事项"),
        limit_choices_to={"active": True, "region__active": True},
    )
    statement = models.TextField(_("申请内容"), max_length=4000, default="", help_text=_("写明要办什么、涉及的编号。"))
    consent = models.BooleanField(_("同意把申请内容和身份信息转送给对方税务机关，仅用于办理本事项"), default=False)
    their_number = models.CharField(_("对方办件编号"), max_length=40, blank=True, default="")
    last_sequence = models.PositiveIntegerField(_("已收进度序号"), default=0)

    class Meta:
        verbose_name = _("跨省通办申请")
        verbose_name_plural = _("跨省通办申请")

    def __str__(self) -> str:
        return f"{self.case_id}"


class Incoming(CaseDetail):
    """A matter of ours that another province accepted for us (外省市转来事项)."""

    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+", verbose_name=_("转来省市"))
    their_number = models.CharField(_("对方办件编号"), max_length=40, default="")
    matter = models.CharField(_("事项代码"), max_length=40, default="")
    matter_name = models.CharField(_("事项名称"), max_length=80, default="")
    applicant_name = models.CharField(_("申请人"), max_length=120, default="")
    applicant_number = models.CharField(_("证件号码"), max_length=18, default="")
    applicant_phone = models.CharField(_("联系电话"), max_length=20, default="", blank=True)
    statement = models.TextField(_("申请内容"), max_length=4000, default="")

    class Meta:
        verbose_name = _("外省市转来事项")
        verbose_name_plural = _("外省市转来事项")
        constraints = [models.UniqueConstraint(fields=["region", "their_number"], name="incoming_once")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.their_number}"


class ReceivedMessage(models.Model):
    """A message a province sent us, kept once: the second gets the first one's answer (防重放)."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("省市"))
    message_id = models.UUIDField(_("报文编号"))
    kind = models.CharField(_("类别"), max_length=30)
    digest = models.CharField(_("摘要"), max_length=64)
    answer = models.CharField(_("答复"), max_length=200)
    received_at = models.DateTimeField(_("接收时间"), default=clock.now)

    class Meta:
        verbose_name = _("外省市来文")
        verbose_name_plural = _("外省市来文")
        constraints = [models.UniqueConstraint(fields=["region", "message_id"], name="region_message_once")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.kind}"


class RecognitionKind(models.TextChoices):
    """What provinces recognise of each other (信用互认、资质互通)."""

    CREDIT = "credit", _("纳税缴费信用级别")
    AGENCY = "agency", _("涉税专业服务机构登记和信用等级")


class RecognitionConsent(models.Model):
    """A taxpayer lets a province ask about it, for a purpose and a time."""

    ref = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("省市"))
    kind = models.CharField(_("内容"), max_length=10, choices=RecognitionKind)
    given_at = models.DateTimeField(_("同意时间"), default=clock.now)
    valid_from = models.DateField(_("开始日期"), default=clock.today)
    valid_to = models.DateField(_("有效期至"))
    revoked_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("互认授权")
        verbose_name_plural = _("互认授权")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "region", "kind"],
                condition=Q(revoked_at__isnull=True),
                name="recognition_consent_once",
            ),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="recognition_consent_period"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.region_id} {self.kind}"


class RecognitionQuery(models.Model):
    """One question about a taxpayer's credit or qualification, asked of or by another province."""

    class Direction(models.TextChoices):
        ASKED = "asked", _("我方查询")
        ANSWERED = "answered", _("对方查询")

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("等待答复")
        KNOWN = "known", _("已答复")
        UNKNOWN = "unknown", _("没有相符的信息")
        NO_CONSENT = "no_consent", _("当事人没有授权")

    ref = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    direction = models.CharField(_("方向"), max_length=10, choices=Direction)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("省市"))
    their_ref = models.CharField(_("对方编号"), max_length=40, blank=True)
    kind = models.CharField(_("内容"), max_length=10, choices=RecognitionKind)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18)
    name = models.CharField(_("名称"), max_length=120)
    purpose = models.CharField(_("用途"), max_length=200)
    office = models.ForeignKey("parties.Office", models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome, default=Outcome.WAITING)
    answer = models.CharField(_("答复内容"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("查询时间"), default=clock.now)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("互认查询")
        verbose_name_plural = _("互认查询")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "their_ref"], condition=Q(direction="answered"), name="recognition_answered_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", answered_at__isnull=True)
                | (~Q(outcome="waiting") & Q(answered_at__isnull=False)),
                name="recognition_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.kind}"
