"""What other systems call on the portal host."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.hooks import stripe

urlpatterns: list[URLPattern] = [path("stripe/", stripe.stripe, name="hook_stripe")]
