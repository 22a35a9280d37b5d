from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "apps.kernel.rules"
    label = "rules"
