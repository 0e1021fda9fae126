"""The hosted pages as HTML: plain forms, no script, nothing from elsewhere."""

from html import escape
from urllib.parse import urlsplit

from portico.sandbox.stripe.banks import ACCOUNTS, ROUTING
from portico.sandbox.stripe.cards import CARDS
from portico.sandbox.stripe.fields import field, problem_text, save_tick, ways
from portico.sandbox.stripe.forms import BankForm, CardForm, DepositForm
from portico.sandbox.stripe.options import BANK, CARD
from portico.sandbox.stripe.store import Body

STYLE = "/assets/pay.css"
SYMBOLS = {"usd": "$", "cad": "CA$", "eur": "€", "gbp": "£"}
WITHOUT_CENTS = {"jpy", "krw", "vnd", "clp"}
AUTHORIZATION = (
    "By continuing you authorize the shop to debit this bank account for {what}."
    " You can withdraw this at any time by telling the shop."
)
AMOUNTS = {
    "payment": "the amount shown, and for amounts that you agree to later if you save it",
    "setup": "amounts that you agree to later",
}


def money(amount: int, currency: str) -> str:
    text = f"{amount:,}" if currency in WITHOUT_CENTS else f"{amount // 100:,}.{amount % 100:02d}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{text}" if symbol else f"{text} {currency.upper()}"


def card_page(session: Body, form: CardForm, *, problem: str | None, can_save: bool) -> str:
    verb = _verb(session)
    content = f"""<h2 id="method">{"Save a card" if session["mode"] == "setup" else "Pay with a card"}</h2>
{problem_text(form.errors, problem)}
<form method="post" novalidate>
{field("number", "Card number", form.errors, hint="1234 1234 1234 1234", autocomplete="cc-number", mode="numeric")}
<div class="pair">
{field("expiry", "Expiry", form.errors, value=form.expiry, hint="MM / YY", autocomplete="cc-exp", mode="numeric")}
{field("cvc", "Security code", form.errors, hint="CVC", autocomplete="cc-csc", mode="numeric")}
</div>
{field("name", "Name on card", form.errors, value=form.name, autocomplete="cc-name")}
{save_tick("Save this card for next time", is_ticked=form.save) if can_save else ""}
<button type="submit">{verb}</button>
</form>
{_test_cards()}"""
    return _columns(session, content, verb, is_wrong=bool(problem or form.errors), chosen=CARD)


def bank_page(session: Body, form: BankForm, *, problem: str | None, can_save: bool, can_wait: bool) -> str:
    verb = _verb(session)
    title = "Save a bank account" if session["mode"] == "setup" else "Pay from a bank account"
    content = f"""<h2 id="method">{title}</h2>
{problem_text(form.errors, problem)}
<form method="post" novalidate>
<input type="hidden" name="pay" value="bank">
{field("routing", "Routing number", form.errors, hint="9 digits", autocomplete="off", mode="numeric")}
{field("account", "Account number", form.errors, hint="12 digits", autocomplete="off", mode="numeric")}
{field("name", "Name on the account", form.errors, value=form.name, autocomplete="name")}
{ways(form.way) if can_wait else ""}
{save_tick("Save this bank account for next time", is_ticked=form.save) if can_save else ""}
<p class="small">{AUTHORIZATION.format(what=AMOUNTS[session["mode"]])}</p>
<button type="submit">{verb}</button>
</form>
{_test_accounts()}"""
    return _columns(session, content, verb, is_wrong=bool(problem or form.errors), chosen=BANK)


def authentication_page(intent: Body) -> str:
    if intent["object"] == "setup_intent":
        title, what = "Confirm this card", "saves this card for later payments"
    else:
        title = "Confirm this payment"
        what = f"pays <strong>{money(intent['amount'], intent['currency'])}</strong>"
    return _document(
        title,
        f"""<section class="narrow">
<h1>{title}</h1>
<p>The bank of this test card wants to know that it is really you who {what}.</p>
<form method="post">
<button type="submit" name="answer" value="complete">Complete</button>
<button type="submit" name="answer" value="fail" class="quiet">Fail</button>
</form>
</section>""",
    )


