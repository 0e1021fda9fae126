from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "portico.domain.statements"
    label = "statements"
    default_auto_field = "django.db.models.BigAutoField"
