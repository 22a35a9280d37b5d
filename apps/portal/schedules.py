"""Schedules in admin (定时任务): what runs when, in words; an administrator pauses one or runs it now, on record."""

import json
from typing import Any

from celery import current_app
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask

from apps.datashare.pulls import scheduling
from apps.kernel.audit import log

# What each task of the settings does. A pull of data says so itself, in its description.
TITLES: dict[str, str | Promise] = {
    "appointments.make_slots": _("预约：生成后续日期的时段"),
    "appointments.mark_missed": _("预约：登记未到"),
    "appointments.offer_freed": _("预约：把空出的号源给候补的人"),
    "appointments.remind": _("预约：提醒明天的预约"),
    "audit.prepare_partitions": _("审计：准备以后各月的分区"),
    "audit.write_checkpoints": _("审计：签署检查点"),
    "banks.end_expired": _("账户冻结：期满解除"),
    "casework.rederive_clocks": _("办件时限：按工作日历重算"),
    "casework.sweep_clocks": _("办件时限：提醒和升级"),
    "celery.backend_cleanup": _("后台：清理过期的任务结果"),
    "complaints.accept_silent": _("投诉：逾期未告知的视为受理"),
    "credit.sweep": _("信用：查找逾期未缴"),
    "credit.tell": _("信用：告知扣分"),
    "credit.work": _("信用：接续中断的评价"),
    "credit.yearly": _("信用：年度评价和发布"),
    "datashare.assess_quality": _("数据共享：评估已结束的周期"),
    "datashare.audit_sources": _("数据共享：比对各数据源"),
    "datashare.detect_misuse": _("数据共享：查找异常使用"),
    "datashare.follow_corrections": _("数据校核：数据已更正的予以办结"),
    "datashare.remind_destruction": _("数据共享：提醒按期销毁"),
    "datashare.remind_freshness": _("数据共享：提醒按时更新"),
    "datashare.remind_supply": _("数据共享：提醒按期供数"),
    "datashare.report_unused_grants": _("数据共享：报告长期不用的授权"),
    "delegated.expire": _("委托代征：终止到期协议"),
    "delegated.take_in_waiting": _("委托代征：接续中断的批次接收"),
    "dishonesty.follow": _("失信主体：陈述申辩期满"),
    "documents.scan_waiting_uploads": _("文件：扫描等待中的上传"),
    "documents.write_waiting_letters": _("文书：补写遗漏的文书"),
    "facts.refresh_register": _("事实：取用登记信息的变化"),
    "fees.take_in_waiting": _("非税收入：接续中断的费源接收"),
    "fees.tell": _("非税收入：通知缴费人和部门"),
    "fees.tell_all": _("非税收入：补发尚未反馈的征收结果"),
    "filing.resume_batches": _("申报：接续中断的批量申报"),
    "filing.tell_overdue": _("申报：告知逾期未申报"),
    "guidance.push": _("政策：匹配并提醒"),
    "guidance.work": _("政策：接续中断的匹配"),
    "insurance.daily": _("社会保险费：提醒用人单位，登记应征"),
    "insurance.go_on": _("社会保险费：接续中断的批次"),
    "insurance.tell": _("社会保险费：反馈征收结果"),
    "insurance.tell_all": _("社会保险费：补发尚未反馈的征收结果"),
    "ledger.reconcile": _("缴款：核实没有回音的支付"),
    "ledger.reconcile_yesterday": _("缴款：与支付机构核对昨日账"),
    "ledger.remind": _("缴款：提醒即将到期的税费"),
    "liability.escalate": _("责令改正：逾期未答复的上报"),
    "liability.order_overdue": _("责令改正：对逾期事项发出"),
    "notifications.deliver_due": _("通知：投递到时的通知"),
    "onenet.mark_all": _("一网通办：找出当日新增待办"),
    "onenet.push_todos": _("一网通办：推送待办"),
    "pulls.sweep": _("数据归集：接续中断的归集"),
    "qualification.follow": _("资格认定：按日生效和失效"),
    "queue.end_past_days": _("排队：清理昨日未结束的号"),
    "reports.withdraw_lapsed": _("检举：收回离岗人员的密钥"),
    "retention.clear_sessions": _("保管期限：清除已结束的登录会话"),
    "retention.resume": _("保管期限：接续已批准的销毁"),
    "risk.follow": _("风险：跟进提醒和待办任务"),
    "risk.scan": _("风险：全市扫描"),
    "risk.work": _("风险：接续中断的扫描"),
    "services.lapse_red_letters": _("发票：逾期未确认的红字确认单失效"),
    "services.take_in_waiting_receipts": _("发票：接收扫描通过的文件"),
}


def title(task: PeriodicTask) -> str:
    """What a schedule does; one nobody has put into words is shown by its name."""
    return str(TITLES.get(task.task) or task.description or task.name)


def is_standing(task: PeriodicTask) -> bool:
    """Whether its time stands in the settings, to which beat returns at every start."""
    return task.name in settings.CELERY_BEAT_SCHEDULE


class ScheduleAdmin(admin.ModelAdmin):
    """Schedules come from the settings and from data sources: here they are paused, run at once, looked at."""

    form = forms.ModelForm
    list_display = ["what", "when", "enabled", "last_run_at", "total_run_count"]
    list_filter = ["enabled", "last_run_at"]
    list_select_related = ["crontab", "interval"]
    search_fields = ["name", "task", "description"]
    search_help_text = _("按任务代码查找，例如 ledger")
    ordering = ["task", "name"]
    fields = ["what", "when", "crontab", "enabled", "last_run_at", "total_run_count", "known_as"]
    actions = ["run_now"]

    @admin.display(description=_("定时任务"), ordering="task")
    def what(self, task: PeriodicTask) -> str:
        return title(task)

    @admin.display(description=_("任务代码"))
    def known_as(self, task: PeriodicTask) -> str:
        return f"{task.name} · {task.task}"

    @admin.display(description=_("运行时间"))
    def when(self, task: PeriodicTask) -> str:
        return scheduling.words(task)

    def get_readonly_fields(self, request: HttpRequest, obj: PeriodicTask | None = None) -> list[str]:
        shown = [name for name in self.fields if name not in ("crontab", "enabled")]
        return [*shown, "crontab"] if obj is None or is_standing(obj) else shown

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PeriodicTask | None = None) -> bool:
        return False

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Who may change a schedule may also run it."""
        return self.has_change_permission(request)

    def save_model(self, request: HttpRequest, obj: PeriodicTask, form: Any, change: bool) -> None:  # noqa: FBT001 - admin's own
        super().save_model(request, obj, form, change)
        _record(request, obj, "enable" if obj.enabled else "pause")

    @admin.action(description=_("立即运行所选任务"), permissions=["run"])
    def run_now(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        for task in queryset:
            current_app.send_task(task.task, json.loads(task.args), json.loads(task.kwargs))
            _record(request, task, "run")
        done = gettext("已把 %(count)d 项任务交给后台，结果见各自的页面。") % {"count": len(queryset)}
        self.message_user(request, done, messages.SUCCESS)


def _record(request: HttpRequest, task: PeriodicTask, action: str) -> None:
    log.record(f"schedule/{task.pk}", f"schedule.{action}", actor=request.actor, target=task.name)
