from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "portico.foundation.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
