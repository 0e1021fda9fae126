"""The token of our forms is one that Django takes."""

from django.http import HttpResponse
from django.middleware.csrf import CSRF_SECRET_LENGTH, CsrfViewMiddleware
from django.test import RequestFactory

from portico.faces.ui.form_token import form_token, masked

SECRET = "aZ09" * (CSRF_SECRET_LENGTH // 4)
OTHER = "bZ09" * (CSRF_SECRET_LENGTH // 4)
COOKIE = "csrf"


def answer_to_post(token: str) -> int | None:
    """What Django's middleware says to a form with this token from a browser with the cookie; None lets it through."""
    request = RequestFactory(enforce_csrf_checks=True).post("/", {"csrfmiddlewaretoken": token})
    request.COOKIES[COOKIE] = SECRET
    guard = CsrfViewMiddleware(lambda request: HttpResponse())
    guard.process_request(request)
    refused = guard.process_view(request, lambda request: HttpResponse(), (), {})
    return refused.status_code if refused is not None else None


def test_masked_secret_passes_and_that_of_another_browser_does_not() -> None:
    assert [answer_to_post(masked(SECRET)) for _ in range(50)] == [None] * 50
    assert answer_to_post(masked(OTHER)) == 403


def test_mask_differs_on_every_page() -> None:
    assert len({masked(SECRET) for _ in range(50)}) == 50


def test_browser_without_a_cookie_gets_one() -> None:
    request = RequestFactory().get("/")
    token = form_token(request)
    assert (len(token), request.META["CSRF_COOKIE_NEEDS_UPDATE"]) == (2 * CSRF_SECRET_LENGTH, True)


def test_browser_with_a_cookie_keeps_it() -> None:
    request = RequestFactory().get("/")
    request.META["CSRF_COOKIE"] = SECRET
    assert len(form_token(request)) == 2 * CSRF_SECRET_LENGTH
    assert "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
