from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "apps.kernel.casework"
    label = "casework"
