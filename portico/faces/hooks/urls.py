"""What other systems call on the portal host."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
