"""Who takes part: users, taxpayers, offices, staff, and mandates between taxpayers (Arts 4-7, 11)."""

import datetime as dt
from copy import copy
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from apps.kernel.lists import joined
from apps.kernel.parties import identifiers
from apps.kernel.parties.ids import reference
from apps.kernel.parties.scopes import SCOPES
from apps.kernel.workcalendar import clock

if TYPE_CHECKING:
    from apps.kernel.parties.actors import Actor


class UserQuerySet(models.QuerySet):
    """Users; one that is locked is read alone, because an outer join cannot be locked."""

    def select_for_update(self, *args, **kwargs):
        alone = self.select_related(None)
        return super(UserQuerySet, alone).select_for_update(*args, **kwargs)


class UserManager(DjangoUserManager):
    """Loads the person behind a user along with the user: every request asks who that is."""

    use_in_migrations = False

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db).select_related("person__party")


class User(AbstractUser):
    """Someone who signs in: a citizen, a clerk, an officer of a department or an administrator."""

    class TextSize(models.TextChoices):
        NORMAL = "normal", _("标准")
        LARGE = "large", _("长辈版")

    display_name = models.CharField(_("姓名"), max_length=60, blank=True)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    text_size = models.CharField(_("字号"), max_length=10, choices=TextSize, default=TextSize.NORMAL)
    high_contrast = models.BooleanField(_("高对比度"), default=False)

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def own_party(self) -> "Party | None":
        """The taxpayer this user is, if a registered person."""
        person = getattr(self, "person", None)
        return person.party if person else None


# The organ's word of the city's tax authorities, and the longest one a number has room for.
TAX_WORD, WORD = "沪税", 20


class Office(models.Model):
    """An organisation that acts in public business (机关单位): tax office, department, street, bank, court."""

    class Kind(models.TextChoices):
        TAX_CITY = "tax_city", _("市税务局")
        TAX_DISTRICT = "tax_district", _("区税务局")
        TAX_OFFICE = "tax_office", _("税务所")
        DEPARTMENT = "department", _("政府部门")
        GENERAL_OFFICE = "general_office", _("政府办公厅")
        DATA_CENTRE = "data_centre", _("大数据中心")
        STREET = "street", _("街道、乡镇")
        REGISTRY = "registry", _("登记机构")
        BANK = "bank", _("金融机构")
        COURT = "court", _("人民法院")
        PROCURATORATE = "procuratorate", _("人民检察院")
        OTHER = "other", _("其他单位")

    TAX_KINDS = (Kind.TAX_CITY, Kind.TAX_DISTRICT, Kind.TAX_OFFICE)

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    district = models.CharField(_("行政区划代码"), max_length=6, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    document_word = models.CharField(
        _("发文机关代字"),
        max_length=WORD,
        blank=True,
        help_text=_(
            "文书编号的第一个词，例如“沪税”“沪公”。留空的：税务机关用“沪税”，其他单位用上级的，没有上级的用单位名称。"
        ),
    )
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("机关单位")
        verbose_name_plural = _("机关单位")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_tax(self) -> bool:
        """Whether this is a tax authority (税务机关)."""
        return self.kind in self.TAX_KINDS

    @property
    def word(self) -> str:
        """The word the numbers of its documents begin with: its own, its superior's, or else its name."""
        if self.document_word:
            return self.document_word
        if self.is_tax:
            return TAX_WORD
        return self.parent.word if self.parent else self.name[:WORD]


class Role(models.TextChoices):
    """What a staff member may do in an office (岗位)."""

    CLERK = "clerk", _("办税服务岗")
    CHIEF = "chief", _("审批岗")
    RISK = "risk", _("风险管理岗")
    REPORTS = "reports", _("检举管理岗")
    CUSTODIAN = "custodian", _("密钥保管人")
    AUDITOR = "auditor", _("审计岗")
    OFFICER = "officer", _("部门经办岗")
    GRID = "grid", _("网格员")


class PeriodQuerySet(models.QuerySet):
    """Rows with a validity period."""

    def in_force(self, on: dt.date | None = None):
        """Rows valid on a day, by default today."""
        on = on or clock.today()
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


class Membership(models.Model):
    """A staff member's role in an office for a period (任职)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("用户"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="memberships", verbose_name=_("单位"))
    role = models.CharField(_("岗位"), max_length=20, choices=Role)
    valid_from = models.DateField(_("开始日期"), default=clock.today)
    valid_to = models.DateField(_("结束日期"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            models.UniqueConstraint(fields=["user", "office", "role", "valid_from"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_period",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.office} · {self.get_role_display()}"


phone_number = RegexValidator(r"^[\d\-+ ]{5,20}$", _("请填写正确的电话号码。"))


class Party(models.Model):
    """A taxpayer or payer (纳税人、缴费人): a natural person or an organisation."""

    class Kind(models.TextChoices):
        PERSON = "person", _("自然人")
        ORGANISATION = "organisation", _("单位")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    name = models.CharField(_("名称"), max_length=120)
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="parties", verbose_name=_("主管税务所")
    )
    district = models.CharField(_("所在区"), max_length=6, blank=True)
    phone = models.CharField(
        _("联系电话"),
        max_length=20,
        blank=True,
        validators=[phone_number],
    )
    email = models.EmailField(_("电子邮箱"), blank=True)
    registered_on = models.DateField(_("登记日期"), default=clock.today)
    active = models.BooleanField(_("有效"), default=True)

    class Meta:
        verbose_name = _("纳税人、缴费人")
        verbose_name_plural = _("纳税人、缴费人")
        indexes = [models.Index(fields=["office", "id"]), models.Index(fields=["district", "id"])]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A natural person (自然人). The birth date is a date, never an instant."""

    class Sex(models.TextChoices):
        FEMALE = "F", _("女")
        MALE = "M", _("男")

    party = models.OneToOneField(Party, models.CASCADE, primary_key=True, related_name="person")
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="person", verbose_name=_("登录用户")
    )
    id_number = models.CharField(
        _("居民身份证号码"), max_length=18, unique=True, validators=[identifiers.validate_identity_number]
    )
    birth_date = models.DateField(_("出生日期"))
    sex = models.CharField(_("性别"), max_length=1, choices=Sex)

    class Meta:
        verbose_name = _("自然人")
        verbose_name_plural = _("自然人")

    def __str__(self) -> str:
        return self.party.name


