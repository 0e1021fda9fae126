import argparse
import stat

import pytest

from portico.faces.commands import sandbox, sandbox_clock
from portico.sandbox.stripe.server import Sandbox
from tests.sandbox.running import Shop


@pytest.fixture
def ours(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTICO_DATA_DIR", str(tmp_path))
    running = Sandbox(port=0, folder=tmp_path / "sandbox", control_token=sandbox.control_token()).start()
    yield running
    running.stop()


def asked(*typed: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    sandbox_clock.add_arguments(parser)
    return parser.parse_args(typed)


def test_five_business_days_settle_a_bank_payment(ours, capsys):
    shop = Shop(ours)
    debit = shop.debit()
    assert debit.status == "processing"
    assert sandbox_clock.run(asked("--business-days", "5", "--port", str(ours.port))) == 0
    assert shop.api.payment_intents.retrieve(debit.id).status == "succeeded"
    assert "Its news arrives within seconds." in capsys.readouterr().out


def test_token_is_made_once_and_for_its_owner_only(ours):
    file = sandbox.folder() / "control-token"
    assert (sandbox.control_token(), stat.S_IMODE(file.stat().st_mode)) == (sandbox.control_token(), 0o600)


def test_sandbox_that_is_not_there_is_told(ours, capsys):
    port = str(ours.port)
    ours.stop()
    assert sandbox_clock.run(asked("--days", "1", "--port", port)) == 1
    assert "Start it with bin/dev." in capsys.readouterr().out
