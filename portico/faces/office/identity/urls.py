"""Paths of signing in and of one's own account."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.identity import account, joining, second, signing

urlpatterns: list[URLPattern] = [
    path("sign-in/", signing.sign_in, name="office_sign_in"),
    path("sign-in/second/", second.second_code, name="office_second"),
    path("sign-in/second/set-up/", second.second_set_up, name="office_second_set_up"),
    path("sign-in/welcome/<str:token>/", joining.welcome, name="office_welcome"),
    path("sign-in/forgotten/", signing.password_forgotten, name="office_password_forgotten"),
    path("sign-in/reset/<str:token>/", signing.password_reset, name="office_password_reset"),
    path("sign-in/link/<str:token>/", signing.shell_sign_in, name="office_shell_sign_in"),
    path("sign-out/", signing.sign_out, name="office_sign_out"),
    path("account/", account.account, name="office_account"),
]
