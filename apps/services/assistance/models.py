"""What people need, the teams that visit them at home, and the visits (Art 11, second paragraph)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.parties.districts import DISTRICTS
from apps.kernel.parties.models import Office, Party, User, phone_number
from apps.kernel.workcalendar import clock


class Language(models.TextChoices):
    """Languages and dialects somebody may wish to be served in."""

    MANDARIN = "cmn", _("普通话")
    SHANGHAINESE = "wuu", _("上海话")
    CANTONESE = "yue", _("粤语")
    ENGLISH = "en", _("英语")
    JAPANESE = "ja", _("日语")
    KOREAN = "ko", _("韩语")


class NeedsProfile(models.Model):
    """What a person has told us they need (特殊需要), kept while they consent and erased when they no longer do.

    Age is not here: it follows from the date of birth the register holds.
    """

    class Disability(models.TextChoices):
        NONE = "", _("没有，或者不想说明")
        VISION = "vision", _("视力残疾")
        HEARING = "hearing", _("听力残疾")
        SPEECH = "speech", _("言语残疾")
        LIMB = "limb", _("肢体残疾")
        INTELLECTUAL = "intellectual", _("智力残疾")
        MENTAL = "mental", _("精神残疾")
        MULTIPLE = "multiple", _("多重残疾")

    class Mobility(models.TextChoices):
        FREE = "", _("行动方便")
        AID = "aid", _("使用拐杖或者助行器")
        WHEELCHAIR = "wheelchair", _("使用轮椅")
        HOMEBOUND = "homebound", _("难以出门")

    party = models.OneToOneField(
        Party, models.CASCADE, primary_key=True, related_name="needs_profile", verbose_name=_("本人")
    )
    disability = models.CharField(_("残疾类别"), max_length=12, choices=Disability, blank=True)
    mobility = models.CharField(_("行动"), max_length=12, choices=Mobility, blank=True)
    sign_language = models.BooleanField(_("需要手语翻译"), default=False)
    language = models.CharField(_("希望使用的语言、方言"), max_length=3, choices=Language, default=Language.MANDARIN)
    wants_assistant = models.BooleanField(
        _("希望全程有人协助"), default=False, help_text=_("由一位指定的税务人员从头到尾陪同办理。")
    )
    assistant = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("全程协助人")
    )
    consented_at = models.DateTimeField(_("同意时间"), default=clock.now)
    consented_through = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))

    class Meta:
        verbose_name = _("特殊需要")
        verbose_name_plural = _("特殊需要")
        constraints = [
            models.CheckConstraint(
                condition=Q(assistant__isnull=True) | Q(wants_assistant=True), name="needs_assistant_is_wanted"
            )
        ]

    def __str__(self) -> str:
        return str(self.party)


class VisitTeam(models.Model):
    """A team of a tax office that goes to people's homes (上门服务小组); it can be in one place at a time."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="visit_teams", verbose_name=_("税务所"))
    name = models.CharField(_("名称"), max_length=60)
    lead = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("负责人"))
    sign_language = models.BooleanField(_("会手语"), default=False)
    languages = ArrayField(
        models.CharField(max_length=3, choices=Language), default=list, blank=True, verbose_name=_("语言、方言")
    )
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("上门服务小组")
        verbose_name_plural = _("上门服务小组")
        ordering = ["office", "name"]
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="visit_team_once")]

    def __str__(self) -> str:
        return self.name


class HomeVisit(CaseDetail):
    """A visit to somebody's home (上门服务): where, when, and which team.

    ``occupied`` is the team's time from setting out to being back; while ``holds`` no other visit of the
    team may overlap it, nor another visit to the same person the time at their home: the database sees to that.
    """

    purpose = models.CharField(
        _("要办什么"), max_length=200, default="", help_text=_("例如：想申请退税，不会用手机操作。")
    )
    address = models.CharField(_("上门地址"), max_length=200, default="", help_text=_("写到门牌号和楼层。"))
    district = models.CharField(_("所在区"), max_length=6, choices=DISTRICTS, default="")
    phone = models.CharField(
        _("联系电话"), max_length=20, default="", validators=[phone_number], help_text=_("出发前会打这个电话。")
    )
    starts_at = models.DateTimeField(_("上门时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("预计结束"), null=True, blank=True, editable=False)
    team = models.ForeignKey(
        VisitTeam,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="visits",
        verbose_name=_("上门小组"),
    )
    assistant = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("全程协助人"),
    )
    occupied = DateTimeRangeField(_("占用时间（含路程）"), null=True, blank=True, editable=False)
    visited = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("上门对象")
    )
    holds = models.BooleanField(_("占用中"), default=False, editable=False)

    class Meta:
        verbose_name = _("上门服务")
        verbose_name_plural = _("上门服务")
        constraints = [
            ExclusionConstraint(
                name="visit_team_in_one_place",
                expressions=[("team", RangeOperators.EQUAL), ("occupied", RangeOperators.OVERLAPS)],
                condition=Q(holds=True),
            ),
            ExclusionConstraint(
                name="visit_person_in_one_place",
                expressions=[
                    ("visited", RangeOperators.EQUAL),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(holds=True),
            ),
            models.CheckConstraint(
                condition=Q(holds=False)
                | Q(team__isnull=False, starts_at__isnull=False, ends_at__isnull=False, occupied__isnull=False),
                name="visit_holds_what_is_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="visit_in_order"
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], condition=Q(holds=True), name="visit_ahead")]

    def __str__(self) -> str:
        return str(self.case_id)
