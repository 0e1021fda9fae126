"""The forms by which people sign in and look after their account, on both sides of the counter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portico.faces.ui.brands import shell_brand
from portico.faces.ui.pages import Shell, page
from portico.foundation.people.browser import agent_of
from portico.foundation.people.entry import Entry
from portico.foundation.people.sessions import Browser
from portico.foundation.people.throttling import TooManyTries
from portico.foundation.tenancy.brands import BrandFacts
from portico.kernel import errors, text

LONGEST_TYPED = 1000  # a longer password is refused by its own rule, with its own words
EMAIL, MISSING = _("Email address"), _("Enter your password.")


def _email(label: Any = EMAIL) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=254,
        widget=forms.EmailInput,
        error_messages={"required": _("Enter your email address.")},
    )


def _password(label: Any, required: Any = MISSING, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_TYPED,
        widget=forms.PasswordInput(render_value=False),
        error_messages={"required": required},
        help_text=help_text,
    )


def _code() -> forms.CharField:
    return forms.CharField(
        label=_("Code from the mail"), max_length=20, error_messages={"required": _("Type the code that we mailed.")}
    )


def _new_password() -> forms.CharField:
    return _password(
        _("New password"), _("Choose a password."), _("10 characters or more. A few words are easy to keep in mind.")
    )


class CheckedEmail(forms.Form):
    """A form whose `email` must be one that mail can go to."""

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        if not text.is_email(typed):
            raise forms.ValidationError(_("This does not look like an email address, such as name@example.com."))
        return typed.strip()


class SignInForm(forms.Form):
    email = _email()
    password = _password(_("Password"))
    remember = forms.BooleanField(label=_("Keep me signed in for 30 days"), required=False)
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class StaffSignInForm(forms.Form):
    email = _email()
    password = _password(_("Password"))
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class AskForm(CheckedEmail):
    email = _email()


class NewPasswordForm(forms.Form):
    password = _new_password()


class RegisterForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"), max_length=200, required=False, error_messages={"max_length": _("This name is too long.")}
    )
    password = _password(
        _("Password"), _("Choose a password."), _("10 characters or more. A few words are easy to keep in mind.")
    )


class CodeForm(RegisterForm):
    code = _code()
    field_order = ("code", "name", "password")


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Enter your name.")})


class ChangePasswordForm(forms.Form):
    old = _password(_("Password until now"))
    new = _new_password()


class ChangeEmailForm(CheckedEmail):
    email = _email(_("New email address"))


class ProveForm(forms.Form):
    password = _password(_("Your password"))


class AskCodeForm(CheckedEmail):
    email = _email()
    remember = forms.BooleanField(required=False, widget=forms.HiddenInput)
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class SignInCodeForm(forms.Form):
    code = _code()
    remember = forms.BooleanField(label=_("Keep me signed in for 30 days"), required=False)
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class ConfirmForm(forms.Form):
    confirm_password = _password(_("Your password"))


class ConfirmCodeForm(forms.Form):
    confirm_code = _code()


class SureForm(forms.Form):
    is_sure = forms.BooleanField(
        label=_("Yes, put my old address back"), error_messages={"required": _("Tick this box to go on.")}
    )


def browser_of(request: HttpRequest) -> Browser:
    """Who is at the other end, for a session to begin."""
    entry: Entry = request.entry  # type: ignore[attr-defined]
    session = entry.session.id if entry.session else None
    return Browser(agent_of(request), request.ip_prefix, session)  # type: ignore[attr-defined]


def bare(request: HttpRequest, brand: BrandFacts | None = None) -> None:
    """Surround this answer with nothing but the brand: the page's own, else the company's."""
    entry: Entry = request.entry  # type: ignore[attr-defined]
    facts = brand or entry.brand
    request.shell = lambda: Shell(  # type: ignore[attr-defined]
        company_name=entry.company.name, brand=shell_brand(facts), title_suffix=facts.display_name
    )


def refused(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    error: errors.PorticoError | None = None,
    *,
    field: str | None = None,
    **context: Any,
) -> HttpResponse:
    """Show the page again, what is wrong at a field, or above the form; 429 with Retry-After after too many tries."""
    if error is not None:
        form.add_error(field, error.message)
    response = page(request, template, {"form": form, **context}, status=_status(error))
    if isinstance(error, TooManyTries):
        response["Retry-After"] = str(error.retry_after)
    return response


def _status(error: errors.PorticoError | None) -> int:
    if isinstance(error, TooManyTries):
        return 429
    return 503 if isinstance(error, errors.Unavailable) else 422
