"""What every hosted page is sent with, and what comes in from one."""

from urllib.parse import parse_qsl, urlsplit

from portico.sandbox.stripe import html
from portico.sandbox.stripe.wire import Request, Response

GONE = "There is nothing at this address. The link may be incomplete."


def given(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))


def gone() -> Response:
    return shown(404, html.message_page("Page not found", GONE))


def shown(status: int, text: str, *shop: str | None) -> Response:
    """Chromium checks every redirect after a form against form-action, so the shop's addresses are named in it."""
    parts = [urlsplit(address) for address in shop if address]
    action = " ".join(["'self'", *sorted({f"{part.scheme}://{part.netloc}" for part in parts})])
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; style-src 'self'; img-src data:; form-action {action};"
        " base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(status, headers, text.encode())
