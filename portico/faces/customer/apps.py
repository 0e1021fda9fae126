from django.apps import AppConfig


class CustomerFaceConfig(AppConfig):
    name = "portico.faces.customer"
    label = "customer_face"
