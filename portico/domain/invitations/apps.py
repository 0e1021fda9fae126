from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "portico.domain.invitations"
    label = "invitations"
    default_auto_field = "django.db.models.BigAutoField"
