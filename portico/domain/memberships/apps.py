from django.apps import AppConfig


class MembershipsConfig(AppConfig):
    name = "portico.domain.memberships"
    label = "memberships"
    default_auto_field = "django.db.models.BigAutoField"