class Organisation(models.Model):
    """An enterprise, individual business or other body with a unified social credit code (统一社会信用代码)."""

    class Form(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业")
        INDIVIDUAL_BUSINESS = "individual_business", _("个体工商户")
        INSTITUTION = "institution", _("事业单位")
        SOCIAL = "social", _("社会组织")
        AGENCY = "agency", _("涉税专业服务机构")

    class VatKind(models.TextChoices):
        GENERAL = "general", _("一般纳税人")
        SMALL = "small", _("小规模纳税人")

    class Location(models.TextChoices):
        URBAN = "urban", _("市区")
        COUNTY = "county", _("县城、镇")
        OTHER = "other", _("其他地区")

    party = models.OneToOneField(Party, models.CASCADE, primary_key=True, related_name="organisation")
    uscc = models.CharField(
        _("统一社会信用代码"), max_length=18, unique=True, validators=[identifiers.validate_credit_code]
    )
    form = models.CharField(_("组织形式"), max_length=20, choices=Form, default=Form.ENTERPRISE)
    industry = models.CharField(_("行业代码"), max_length=5, blank=True)
    vat_kind = models.CharField(_("增值税纳税人类型"), max_length=10, choices=VatKind, default=VatKind.SMALL)
    location = models.CharField(_("城建税地区"), max_length=10, choices=Location, default=Location.URBAN)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    bank_account = models.CharField(_("开户行及账号"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")

    def __str__(self) -> str:
        return self.party.name


class MandateQuerySet(PeriodQuerySet):
    """Mandates by who may see and use them."""

    def live(self):
        """Accepted and valid today: the only mandates that let anybody act."""
        return self.in_force().filter(state=Mandate.State.ACTIVE)

    def visible_to(self, actor: "Actor"):
        """All mandates given and held by the actor's party for whoever manages it, else only the actor's own."""
        if actor.party is None:
            return self.none()
        if actor.mandate is None or actor.mandate.kind in Mandate.MANAGING_KINDS:
            return self.filter(Q(principal=actor.party) | Q(agent=actor.party))
        return self.filter(pk=actor.mandate.pk)


class Mandate(models.Model):
    """Who may act for whom (代理授权): ``agent`` acts for ``principal`` within a scope and a period.

    Rows are never edited or deleted: a state changes only through ``mandates.py`` and every
    change leaves a :class:`MandateEvent`.
    """

    class Kind(models.TextChoices):
        LEGAL = "legal", _("法定代表人")
        FINANCE = "finance", _("财务负责人")
        FILER = "filer", _("办税人员")
        AGENT = "agent", _("涉税专业服务机构")
        GUARDIAN = "guardian", _("监护人")
        RELATIVE = "relative", _("近亲属")

    class State(models.TextChoices):
        INVITED = "invited", _("待接受")
        ACTIVE = "active", _("有效")
        DECLINED = "declined", _("已谢绝")
        REVOKED = "revoked", _("已撤销")
        EXPIRED = "expired", _("已到期")

    # Who may invite others and revoke mandates in the principal's name.
    MANAGING_KINDS = (Kind.LEGAL, Kind.GUARDIAN)

    ref = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    principal = models.ForeignKey(Party, models.PROTECT, related_name="mandates_given", verbose_name=_("委托人"))
    agent = models.ForeignKey(Party, models.PROTECT, related_name="mandates_held", verbose_name=_("受托人"))
    kind = models.CharField(_("身份"), max_length=10, choices=Kind)
    levies = ArrayField(
        models.CharField(max_length=30), default=list, blank=True, verbose_name=_("税费种"), help_text=_("留空表示全部")
    )
    matters = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("事项"), help_text=_("留空表示全部")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.INVITED)
    valid_from = models.DateField(_("开始日期"), default=clock.today)
    valid_to = models.DateField(_("结束日期"), null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("代理授权")
        verbose_name_plural = _("代理授权")
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "agent", "kind"],
                condition=Q(state__in=["invited", "active"]),
                name="mandate_once_live",
                violation_error_message=_("该人员已有相同身份的有效授权或待接受邀请。"),
            ),
            models.CheckConstraint(condition=~Q(principal=F("agent")), name="mandate_not_self"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="mandate_period",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
        ]
        indexes = [models.Index(fields=["agent", "state"])]

    def __str__(self) -> str:
        return f"{self.agent} → {self.principal} ({self.get_kind_display()})"

    def covers(self, *, matter: str = "", levy: str = "") -> bool:
        """Whether the scope reaches this matter (procedure code) and levy; an empty scope reaches all."""
        return (not matter or not self.matters or matter in self.matters) and (
            not levy or not self.levies or levy in self.levies
        )

    def narrowed_to(self, other: "Mandate") -> "Mandate | None":
        """This mandate with the scope both share, or None when they share nothing. Never saved."""
        shared = copy(self)
        for scope in ("levies", "matters"):
            mine, theirs = getattr(self, scope), getattr(other, scope)
            both = [code for code in mine if code in theirs] if mine and theirs else mine or theirs
            if mine and theirs and not both:
                return None
            setattr(shared, scope, both)
        return shared


class MandateEvent(models.Model):
    """One change of a mandate: who did what, when (授权历史)."""

    class Action(models.TextChoices):
        REGISTER = "register", _("登记")
        INVITE = "invite", _("发出邀请")
        ACCEPT = "accept", _("接受")
        CONFIRM = "confirm", _("税务所确认")
        DECLINE = "decline", _("谢绝")
        REVOKE = "revoke", _("撤销")
        EXPIRE = "expire", _("到期")

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="history")
    action = models.CharField(_("动作"), max_length=10, choices=Action)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("操作人"))
    at = models.DateTimeField(_("时间"), default=clock.now)
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("授权历史")
        verbose_name_plural = _("授权历史")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.action}"


class PartnerClient(AbstractApplication):
    """A partner system's OAuth2 client (合作系统): acts as its service user in one office, within its scopes."""

    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="clients", verbose_name=_("单位")
    )
    scopes_allowed = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("授权范围"))

    def clean(self) -> None:
        """Only scopes that exist can be granted."""
        super().clean()
        unknown = sorted(set(self.scopes_allowed) - set(SCOPES))
        if unknown:
            message = _("没有这样的授权范围：%(scopes)s。请从接口文档列出的范围中选择。")
            raise ValidationError({"scopes_allowed": ValidationError(message, params={"scopes": joined(unknown)})})

    class Meta(AbstractApplication.Meta):
        verbose_name = _("合作系统")
        verbose_name_plural = _("合作系统")
