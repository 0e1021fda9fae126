"""Drives a server with wrk, or with a small client of our own where wrk is not installed."""

from __future__ import annotations

import http.client
import json
import shutil
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass

from bench.ground import FOLDER
from bench.servers import Server

CONNECTIONS = 8
SCRIPT = """
local host, paths, cookies = %(host)s, {%(paths)s}, {%(cookies)s}
local asked, at = {}, 0
function init(args)
  for n = 1, #cookies do
    asked[n] = wrk.format("GET", paths[(n - 1) %% #paths + 1], {["Host"] = host, ["Cookie"] = cookies[n]})
  end
end
function request()
  at = at %% #asked + 1
  return asked[at]
end
function done(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format('\\n{"requests": %%d, "microseconds": %%d, "failed": %%d, "p50": %%f, "p95": %%f}\\n',
    summary.requests, summary.duration, failed, latency:percentile(50), latency:percentile(95)))
end
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A page and the people who ask for it in turn. `paths` is one for all, or one for each."""

    name: str
    server: Server
    host: str
    paths: list[str]
    cookies: list[str]

    def ask(self, at: int = 0) -> tuple[int, bytes]:
        return self.server.get(self.paths[at % len(self.paths)], {"Host": self.host, "Cookie": self.cookies[at]})


@dataclass(frozen=True, slots=True)
class Round:
    requests: int
    seconds: float
    cpu_seconds: float
    p50_ms: float
    p95_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        return self.cpu_seconds * 1000 / self.requests


def play(target: Target, *, seconds: int, postmaster: int) -> Round:
    """One round; a failed request ends the bench."""
    before = target.server.cpu_seconds(postmaster)
    said = _wrk(target, seconds) if shutil.which("wrk") else _own(target, seconds)
    after = target.server.cpu_seconds(postmaster)
    if said["failed"] or not said["requests"]:
        raise SystemExit(f"{target.name}: {said['failed']:.0f} of {said['requests']:.0f} requests failed")
    return Round(
        int(said["requests"]), said["microseconds"] / 1e6, after - before, said["p50"] / 1000, said["p95"] / 1000
    )


def client() -> str:
    """The name of what drives."""
    if not shutil.which("wrk"):
        return "own client"
    said = subprocess.run(["wrk", "-v"], capture_output=True, text=True)
    return " ".join((said.stdout + said.stderr).split()[:2])


def _wrk(target: Target, seconds: int) -> dict[str, float]:
    script = FOLDER / "drive.lua"
    script.write_text(
        SCRIPT
        % {
            "host": json.dumps(target.host),
            "paths": ", ".join(json.dumps(path) for path in target.paths),
            "cookies": ", ".join(json.dumps(cookie) for cookie in target.cookies),
        }
    )
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", str(script)]
    done = subprocess.run([*command, f"http://127.0.0.1:{target.server.port}/"], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"wrk failed: {done.stderr[-1000:]}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _own(target: Target, seconds: int) -> dict[str, float]:
    """Eight threads with a lasting connection each; it takes more of the machine than wrk: trust the CPU figures."""
    until, times, failed = time.monotonic() + seconds, [], []

    def ask_again(number: int) -> None:
        connection, at = http.client.HTTPConnection("127.0.0.1", target.server.port, timeout=10), number
        while time.monotonic() < until:
            at = (at + 1) % len(target.cookies)
            started = time.perf_counter()
            headers = {"Host": target.host, "Cookie": target.cookies[at]}
            connection.request("GET", target.paths[at % len(target.paths)], headers=headers)
            answer = connection.getresponse()
            answer.read()
            times.append(time.perf_counter() - started)
            failed.extend([answer.status] if answer.status >= 400 else [])

    threads = [threading.Thread(target=ask_again, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    steps = statistics.quantiles(times, n=100)
    return {
        "requests": len(times), "microseconds": seconds * 1e6, "failed": len(failed),
        "p50": steps[49] * 1e6, "p95": steps[94] * 1e6,
    }  # fmt: skip
