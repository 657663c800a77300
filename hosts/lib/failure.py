"""How matrix and track say that they cannot go on, and with which exit code."""

import contextlib
import enum
import sys


# The name that messages begin with. A tool other than matrix sets it.
tool = "matrix"


class Exit(enum.IntEnum):
    """Exit codes of the tools' own; those of lib/common.sh, which a test compares."""

    USAGE = 200
    KERNEL = 201
    BOOT = 202
    RESULTS = 204
    MACHINE = 205


class Failure(Exception):
    """Ends the tool with an exit code. An empty text: it has been said already."""

    def __init__(self, code: int, text: str = "") -> None:
        super().__init__(text)
        self.code = code


def say(*lines: str) -> None:
    """Prints lines on standard error, the first with the tool's name, at once.

    Nobody reading them is no reason to end.
    """
    with contextlib.suppress(BrokenPipeError):
        sys.stderr.write(f"{tool}: " + "\n".join(lines) + "\n")
        sys.stderr.flush()
