"""The hosted pages as HTML: plain forms, no script, nothing from elsewhere."""

from html import escape
from urllib.parse import urlsplit

from portico.sandbox.stripe.cards import CARDS
from portico.sandbox.stripe.forms import CardForm
from portico.sandbox.stripe.store import Body

STYLE = "/assets/pay.css"
SYMBOLS = {"usd": "$", "cad": "CA$", "eur": "€", "gbp": "£"}
WITHOUT_CENTS = {"jpy", "krw", "vnd", "clp"}


def money(amount: int, currency: str) -> str:
    text = f"{amount:,}" if currency in WITHOUT_CENTS else f"{amount // 100:,}.{amount % 100:02d}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{text}" if symbol else f"{text} {currency.upper()}"


def checkout_page(session: Body, form: CardForm, *, problem: str | None) -> str:
    total = money(session["amount_total"], session["currency"])
    is_wrong = problem is not None or bool(form.errors)
    return _document(
        f"{'Error: ' if is_wrong else ''}Pay {total}",
        f"""<div class="columns">
<section class="summary" aria-labelledby="summary">
<h1 id="summary">Pay <span class="total">{total}</span></h1>
{_items(session)}
{_cancel_link(session)}
</section>
<section class="form" aria-labelledby="card">
<h2 id="card">Pay with a card</h2>
{_problem(form, problem)}
<form method="post" novalidate>
{_field("number", "Card number", form, hint="1234 1234 1234 1234", autocomplete="cc-number", mode="numeric")}
<div class="pair">
{_field("expiry", "Expiry", form, value=form.expiry, hint="MM / YY", autocomplete="cc-exp", mode="numeric")}
{_field("cvc", "Security code", form, hint="CVC", autocomplete="cc-csc", mode="numeric")}
</div>
{_field("name", "Name on card", form, value=form.name, autocomplete="cc-name")}
<button type="submit">Pay {total}</button>
</form>
{_test_cards()}
</section>
</div>""",
    )


def authentication_page(intent: Body) -> str:
    amount = money(intent["amount"], intent["currency"])
    return _document(
        "Confirm this payment",
        f"""<section class="narrow">
<h1>Confirm this payment</h1>
<p>The bank of this test card wants to know that it is really you who pays <strong>{amount}</strong>.</p>
<form method="post">
<button type="submit" name="answer" value="complete">Complete</button>
<button type="submit" name="answer" value="fail" class="quiet">Fail</button>
</form>
</section>""",
    )


def message_page(title: str, text: str, *, link: str | None = None, link_text: str = "Go back") -> str:
    back = f'<p><a class="button" href="{escape(link)}">{escape(link_text)}</a></p>' if link else ""
    return _document(title, f'<section class="narrow"><h1>{escape(title)}</h1><p>{escape(text)}</p>{back}</section>')


def _document(title: str, content: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{STYLE}">
</head>
<body>
<header class="banner"><strong>Test mode</strong> <span>No money moves. Use test cards only.</span></header>
<main>
{content}
</main>
</body>
</html>
"""


def _items(session: Body) -> str:
    rows = "".join(
        f'<div class="item"><dt>{escape(item["description"])}{_quantity(item)}</dt>'
        f"<dd>{money(item['amount_total'], item['currency'])}</dd></div>"
        for item in session["_items"]
    )
    total = money(session["amount_total"], session["currency"])
    return f'<dl class="items">{rows}<div class="item sum"><dt>Total due</dt><dd>{total}</dd></div></dl>'


def _quantity(item: Body) -> str:
    if item["quantity"] == 1:
        return ""
    each = money(item["price"]["unit_amount"], item["currency"])
    return f' <span class="each">{item["quantity"]} × {each}</span>'


def _cancel_link(session: Body) -> str:
    if not session["cancel_url"]:
        return ""
    host = urlsplit(session["cancel_url"]).hostname or "the shop"
    return f'<p class="cancel"><a href="{escape(session["cancel_url"])}">Cancel and return to {escape(host)}</a></p>'


def _problem(form: CardForm, problem: str | None) -> str:
    if problem is None and not form.errors:
        return ""
    text = problem or "Some details need another look."
    return f'<p class="problem" role="alert">{escape(text)}</p>'


def _field(
    name: str, label: str, form: CardForm, *, value: str = "", hint: str = "", autocomplete: str, mode: str = "text"
) -> str:
    error = form.errors.get(name)
    wrong = f' aria-invalid="true" aria-describedby="{name}-error"' if error else ""
    if name == next(iter(form.errors), None):
        wrong += " autofocus"
    text = f'<p class="error" id="{name}-error">{escape(error)}</p>' if error else ""
    return (
        f'<div class="field"><label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" value="{escape(value)}" placeholder="{hint}" required'
        f' autocomplete="{autocomplete}" inputmode="{mode}" spellcheck="false"{wrong}>{text}</div>'
    )


def _test_cards() -> str:
    rows = "".join(f"<li><code>{card.unbroken}</code> {card.does}</li>" for card in CARDS)
    return (
        '<details class="cards"><summary>Test cards</summary>'
        f"<ul>{rows}</ul><p>Any later expiry date, any security code.</p></details>"
    )
