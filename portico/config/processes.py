"""Processes that must not outlive the one that started them."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
SUPERVISOR = "PORTICO_SUPERVISOR"  # the number of the process whose end is ours


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """Get `number` when the parent ends, however it ends; on Linux this survives exec."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(os.getppid(), number), daemon=True).start()


def die_with_supervisor() -> None:
    """For children of `bin/dev`: the environment names the supervisor, which may be dead already."""
    wanted = os.environ.pop(SUPERVISOR, "")
    if not wanted:
        return
    die_with_parent()
    if os.getppid() != int(wanted):
        raise SystemExit("bin/dev ended.")


def _watch(parent: int, number: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), number)
