"""Runs other programs so that a signal to this one ends them."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

# How soon a signal is noticed.
TICK_S = 0.1


class Stopped(Exception):
    """What was under way has been ended, since a signal asked for it."""


@dataclass
class Stop:
    """Whether this program was asked to end. The signal handler only notes it here:
    who started a child ends it."""

    signal_number: int = 0
    signals: int = 0
    abandoned: bool = False

    def listen(self) -> None:
        """Notes SIGINT, SIGTERM and SIGHUP from now on, but for ignored ones."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._note)

    def _note(self, number: int, _: FrameType | None) -> None:
        self.signal_number = self.signal_number or number
        self.signals += 1

    def asked(self) -> bool:
        """Returns whether everything is to end."""
        return self.abandoned or self.signals > 0


def run(command: list[str], stop: Stop, output: IO[bytes] | int | None,
        errors: IO[bytes] | int | None = None,
        folder: Path | None = None) -> tuple[int, bytes]:
    """Runs command, in `folder` if there is one, and returns its exit code, as a shell
    has it, and its output if that is subprocess.PIPE.

    If stop says so, ends it and raises Stopped. It has a process group of its own,
    so that Ctrl-C reaches it only through stop, and it can clean up.
    """
    if stop.asked():
        raise Stopped
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                          stderr=errors, cwd=folder, start_new_session=True) as child:
        while True:
            try:
                text, _ = child.communicate(timeout=TICK_S)
                break
            except subprocess.TimeoutExpired:
                if stop.asked():
                    _end(child, stop)
                    raise Stopped from None
    code = child.returncode
    return (128 - code if code < 0 else code), text or b""


def _end(child: subprocess.Popen[bytes], stop: Stop) -> None:
    """Asks child to end and waits until it has, since it may be installing packages.
    A second signal to this program kills its whole process group."""
    child.terminate()
    while child.poll() is None:
        if stop.signals > 1:
            os.killpg(child.pid, signal.SIGKILL)
        time.sleep(TICK_S)
