import pytest


def test_process_answers_without_a_database(client):
    response = client.get("/healthz", headers={"host": "nobody.example.com"})
    assert (response.status_code, response.content, response.cookies.output()) == (200, b"OK\n", "")


@pytest.mark.django_db
def test_readiness_names_what_is_missing(client):
    response = client.get("/readyz")
    told = response.json()
    told.pop("disk")
    assert (response.status_code, told) == (
        200,
        {"state": "degraded", "database": True, "role": True, "migrations": True, "queue": True, "worker": False},
    )


@pytest.mark.django_db
def test_readiness_from_elsewhere_tells_no_details(client):
    response = client.get("/readyz", REMOTE_ADDR="203.0.113.9")
    assert response.json() == {"state": "degraded"}
