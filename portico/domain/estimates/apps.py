from django.apps import AppConfig


class EstimatesConfig(AppConfig):
    name = "portico.domain.estimates"
    label = "estimates"
    default_auto_field = "django.db.models.BigAutoField"