def deposits_page(kind: str, last4: str, form: DepositForm, *, problem: str | None) -> str:
    if kind == "descriptor_code":
        hint = "Test code <code>SM11AA</code> verifies the account."
        text = "We sent one cent to it. Enter the six-character code that stands beside it on your statement."
        inputs = field("code", "Code", form.errors, hint="SM", autocomplete="off")
    else:
        hint = "Test amounts <code>32</code> and <code>45</code> verify the account."
        text = "We sent two small amounts to it. Enter both in cents."
        inputs = "".join(
            field(name, label, form.errors, autocomplete="off", mode="numeric")
            for name, label in (("first", "First amount"), ("second", "Second amount"))
        )
        inputs = f'<div class="pair">{inputs}</div>'
    return _document(
        f"{'Error: ' if problem or form.errors else ''}Verify your bank account",
        f"""<section class="narrow">
<h1>Verify your bank account</h1>
<p>Bank account ending in <strong>{escape(last4)}</strong>. {text}</p>
{problem_text(form.errors, problem)}
<form method="post" novalidate>
{inputs}
<button type="submit">Verify</button>
</form>
<p class="small">{hint}</p>
</section>""",
    )


def message_page(title: str, text: str, *, link: str | None = None, link_text: str = "Go back") -> str:
    back = f'<p><a class="button" href="{escape(link)}">{escape(link_text)}</a></p>' if link else ""
    return _document(title, f'<section class="narrow"><h1>{escape(title)}</h1><p>{escape(text)}</p>{back}</section>')


def _columns(session: Body, content: str, verb: str, *, is_wrong: bool, chosen: str) -> str:
    return _document(
        f"{'Error: ' if is_wrong else ''}{verb}",
        f"""<div class="columns">
<section class="summary" aria-labelledby="summary">
{_summary(session)}
{_cancel_link(session)}
</section>
<section class="form" aria-labelledby="method">
{_choices(session, chosen)}{content}
</section>
</div>""",
    )


def _verb(session: Body) -> str:
    return "Save" if session["mode"] == "setup" else f"Pay {money(session['amount_total'], session['currency'])}"


def _summary(session: Body) -> str:
    if session["mode"] == "setup":
        return '<h1 id="summary">Save a payment method</h1><p>Nothing is charged now.</p>'
    total = money(session["amount_total"], session["currency"])
    return f'<h1 id="summary">Pay <span class="total">{total}</span></h1>{_items(session)}'


def _choices(session: Body, chosen: str) -> str:
    """Links between the forms when the shop takes cards and bank accounts."""
    if len(session["payment_method_types"]) == 1:
        return ""
    links = "".join(
        f'<a href="?pay={word}"{" aria-current=page" if kind == chosen else ""}>{label}</a>'
        for kind, word, label in ((CARD, "card", "Card"), (BANK, "bank", "Bank account"))
    )
    return f'<nav class="choices" aria-label="Ways to pay">{links}</nav>'


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
<header class="banner"><strong>Test mode</strong> <span>No money moves. Test numbers only.</span></header>
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


def _test_cards() -> str:
    rows = "".join(f"<li><code>{card.unbroken}</code> {card.does}</li>" for card in CARDS)
    return (
        '<details class="cards"><summary>Test cards</summary>'
        f"<ul>{rows}</ul><p>Any later expiry date, any security code.</p></details>"
    )


def _test_accounts() -> str:
    rows = "".join(f"<li><code>{account.number}</code> {account.does}</li>" for account in ACCOUNTS)
    return (
        '<details class="cards"><summary>Test bank accounts</summary>'
        f"<p>Routing number <code>{ROUTING}</code></p><ul>{rows}</ul></details>"
    )
