from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "apps.kernel.documents"
    label = "documents"
