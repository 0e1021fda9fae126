"""bin/dev's supervisor, over small programs of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portico.config import env, processes
from portico.faces.commands import listening

SCRIPT = """
import os, sys
from portico.faces.commands import supervisor
supervisor.command_line = lambda *command: [sys.executable, "-c", command[0]]
boss = supervisor.Supervisor()
try:
    for number, program in enumerate(sys.argv[1:]):
        boss.start(f"child{number}", program, environment=os.environ)
    print("up", flush=True)
    boss.watch()
except supervisor.Stopped:
    pass
finally:
    boss.stop()
"""
SLEEPER = "import time; print('sleeping', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('sleeping', flush=True); time.sleep(60)"
SUPERVISED = "from portico.config import processes; processes.die_with_supervisor(); " + SLEEPER


def supervised(*programs: str, are_ready: bool = True) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *programs],
        cwd=env.PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert child.stdout
    waited_for = len(programs) + 1 if are_ready else 0
    while waited_for:
        line = child.stdout.readline()
        assert line, "the supervisor ended"
        waited_for -= "sleeping" in line or line == "up\n"
    return child


def children_of(number: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{number}/task/{number}/children").read_text().split()]


def test_interrupt_stops_all_programs():
    boss = supervised(SLEEPER, SLEEPER)
    children = children_of(boss.pid)
    boss.send_signal(signal.SIGINT)
    assert boss.wait(timeout=5) == 0
    assert [Path(f"/proc/{child}").exists() for child in children] == [False, False]
    boss.communicate()


def test_second_interrupt_kills_who_stays():
    boss = supervised(STUBBORN)
    boss.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert boss.poll() is None
    boss.send_signal(signal.SIGINT)
    assert boss.wait(timeout=3) == 0
    boss.communicate()


def test_dead_program_ends_all_and_is_named():
    boss = supervised(SLEEPER, "print('dying', flush=True); raise SystemExit(3)", are_ready=False)
    said, _ = boss.communicate(timeout=10)
    assert boss.returncode == 1
    assert "child1 ended with code 3" in said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a thread polls")
def test_killed_supervisor_takes_its_programs_along():
    boss = supervised(SUPERVISED)
    (child,) = children_of(boss.pid)
    boss.kill()
    boss.communicate(timeout=5)
    until = time.monotonic() + 3
    while Path(f"/proc/{child}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{child}").exists()


def test_program_of_a_supervisor_that_died_first_does_not_start(monkeypatch):
    monkeypatch.setenv(processes.SUPERVISOR, "1")
    monkeypatch.setattr(processes, "die_with_parent", lambda: None)
    with pytest.raises(SystemExit, match="ended"):
        processes.die_with_supervisor()


def test_busy_port_is_named_with_its_holder():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(SystemExit) as refused:
            listening.require_free(port, wanted_for="the web server", patience=0)
    assert f"Port {port}, wanted for the web server, is taken by process {os.getpid()} (" in str(refused.value)
    listening.require_free(port, wanted_for="the web server", patience=0)
