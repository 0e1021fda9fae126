import pytest

from portico.kernel.sealed import CannotUnseal, Sealer

OLD, NEW = "an old secret of some length", "a new secret of some length"


def test_sealed_text_opens_for_whom_it_was_bound_to_only():
    sealer = Sealer([NEW], purpose="test")
    sealed = sealer.seal("sk_test_1", bound_to="company 1")
    assert sealer.unseal(sealed, bound_to="company 1") == "sk_test_1"
    assert b"sk_test" not in sealed
    with pytest.raises(CannotUnseal):
        sealer.unseal(sealed, bound_to="company 2")


def test_same_text_is_sealed_differently_each_time():
    sealer = Sealer([NEW], purpose="test")
    assert sealer.seal("x", bound_to="a") != sealer.seal("x", bound_to="a")


def test_old_key_still_opens_and_the_new_one_seals():
    sealed = Sealer([OLD], purpose="test").seal("x", bound_to="a")
    both = Sealer([NEW, OLD], purpose="test")
    assert both.unseal(sealed, bound_to="a") == "x"
    assert Sealer([NEW], purpose="test").unseal(both.seal("y", bound_to="a"), bound_to="a") == "y"


@pytest.mark.parametrize("damage", (b"", b"\x01", b"\x02" + b"x" * 40, b"\x01" + b"x" * 40))
def test_damaged_or_foreign_bytes_do_not_open(damage):
    with pytest.raises(CannotUnseal):
        Sealer([NEW], purpose="test").unseal(damage, bound_to="a")


def test_key_of_one_purpose_does_not_open_another():
    sealed = Sealer([NEW], purpose="one").seal("x", bound_to="a")
    with pytest.raises(CannotUnseal):
        Sealer([NEW], purpose="two").unseal(sealed, bound_to="a")
