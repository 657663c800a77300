#!/usr/bin/env python3
"""outcomes.py [--check] DOCUMENT EXITBENCH DIRECTORY: tables of outcomes in a document,
made by machine.

DOCUMENT has a line "<!-- outcomes PATTERN -->" and later "<!-- end of outcomes -->". What
is between becomes two tables of the results files that PATTERN names in DIRECTORY: how
many cases had which outcome, and why cases were SKIPPED. With --check nothing is
written: exits with 1, and shows the difference, if something would be.
"""
import collections
import difflib
import json
import pathlib
import re
import subprocess
import sys

REGION = re.compile(r"(<!-- outcomes (\S+) -->\n).*?(?=<!-- end of outcomes -->)", re.DOTALL)
OUTCOMES = ("OK", "SKIPPED", "FAILED", "TIMEOUT")
USER_MODE = (".ring3", ".el0")


def cases_of(exitbench, path):
    """Returns {name: (outcome, reason)} of a results file."""
    text = subprocess.run([exitbench, "show", "--format=json", str(path)], check=True,
                          stdout=subprocess.PIPE, text=True, timeout=100).stdout
    return {case["name"]: (case["outcome"].removeprefix("OUTCOME_"), case["reason"])
            for case in json.loads(text)["cases"]}


def folded(names):
    """Returns the names as text: a case in both modes once."""
    words = []
    for name in names:
        mode = next((each for each in USER_MODE if name.endswith(each)), "")
        if mode and words and words[-1] == name.removesuffix(mode):
            words[-1] += f" and {mode}"
        else:
            words.append(name)
    return ", ".join(words)


def tables(exitbench, directory, pattern):
    """Returns the lines of both tables."""
    paths = sorted(pathlib.Path(directory).glob(pattern))
    if not paths:
        sys.exit(f"no file {pattern} in {directory}")
    skipped = collections.defaultdict(lambda: collections.defaultdict(list))
    yield "| cell | " + " | ".join(OUTCOMES) + " | file |"
    yield "| --- |" + " --- |" * (len(OUTCOMES) + 1)
    for number, path in enumerate(paths, 1):
        cases = cases_of(exitbench, path)
        count = collections.Counter(outcome for outcome, _ in cases.values())
        yield f"| {number} | " + " | ".join(str(count[each]) for each in OUTCOMES) + \
            f" | {path.relative_to(directory)} |"
        for name, (outcome, reason) in cases.items():
            if outcome == "SKIPPED":
                skipped[reason][name].append(number)
    yield ""
    yield "SKIPPED, by the numbers of the cells above:"
    yield ""
    yield "| cells | cases | why |"
    yield "| --- | --- | --- |"
    for reason, names in skipped.items():
        by_cells = collections.defaultdict(list)
        for name, numbers in names.items():
            by_cells[tuple(numbers)].append(name)
        for numbers, those in by_cells.items():
            where = "all" if len(numbers) == len(paths) else " ".join(map(str, numbers))
            yield f"| {where} | {folded(those)} | {reason} |"


def main():
    check = sys.argv[1] == "--check"
    document, exitbench, directory = sys.argv[1 + check:]
    old = pathlib.Path(document).read_text()
    new, regions = REGION.subn(
        lambda region: region[1] + "\n" + "\n".join(
            tables(exitbench, directory, region[2])) + "\n\n", old)
    if not regions:
        sys.exit(f"{document} has no line <!-- outcomes PATTERN -->")
    if not check:
        pathlib.Path(document).write_text(new)
    elif new != old:
        sys.stdout.writelines(difflib.unified_diff(
            old.splitlines(True), new.splitlines(True), document, "measured"))
        sys.exit(1)


main()
