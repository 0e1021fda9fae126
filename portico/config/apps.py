from django.apps import AppConfig

from portico.config import wiring


class ConfigConfig(AppConfig):
    name = "portico.config"
    label = "config"

    def ready(self) -> None:
        wiring.wire()
