"""What is typed about the rules of booking. What cannot be is said by the operation (BadSetting)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portico.domain.capacity.terms import Policy

NUMBER = _("Enter a whole number.")
LARGEST = 10**9
SECTIONS = (
    ("time", ("travel_pad_minutes", "granularity", "online_percent", "holdback_hours")),
    ("booking", ("hold_seconds", "most_bookings_per_day")),
    ("changes", ("reschedule_cutoff_hours", "cancel_cutoff_hours", "most_reschedules", "may_change_confirmed")),
    ("fee", ("late_fee_text",)),
)


def number(label: Any, help_text: Any = "", *, required: bool = True) -> forms.IntegerField:
    """A whole number; its bounds are the operation's."""
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=required,
        min_value=-LARGEST,
        max_value=LARGEST,
        error_messages={"required": NUMBER, "invalid": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class PolicyForm(forms.Form):
    """The company's rules; each field says its unit and what holds where nobody chose."""

    travel_pad_minutes = number(
        _("Travel, in minutes"),
        _("Added to every visit, because a technician has to get there. Usual: 0, where durations include it."),
    )
    granularity = number(
        _("Round visits up to, in minutes"), _("From 1 to 60. Usual: 5, so that 62 minutes count as 65.")
    )
    online_percent = number(
        _("Open to customers, in percent of the working time"),
        _("The rest is the office's, for urgent calls. Usual: 85. With 0 customers are offered nothing."),
    )
    holdback_hours = number(
        _("Give the rest to customers too, in hours before the window"),
        _("Usual: 24. With 0 the rest stays the office's to the end."),
    )
    hold_seconds = number(
        _("Keep a chosen time, in seconds"),
        _("While a customer fills in the rest. From 60 to 900. Usual: 300, which is five minutes."),
    )
    most_bookings_per_day = number(
        _("Bookings of a customer on one day, at most"), _("How often one customer may book within a day. Usual: 3.")
    )
    reschedule_cutoff_hours = number(
        _("Last move, in hours before the window"),
        _("Later than that the customer is asked to call. Usual: 24. A job type may say something else."),
    )
    cancel_cutoff_hours = number(
        _("Last free cancellation, in hours before the window"),
        _(
            "Later than that a customer accepts the late fee below, or calls. Usual: 24. A job type may say "
            "something else."
        ),
    )
    most_reschedules = number(
        _("Moves of one visit, at most"), _("After that the customer is asked to call. Usual: 3. 0: none.")
    )
    may_change_confirmed = forms.BooleanField(
        label=_("Customers may also change visits that the office has confirmed"),
        help_text=_("Usual: yes. Dispatched and working visits can never be changed online."),
        required=False,
    )
    late_fee_text = forms.CharField(
        label=_("What customers are told about the late fee"),
        help_text=_(
            "Name the amount. Who cancels late agrees to it; each booking keeps the text as it was then. Without a "
            "text, which is usual, nobody cancels late online: they are asked to call."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    @classmethod
    def showing(cls, policy: Policy) -> PolicyForm:
        """The form as the rules stand."""
        return cls(initial={name: getattr(policy, name) for name in Policy.__slots__})
