"""What administrators do often (系统管理首页): where it is done, and how much of it waits."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kernel.notifications.models import Delivery, Dispatch
from apps.kernel.parties.models import User
from apps.kernel.rules.models import ParameterChange, PolicyVersion, Proposal
from apps.kernel.workcalendar import days


@dataclass(frozen=True)
class Duty:
    """One thing administrators look after. ``waiting`` counts what asks for somebody's attention now."""

    title: Promise
    summary: Promise
    route: str
    permission: str
    query: str = ""
    waiting: Callable[[], int] | None = None

    @property
    def url(self) -> str:
        return reverse(self.route) + self.query


DUTIES = (
    Duty(
        _("法定参数"),
        _("税率、限额、时限；修改由一人提出、另一人复核"),
        "admin:rules_parameter_changelist",
        "rules.view_parameter",
    ),
    Duty(
        _("复核参数变更"),
        _("核对现行值、新值和依据，通过或者退回"),
        "admin:rules_parameterchange_changelist",
        "rules.view_parameterchange",
        "?state__exact=proposed",
        ParameterChange.objects.filter(state=Proposal.State.PROPOSED).count,
    ),
    Duty(
        _("政策版本"),
        _("优惠政策各版本的条件；在工作台提出、试算和复核"),
        "admin:rules_policyversion_changelist",
        "rules.view_policyversion",
        "?state__exact=proposed",
        PolicyVersion.objects.filter(state=Proposal.State.PROPOSED).count,
    ),
    Duty(
        _("工作日历"),
        _("录入每年公布的节假日；未完成的办件随之重算"),
        "admin:workcalendar_calendaryear_changelist",
        "workcalendar.view_calendaryear",
        waiting=lambda: len(days.warnings()),
    ),
    Duty(_("机关单位"), _("税务机关、部门及其上下级"), "admin:parties_office_changelist", "parties.view_office"),
    Duty(_("用户和岗位"), _("账户、任职单位和岗位"), "admin:parties_user_changelist", "parties.view_user"),
    Duty(
        _("定时任务"),
        _("什么时候运行、上次运行；暂停或者立即运行"),
        "admin:django_celery_beat_periodictask_changelist",
        "django_celery_beat.view_periodictask",
    ),
    Duty(
        _("通知模板"),
        _("每封通知现在怎么写；改写前先预览，旧版本保留"),
        "admin:notifications_letters",
        "notifications.view_messagetemplate",
    ),
    Duty(
        _("没有送达的通知"),
        _("看原因，排除后重新发送"),
        "admin:notifications_delivery_changelist",
        "notifications.view_delivery",
        "?state__exact=dead",
        Delivery.objects.filter(state=Delivery.State.DEAD).count,
    ),
    Duty(
        _("没有送达的系统间报文"),
        _("看原因，排除后重新发送"),
        "admin:notifications_dispatch_changelist",
        "notifications.view_dispatch",
        "?state__exact=dead",
        Dispatch.objects.filter(state=Delivery.State.DEAD).count,
    ),
    Duty(_("事项和状态图"), _("每个事项的状态、步骤、依据和时限"), "admin:casework_procedures", "casework.view_case"),
    Duty(_("审计事件"), _("谁在什么时候做了什么"), "admin:audit_event_changelist", "audit.view_event"),
)


def of(user: User) -> list[tuple[Duty, int]]:
    """What a user may look after, each with the number that waits."""
    return [(duty, duty.waiting() if duty.waiting else 0) for duty in DUTIES if user.has_perm(duty.permission)]
