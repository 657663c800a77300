"""What matrix and track have in common as commands."""

import argparse
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import children
import failure
from failure import Exit, Failure, say

OPTIONS_HELP = "see --help (exitbench's own come after --)"


class Parser(argparse.ArgumentParser):
    """Parses what comes before --, and fails with the exit code of a usage error. Its
    help is the tool's text."""

    def __init__(self) -> None:
        super().__init__(add_help=False, allow_abbrev=False)
        self.add_argument("-h", "--help", action="store_true")

    def error(self, message: str) -> NoReturn:
        raise Failure(Exit.USAGE, f"{message}; {OPTIONS_HELP}")

    def parse(self, argv: list[str]) -> argparse.Namespace:
        """Returns the options, with what comes after -- as `arguments`, or raises
        Failure."""
        end = argv.index("--") if "--" in argv else len(argv)
        options, unknown = self.parse_known_args(argv[:end])
        if unknown:
            self.error(f"unknown argument '{unknown[0]}'")
        options.arguments = argv[end + 1:]
        return options


def names(text: str) -> list[str]:
    """Returns the names in a list that commas separate."""
    return text.removesuffix(",").split(",") if text else []


def check_hosts(option: str, hosts: list[str], known: list[str]) -> None:
    """Raises Failure if one of hosts is none of those known."""
    for host in hosts:
        if host not in known:
            raise Failure(Exit.USAGE, f"{option}: '{host}' is none of {' '.join(known)}")


def check_binary(path: str) -> None:
    """Raises Failure if there is no exitbench for this machine at path."""
    if not Path(path).is_file():
        raise Failure(Exit.USAGE, f"no binary at {path}; build it "
                      "(bazel build //:exitbench) or give --binary")


def print_text(text: str) -> None:
    """Prints text, and ends at once, as other tools do, if nobody reads it. No child
    runs any more."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    print(text, end="", flush=True)


def _called_as() -> str:
    """Returns the name this was called by. Installed it is another one, in the PATH."""
    name = Path(sys.argv[0]).name
    return name if shutil.which(name) == sys.argv[0] else sys.argv[0]


def main(tool: str, text: str, parser: Parser,
         run: Callable[[argparse.Namespace, children.Stop], int]) -> int:
    """Parses the command line, does what run does, and returns the exit code. --help
    prints text, which calls the tool hosts/TOOL."""
    failure.tool = tool
    stop = children.Stop()
    stop.listen()
    try:
        options = parser.parse(sys.argv[1:])
        if options.help:
            print_text(text.replace(f"hosts/{tool}", _called_as()))
            return 0
        return run(options, stop)
    except children.Stopped:
        return 128 + stop.signal_number
    except Failure as why:
        if str(why):
            say(str(why))
        return why.code
    except OSError as error:
        say(f"{error.filename or 'a file'}: {error.strerror}")
        return Exit.MACHINE
