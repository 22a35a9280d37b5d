from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "apps.kernel.audit"
    label = "audit"
