from django.apps import AppConfig


class WorkcalendarConfig(AppConfig):
    name = "apps.kernel.workcalendar"
    label = "workcalendar"
