import hashlib
import re

from hypothesis import given
from hypothesis import strategies as st

from portico.kernel import ids


def test_public_ids_are_random_of_version_four() -> None:
    made = {ids.new_public_id() for _ in range(200)}
    assert ({one.version for one in made}, len(made)) == ({4}, 200)


def test_secrets_carry_256_bits_and_fit_in_a_url() -> None:
    made = {ids.new_secret() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"[\w-]{43}", secret) for secret in made)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_digest_is_sha256(secret: str) -> None:
    assert ids.digest(secret) == hashlib.sha256(secret.encode()).digest()
