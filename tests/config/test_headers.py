import json
import logging

import pytest
from django.http import HttpRequest, HttpResponse

from portico.faces.ui import headers

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; report-to csp"
)


def answered(view, request=None):
    return headers.add_headers(view)(request or HttpRequest())


def test_every_answer_carries_the_strict_headers(client):
    response = client.get("/healthz")
    assert {
        name: response.headers.get(name) for name in ("Content-Security-Policy", "Cache-Control", "Referrer-Policy")
    } == {
        "Content-Security-Policy": STRICT,
        "Cache-Control": "no-store, private",
        "Referrer-Policy": "same-origin",
    }
    assert {
        name: response.headers.get(name)
        for name in (
            "X-Content-Type-Options",
            "Cross-Origin-Opener-Policy",
            "Cross-Origin-Resource-Policy",
            "X-Frame-Options",
        )
    } == {
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    assert "camera=()" in response.headers["Permissions-Policy"]


def test_payment_page_may_post_to_the_named_origins_only():
    request = HttpRequest()
    request.form_action_origins = ("https://checkout.example.com",)
    response = answered(lambda request: HttpResponse(), request)
    assert "form-action 'self' https://checkout.example.com;" in response.headers["Content-Security-Policy"]


def test_public_answer_may_be_kept_unless_it_sets_a_cookie():
    @headers.public_for(60)
    def plain(request):
        return HttpResponse()

    @headers.public_for(60)
    def with_cookie(request):
        response = HttpResponse()
        response.set_cookie("a", "b")
        return response

    assert answered(plain).headers["Cache-Control"] == "public, max-age=60, immutable"
    assert answered(with_cookie).headers["Cache-Control"] == "no-store, private"


def test_page_with_a_secret_address_gives_no_referrer():
    response = headers.without_referrer(lambda request: HttpResponse())(HttpRequest())
    assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "body",
    (
        {"csp-report": {"effective-directive": "script-src", "document-uri": "https://x/secret"}},
        [{"type": "csp-violation", "body": {"effectiveDirective": "script-src", "documentURL": "https://x/secret"}}],
    ),
)
def test_policy_report_is_noted_without_its_address(client, caplog, body):
    with caplog.at_level(logging.WARNING, "portico.security"):
        response = client.post("/csp-reports/", json.dumps(body), content_type="application/csp-report")
    assert (response.status_code, [record.directive for record in caplog.records]) == (204, ["script-src"])


def test_request_leaves_one_line_without_its_query(client, caplog):
    with caplog.at_level(logging.INFO, "portico.request"):
        client.post("/csp-reports/?token=secret", "nonsense", content_type="text/plain")
    line = next(record for record in caplog.records if record.name == "portico.request")
    assert (line.route, line.method, line.status, line.db_n) == ("csp-reports", "POST", 400, 0)
    assert "secret" not in str(vars(line))
