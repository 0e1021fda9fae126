"""The two servers under measurement, and what they and their database cost the processor."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ground import FOLDER
from portico.config import env

WORKERS = 2
PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    port: int
    pid: int

    def cpu_seconds(self, postmaster: int) -> float:
        """What this server and the database have used so far; the other server's backends stand still meanwhile."""
        return sum(_ticks(pid) for pid in (self.pid, *_children(self.pid), *_children(postmaster))) / TICKS

    def resident_mib(self) -> float:
        """The largest worker."""
        return max(_resident_kib(pid) for pid in _children(self.pid)) / 1024

    def get(self, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body


@contextmanager
def serving(name: str, application: str, environment: dict[str, str]) -> Iterator[Server]:
    """granian over WSGI, as `bin/portico web` starts it."""
    port = _free_port()
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws", "--workers", str(WORKERS)]
    options += ["--blocking-threads", "2", "--backpressure", "64", "--log-level", "warning"]
    with (FOLDER / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "granian", *options, application],
            cwd=env.PROJECT, env=environment, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait(process, port, name)
            yield Server(name, port, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], port: int, name: str) -> None:
    for _ in range(150):
        if process.poll() is not None:
            raise SystemExit(f"{name} ended:\n{(FOLDER / f'{name}.log').read_text()[-3000:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(1)  # the second worker
                return
        time.sleep(0.2)
    raise SystemExit(f"{name} does not answer on port {port}.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))) and int(fields[1]) == pid:
            found.append(int(entry.name))
    return found


def _ticks(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on; nothing where there is no such process or no such file."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _resident_kib(pid: int) -> int:
    for line in (PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
