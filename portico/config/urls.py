"""What every host answers, known or not: is the process alive, can it serve."""

from django.urls import path

from portico.faces.hooks import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
