"""Which ports are free, and who holds the others."""

import os
import re
import socket
import time
from pathlib import Path


def require_free(port: int, *, wanted_for: str, patience: float = 3.0) -> None:
    """End with one sentence when a port stays taken; servers of a killed run need a moment to notice and go."""
    until = time.monotonic() + patience
    while not _is_free(port):
        if time.monotonic() > until:
            raise SystemExit(
                f"Port {port}, wanted for {wanted_for}, is taken by {holder(port) or 'another program'}. "
                f"Stop that, or choose another port: PORT={port + 100} bin/dev"
            )
        time.sleep(0.2)


def answers(port: int) -> bool:
    """Whether something on this machine accepts connections on the port."""
    with socket.socket() as caller:
        caller.settimeout(0.5)
        return caller.connect_ex(("127.0.0.1", port)) == 0


def holder(port: int) -> str:
    """The process that listens on a port, where the system tells (Linux)."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    for folder in Path("/proc").glob("[0-9]*") if sockets else ():
        try:
            if any(os.readlink(fd) in sockets for fd in (folder / "fd").iterdir()):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                return f"process {folder.name} ({command[:80]})"
        except OSError:  # gone meanwhile, or somebody else's
            continue
    return ""


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except PermissionError:
            raise SystemExit(
                f"Port {port} is reserved on this machine; choose one above 1023: PORT=8000 bin/dev"
            ) from None
        except OSError:
            return False
    return True


def _listening(port: int) -> list[str]:
    found = []
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            columns = line.split()
            if re.fullmatch(rf"[0-9A-F]+:{port:04X}", columns[1]) and columns[3] == "0A":
                found.append(columns[9])
    return found
