"""The parts of a hosted form."""

from html import escape

from portico.sandbox.stripe.forms import INSTANT, MANUAL


def problem_text(errors: dict[str, str], problem: str | None) -> str:
    if problem is None and not errors:
        return ""
    return f'<p class="problem" role="alert">{escape(problem or "Some details need another look.")}</p>'


def field(
    name: str,
    label: str,
    errors: dict[str, str],
    *,
    value: str = "",
    hint: str = "",
    autocomplete: str,
    mode: str = "text",
) -> str:
    error = errors.get(name)
    wrong = f' aria-invalid="true" aria-describedby="{name}-error"' if error else ""
    if name == next(iter(errors), None):
        wrong += " autofocus"
    text = f'<p class="error" id="{name}-error">{escape(error)}</p>' if error else ""
    return (
        f'<div class="field"><label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" value="{escape(value)}" placeholder="{hint}" required'
        f' autocomplete="{autocomplete}" inputmode="{mode}" spellcheck="false"{wrong}>{text}</div>'
    )


def save_tick(label: str, *, is_ticked: bool) -> str:
    tick = " checked" if is_ticked else ""
    return f'<label class="tick"><input type="checkbox" name="save" value="on"{tick}> <span>{label}</span></label>'


def ways(chosen: str) -> str:
    """How the account is proven to be one's own."""
    texts = (
        (INSTANT, "Instantly, as if you signed in to your bank"),
        (MANUAL, "With a small deposit that arrives in one or two business days"),
    )
    radios = "".join(
        f'<label class="tick"><input type="radio" name="way" value="{way}"{" checked" if way == chosen else ""}>'
        f" <span>{text}</span></label>"
        for way, text in texts
    )
    return f"<fieldset><legend>Verify the account</legend>{radios}</fieldset>"
