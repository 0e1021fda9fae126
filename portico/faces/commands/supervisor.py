"""Keeps several programs running together: one ends, all end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import FrameType

from portico.config import env, processes

PATIENCE = 10.0
COLORS = (36, 33, 35, 32)


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, TERM or a closed terminal."""


class Supervisor:
    """Programs in sessions of their own, so that a terminal's Ctrl-C reaches only us and nobody gets it twice."""

    def __init__(self) -> None:
        self.programs: dict[str, subprocess.Popen[str]] = {}
        self._printers: list[threading.Thread] = []
        self._asked = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def start(self, name: str, *command: str, environment: Mapping[str, str]) -> None:
        """Start `python -m portico.faces.commands <command>` under a name."""
        child = subprocess.Popen(
            command_line(*command),
            cwd=env.PROJECT,
            env={**environment, processes.SUPERVISOR: str(os.getpid()), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        color = COLORS[len(self.programs) % len(COLORS)]
        self.programs[name] = child
        printer = threading.Thread(target=_print_lines, args=(name, color, child), daemon=True)
        printer.start()
        self._printers.append(printer)

    def wait_until(self, is_so: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Wait for something the programs do; a dead program or the time ends it."""
        until = time.monotonic() + seconds
        while not is_so():
            self.require_alive()
            if time.monotonic() > until:
                raise SystemExit(f"{what} did not happen within {seconds:.0f} s; the lines above may say why.")
            time.sleep(0.1)

    def watch(self) -> None:
        """Until somebody asks for the end or a program dies."""
        while True:
            self.require_alive()
            time.sleep(0.2)

    def require_alive(self) -> None:
        """Raise when one has died, naming it."""
        for name, child in self.programs.items():
            code = child.poll()
            if code is not None:
                how = f"by signal {-code}" if code < 0 else f"with code {code}"
                raise SystemExit(f"{name} ended {how}; stopping the others.")

    def stop(self) -> None:
        """TERM to all, KILL to who stays; a second Ctrl-C meanwhile kills at once."""
        self._asked = max(self._asked, 1)
        self._send(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while self._running() and time.monotonic() < until and self._asked < 2:
            time.sleep(0.05)
        self._send(signal.SIGKILL)
        for child in self.programs.values():
            child.wait()
        for printer in self._printers:
            printer.join(timeout=1)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1
        if self._asked == 1:
            raise Stopped

    def _running(self) -> bool:
        return any(child.poll() is None for child in self.programs.values())

    def _send(self, number: int) -> None:
        """To whole groups: workers of a program that is dead already are reached too."""
        for child in self.programs.values():
            try:
                os.killpg(child.pid, number)
            except (ProcessLookupError, PermissionError):
                continue


def command_line(*command: str) -> list[str]:
    """How one of our commands is started."""
    return [sys.executable, "-m", "portico.faces.commands", *command]


def _print_lines(name: str, color: int, child: subprocess.Popen[str]) -> None:
    label = f"\033[{color}m{name:<8}|\033[0m" if sys.stdout.isatty() else f"{name:<8}|"
    for line in child.stdout or ():
        print(label, line.rstrip(), flush=True)
