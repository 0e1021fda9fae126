"""What is typed about a customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portico.domain.customers.enums import ContactType, CustomerType
from portico.domain.customers.operations.records import NewCustomer
from portico.domain.customers.record_rules import NAME_LETTERS, VALUE_LETTERS
from portico.faces.office.customers.forms import EmailField
from portico.faces.office.records.fields import PhoneField, add_address, address_of, require_address, text, too_long
from portico.faces.office.requests import public_id

MEMO_LETTERS = 2000
PHONES = [
    (ContactType.MOBILE_PHONE, _("Mobile phone")),
    (ContactType.PHONE, _("Landline")),
    (ContactType.FAX, _("Fax")),
]
SAME, OTHER = "same", "other"
Branches = Sequence[tuple[UUID, str]]


class _CustomerForm(forms.Form):
    """Who it is and how they are billed."""

    name = text(
        _("Name"), NAME_LETTERS, missing=_("Enter a name."), help_text=_("First and last name, or the company’s name.")
    )
    type = forms.ChoiceField(label=_("Kind"), choices=CustomerType.choices, widget=forms.RadioSelect)
    memo = forms.CharField(
        label=_("Memo"),
        required=False,
        max_length=MEMO_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the office sees it."),
    )
    branch = forms.ChoiceField(
        label=_("Branch"), required=False, help_text=_("Whose name and phone stand on pages and mails for them.")
    )

    def __init__(self, *given: Any, branches: Branches, **named: Any) -> None:
        super().__init__(*given, **named)
        choices = [("", _("As their jobs and zone say")), *((str(key), name) for key, name in branches)]
        self.fields["branch"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.has_branches = len(branches) > 1
        self.fields["memo"].error_messages["max_length"] = too_long(MEMO_LETTERS)

    def fixed_branch(self) -> UUID | None:
        """The branch that was fixed."""
        return public_id(self.cleaned_data["branch"])


class NewCustomerForm(_CustomerForm):
    """Somebody new: also how to reach them, and where their home is."""

    key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    is_meant = forms.BooleanField(label=_("None of these: add another customer"), required=False)
    email = EmailField(label=_("Email address"), required=False, max_length=254)
    phone = PhoneField(label=_("Phone"), required=False, max_length=VALUE_LETTERS)
    phone_type = forms.ChoiceField(label=_("Kind of phone"), choices=PHONES)
    home = forms.ChoiceField(
        label=_("Where is the work done?"),
        choices=[(SAME, _("At the billing address")), (OTHER, _("Somewhere else"))],
        widget=forms.RadioSelect,
    )
    home_name = text(
        _("Name of the location"), NAME_LETTERS, help_text=_("Such as Home or Lake house. Empty: its street.")
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        add_address(self)
        add_address(self, "home_", required=False)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("home") == OTHER:
            require_address(self, "home_")
        return self.cleaned_data

    def seen_ids(self) -> list[UUID]:
        """Who was shown as a likely duplicate and is meant to be somebody else."""
        typed = self.cleaned_data
        return [key for one in typed["seen"].split() if (key := public_id(one))] if typed["is_meant"] else []

    def wanted(self) -> NewCustomer:
        """What was typed."""
        typed = self.cleaned_data
        billing = address_of(typed)
        same = ("name", "type", "memo", "email", "phone", "phone_type", "home_name")
        return NewCustomer(
            **{name: typed[name] for name in same},
            billing=billing,
            home=billing if typed["home"] == SAME else address_of(typed, "home_"),
            branch=self.fixed_branch(),
        )


class CustomerForm(_CustomerForm):
    """A customer as they stand; `edition` is what the form was opened upon."""

    edition = forms.CharField(max_length=64, widget=forms.HiddenInput)
    confirm = forms.BooleanField(label=_("Make inactive all the same"), required=False)
    do_not_service = forms.BooleanField(
        label=_("Do not service"), required=False, help_text=_("They cannot book online and are told to call.")
    )
    do_not_mail = forms.BooleanField(
        label=_("Do not mail"), required=False, help_text=_("Nobody invites them with a list or by a rule.")
    )
    is_active = forms.BooleanField(label=_("Active"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        add_address(self, required=False)

    def wanted(self) -> dict[str, Any]:
        """What was typed, in columns."""
        typed = self.cleaned_data
        flags = ("do_not_service", "do_not_mail", "is_active")
        same = ("name", "type", "memo", *flags)
        return {name: typed[name] for name in same} | address_of(typed)
