from django.apps import AppConfig


class DatashareConfig(AppConfig):
    name = "apps.datashare"
    label = "datashare"
