"""The form that says what somebody may do, for owners and for the office; and the words for each right."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.customers.enums import MemberState, Right
from portico.domain.customers.household import Member
from portico.domain.customers.household_rules import Given
from portico.kernel import formats, text

LABEL = {
    Right.HISTORY: gettext_lazy("See the history"),
    Right.PRICES: gettext_lazy("See prices and bills"),
    Right.PAY: gettext_lazy("Pay"),
    Right.APPROVE: gettext_lazy("Approve estimates up to an amount"),
    Right.BOOK: gettext_lazy("Book visits"),
}
MEANS = {
    Right.HISTORY: gettext_lazy("Visits, equipment, memberships and documents, without prices."),
    Right.PRICES: gettext_lazy("Invoices, balances, payments and statements."),
    Right.PAY: gettext_lazy(
        "With a card or bank account of their own. What you saved stays yours. Includes seeing prices."
    ),
    Right.APPROVE: gettext_lazy("In your name, up to the amount you set. Includes seeing prices and history."),
    Right.BOOK: gettext_lazy("Ask for and change visits."),
}
FIELDS = {
    Right.HISTORY: "history",
    Right.PRICES: "prices",
    Right.PAY: "pay",
    Right.APPROVE: "approve",
    Right.BOOK: "book",
}
STATE_TONE = {
    MemberState.INVITED: "info",
    MemberState.ACTIVE: "ok",
    MemberState.ENDED: "mute",
    MemberState.PAUSED: "warn",
    MemberState.LEFT: "mute",
    MemberState.REVOKED: "bad",
}
LARGEST = Decimal(1_000_000)


class RightsForm(forms.Form):
    """Only the rights that the giver has stand in it."""

    history = forms.BooleanField(label=LABEL[Right.HISTORY], required=False, help_text=MEANS[Right.HISTORY])
    prices = forms.BooleanField(label=LABEL[Right.PRICES], required=False, help_text=MEANS[Right.PRICES])
    pay = forms.BooleanField(label=LABEL[Right.PAY], required=False, help_text=MEANS[Right.PAY])
    approve = forms.BooleanField(label=LABEL[Right.APPROVE], required=False, help_text=MEANS[Right.APPROVE])
    ceiling = forms.DecimalField(
        label=gettext_lazy("Approve up to"),
        required=False,
        min_value=Decimal(1),
        max_value=LARGEST,
        decimal_places=2,
        widget=forms.TextInput,
        error_messages={"invalid": gettext_lazy("Enter an amount such as 500.")},
    )
    book = forms.BooleanField(label=LABEL[Right.BOOK], required=False, help_text=MEANS[Right.BOOK])
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Leave it empty for no end."),
        error_messages={"invalid": gettext_lazy("Enter a day such as 2027-05-31.")},
    )

    def __init__(self, *args: Any, own: Collection[Right], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        for right, name in FIELDS.items():
            if right not in own:
                del self.fields[name]
        if Right.APPROVE not in own:
            del self.fields["ceiling"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not self.needs_no_right and not self.chosen_of(found):
            self.add_error(next(iter(self.right_fields)), _("Choose at least one thing that this person may do."))
        if found.get("approve") and not found.get("ceiling") and "ceiling" not in self.errors:
            self.add_error("ceiling", _("Say up to which amount this person may approve."))
        return found

    needs_no_right = False

    @property
    def right_fields(self) -> list[str]:
        return [name for right, name in FIELDS.items() if right in self.own]

    def chosen_of(self, found: dict[str, Any]) -> frozenset[Right]:
        return frozenset(right for right, name in FIELDS.items() if found.get(name))

    @property
    def given(self) -> Given:
        """What was chosen. Pay and approve bring the prices along; approve the history too, where estimates stand."""
        found = self.cleaned_data | ({"history": True} if self.cleaned_data.get("approve") else {})
        ceiling = found.get("ceiling")
        minor = int(ceiling * 100) if ceiling and found.get("approve") else None
        return Given(self.chosen_of(found), minor, found.get("ends_on"))


class InviteForm(RightsForm):
    """Whom to let in, where, and to what."""

    email = forms.CharField(
        label=gettext_lazy("Their email address"),
        max_length=254,
        widget=forms.EmailInput,
        error_messages={"required": gettext_lazy("Enter the email address of the person.")},
    )
    location = forms.ChoiceField(label=gettext_lazy("What they see"), required=False)
    message = forms.CharField(
        label=gettext_lazy("A line to them"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It stands in the mail."),
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].choices = [("", _("The whole account, all locations")), *places]  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        typed = str(self.cleaned_data["email"]).strip()
        if not text.is_email(typed):
            raise forms.ValidationError(_("Enter an email address such as name@example.com."))
        return typed


class OfficeRightsForm(RightsForm):
    """The office's form, with its own note."""

    memo = forms.CharField(
        label=gettext_lazy("Memo"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only the office sees it."),
    )


def initial_of(member: Member) -> dict[str, Any]:
    """A member as the form shows them."""
    given = member.given
    ceiling = member.approve_up_to.decimal() if member.approve_up_to else None
    rights = {name: right in given.rights for right, name in FIELDS.items()}
    return {**rights, "ceiling": ceiling, "ends_on": given.ends_on, "memo": member.memo}


def words_of(member: Member) -> str:
    """What a member may do, in a line."""
    given = member.given
    words = [str(LABEL[right]) for right in FIELDS if right in given.rights and right != Right.APPROVE]
    if member.approve_up_to:
        amount = formats.money(member.approve_up_to.minor, member.approve_up_to.currency)
        words.append(_("Approve estimates up to %(amount)s") % {"amount": amount})
    return ", ".join(words)


def line_of(member: Member) -> dict[str, Any]:
    """A row of a list, in words."""
    return {
        "member": member,
        "title": member.name or member.email,
        "place": member.place or _("Whole account"),
        "rights": words_of(member),
        "state": str(member.state.label),
        "tone": STATE_TONE[member.state],
        "until": formats.day(member.given.ends_on) if member.given.ends_on else "",
        "is_on_hold": member.state == MemberState.PAUSED,
    }
