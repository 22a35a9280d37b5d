"""The working calendar as data: confirmed years, their holidays and make-up days, official filing dates."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CalendarYear(models.Model):
    """A year whose holidays the State Council has announced (放假安排).

    Only the days that differ from the plain week are stored; a confirmed year says that nothing is missing.
    """

    year = models.PositiveSmallIntegerField(
        _("年份"), primary_key=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    confirmed = models.BooleanField(_("已确认"), default=False, help_text=_("国务院办公厅放假通知已全部录入"))
    source = models.CharField(_("来源"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("日历年度")
        verbose_name_plural = _("日历年度")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class Day(models.Model):
    """A day that differs from the plain week: a holiday (法定休假日) or a make-up working day (调休上班日)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("放假")
        MAKEUP = "makeup", _("调休上班")

    date = models.DateField(_("日期"), primary_key=True)
    year = models.ForeignKey(CalendarYear, models.PROTECT, related_name="days", verbose_name=_("年度"))
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    name = models.CharField(_("名称"), max_length=40, blank=True)
    source = models.CharField(_("来源"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("节假日与调休")
        verbose_name_plural = _("节假日与调休")
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(date__year=F("year")),
                name="day_in_its_year",
                violation_error_message=_("日期须在所选年度之内。"),
            ),
            models.CheckConstraint(
                condition=~Q(kind="makeup") | Q(date__week_day__in=[1, 7]),
                name="makeup_on_weekend",
                violation_error_message=_("调休上班日须为星期六或星期日。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()} {self.name}".rstrip()


class FilingDate(models.Model):
    """The officially announced last day for monthly filing in a month (申报纳税期限)."""

    month = models.DateField(_("月份"), primary_key=True, help_text=_("填写该月第一日"))
    due = models.DateField(_("申报截止日"))
    source = models.CharField(_("来源"), max_length=120)

    class Meta:
        verbose_name = _("官方申报期限")
        verbose_name_plural = _("官方申报期限")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="filing_month_is_a_month",
                violation_error_message=_("请填写该月第一日。"),
            ),
            models.CheckConstraint(
                condition=Q(due__year=F("month__year"), due__month=F("month__month")),
                name="filing_due_in_its_month",
                violation_error_message=_("申报截止日须在该月之内。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} → {self.due}"
