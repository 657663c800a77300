#!/usr/bin/env python3
"""paste.py [--check] DOCUMENT EXITBENCH DIRECTORY: output in a document, pasted
by machine.

Each fenced block of DOCUMENT whose first line is "$ exitbench diff ...", and so
with profile, explain and show, holds that command and its output. The command is run
in DIRECTORY with bash, exitbench being EXITBENCH, and its output put in place of what
is there. With --check nothing is written: exits with 1, and shows the difference, if
something would be.
"""
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```\n\$ (exitbench (?:diff|explain|profile|show) .*)\n(?:.*\n)*?```$", re.MULTILINE)


def main():
    check = sys.argv[1] == "--check"
    document, exitbench, directory = sys.argv[1 + check:]
    with tempfile.TemporaryDirectory() as commands:
        os.symlink(os.path.abspath(exitbench), commands + "/exitbench")
        environment = {**os.environ, "PATH": commands + ":" + os.environ["PATH"]}
        environment.pop("COLUMNS", None)

        def output_of(block):
            run = subprocess.run(
                ["bash", "-o", "pipefail", "-c", block[1]],
                cwd=directory, env=environment, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=100)
            # diff exits with 1 where something got worse; head closes its pipe.
            if run.returncode not in (0, 1, 141) or not run.stdout:
                sys.exit(f"exit code {run.returncode}: {block[1]}")
            return f"```\n$ {block[1]}\n{run.stdout.rstrip()}\n```"

        old = pathlib.Path(document).read_text()
        new, blocks = BLOCK.subn(output_of, old)
    if not blocks:
        sys.exit(f"{document} has no block that begins with $ exitbench diff, explain, profile or show")
    if not check:
        pathlib.Path(document).write_text(new)
    elif new != old:
        sys.stdout.writelines(difflib.unified_diff(
            old.splitlines(True), new.splitlines(True), document, "measured"))
        sys.exit(1)


main()
