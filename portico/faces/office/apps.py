from django.apps import AppConfig


class OfficeFaceConfig(AppConfig):
    name = "portico.faces.office"
    label = "office_face"
