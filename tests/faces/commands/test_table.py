import importlib
import subprocess
import sys

import pytest

from portico.config import env
from portico.faces.commands.table import COMMANDS


def portico(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portico.faces.commands", *args]
    return subprocess.run(command, cwd=env.PROJECT, text=True, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_command_can_be_loaded_and_asked(name):
    module = importlib.import_module(COMMANDS[name].module)
    assert (callable(module.add_arguments), callable(module.run)) == (True, True)


def test_help_lists_every_command():
    said = portico("help")
    assert (said.returncode, [name for name in COMMANDS if f"  {name} " not in said.stdout]) == (0, [])


def test_manage_py_is_the_same_door():
    command = [sys.executable, "manage.py", "database", "roles"]
    said = subprocess.run(command, cwd=env.PROJECT, text=True, capture_output=True, timeout=60, check=True)
    assert said.stdout == portico("database", "roles").stdout


def test_own_command_for_the_embedded_server_refuses_a_named_one():
    said = portico("database", "stop")
    assert (said.returncode, said.stderr.strip()) == (
        1,
        "DATABASE_URL names a server of your own; this command is for the embedded one.",
    )
