"""Paths of signing in, registering and the account."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.customer.identity import account, by_code, links, signing, stepup

urlpatterns: list[URLPattern] = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-in/code/", by_code.sign_in_code, name="sign_in_code"),
    path("sign-in/forgotten/", signing.password_forgotten, name="password_forgotten"),
    path("sign-in/reset/<str:token>/", links.password_reset, name="password_reset"),
    path("sign-in/link/<str:token>/", signing.shell_sign_in, name="shell_sign_in"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("invitations/", signing.invitation_request, name="invitation_request"),
    path("invitations/<str:token>/", links.invitation, name="invitation"),
    path("confirm/", stepup.confirm, name="confirm"),
    path("account/", account.account, name="account"),
    path("account/email/undo/<str:token>/", links.email_undo, name="email_undo"),
    path("account/email/<str:token>/", links.email_change, name="email_change"),
]
