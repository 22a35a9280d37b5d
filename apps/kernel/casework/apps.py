"""Casework as Django knows it: every chapter's procedures come on the register here."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "apps.kernel.casework"
    label = "casework"
    verbose_name = _("办件和事项")

    def ready(self) -> None:
        """Let every chapter put its procedures on the register; a faulty table stops the start."""
        from apps.kernel.casework import page_parts, papers, threads  # noqa: PLC0415 - models are ready only now
        from apps.kernel.casework.handover import at_desk  # noqa: PLC0415
        from apps.kernel.casework.models import may_see  # noqa: PLC0415
        from apps.kernel.casework.tasks import follow_calendar  # noqa: PLC0415
        from apps.kernel.casework.todos import of_cases  # noqa: PLC0415
        from apps.kernel.documents import access  # noqa: PLC0415
        from apps.kernel.parties import acting, todos  # noqa: PLC0415
        from apps.kernel.workcalendar.upkeep import calendar_changed  # noqa: PLC0415

        autodiscover_modules("procedures")
        todos.register(of_cases)
        todos.register(threads.unread)
        acting.register_desk(at_desk)
        page_parts.register(threads.of_case)
        access.grant("thread", threads.may_see)
        access.grant("case", may_see)
        access.grant("paper", papers.may_open)
        calendar_changed.connect(follow_calendar, dispatch_uid="casework-clocks")
