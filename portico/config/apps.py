from django.apps import AppConfig
from django.utils.module_loading import import_string


class ConfigConfig(AppConfig):
    name = "portico.config"
    label = "config"

    def ready(self) -> None:
        import_string("portico.config.wiring.wire")()  # it names models, so it is read when all of them are known
