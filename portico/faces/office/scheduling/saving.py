"""What every page of settings does with a form: save it, or say at its field what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404

from portico.domain.capacity.errors import BadSetting, MissingSetting


def is_saved(form: forms.Form, save: Callable[[], Any]) -> bool:
    """Whether a valid form was carried out; what the operation refuses stands at the field."""
    try:
        save()
    except BadSetting as bad:
        form.add_error(bad.field if bad.field in form.fields else None, bad.message)
        return False
    except MissingSetting as missing:
        raise Http404(missing.message) from missing
    return True
