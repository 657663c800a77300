"""The summary of a matrix: every case on every host."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import children
from cells import Cell
from failure import Exit, say
from record import Files, Profiled, read_record

_SHORT = {"OK": "ok", "SKIPPED": "skip", "FAILED": "FAIL", "TIMEOUT": "TIME"}
_BAD = ("FAILED", "TIMEOUT")


@dataclass(frozen=True)
class CaseOutcome:
    """What came of one case: OK, SKIPPED, FAILED or TIMEOUT, and why, if not OK."""

    name: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class CellOutcome:
    """What came of one cell. `exit_code` and `seconds` are "-" if it has not ended;
    `cases` is None if it has no results, `profiled` if it has no profile."""

    name: str
    exit_code: str
    seconds: str
    cases: Sequence[CaseOutcome] | None
    profiled: Profiled | None = None


def parse_cases(text: str | bytes) -> list[CaseOutcome]:
    """Returns the cases in what `exitbench show --format=json` prints.

    Raises ValueError if it is something else, or has no case.
    """
    try:
        parsed = json.loads(text)
        cases = [_parse_case(case)
                 for results in (parsed if isinstance(parsed, list) else [parsed])
                 for case in results["cases"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not exitbench's results: {error!r}") from error
    if not cases:
        raise ValueError("no cases")
    return cases


def _parse_case(case: dict[str, str]) -> CaseOutcome:
    return CaseOutcome(_printable(case["name"]),
                       _printable(case["outcome"].removeprefix("OUTCOME_").upper()),
                       _printable(case.get("reason") or ""))


def _printable(text: str) -> str:
    """Returns text with spaces for what would move a terminal's cursor."""
    return "".join(char if char.isprintable() else " " for char in text)


def read_cell(cell: Cell, out: Path, binary: Path,
              stop: children.Stop) -> CellOutcome:
    """Returns what came of cell, by its files in the folder out. Says so if it has
    results that cannot be read."""
    files = Files.of(out, cell)
    record = read_record(files.record)
    cases = None
    if files.results.is_file():
        code, text = children.run(
            [str(binary), "show", "--format=json", str(files.results)], stop,
            subprocess.PIPE)
        try:
            cases = parse_cases(text) if code == 0 else None
        except ValueError:
            pass
        if cases is None:
            say(f"cannot read {files.results}")
    return CellOutcome(cell.name, str(record.exit_code) if record else "-",
                       str(record.seconds) if record else "-", cases,
                       files.profiled(record))


def exit_code(cells: Sequence[CellOutcome]) -> int:
    """Returns matrix's exit code for what came of its cells."""
    if any(cell.cases is None or _lacks_profile(cell) for cell in cells):
        return Exit.BOOT
    return int(any(case.outcome in _BAD for cell in cells for case in cell.cases or ()))


def format_summary(cells: Sequence[CellOutcome]) -> str:
    """Returns the cells, a table of cases by cells, and each reason once, with the
    cells that it holds for; first those that have profiles, and no results."""
    parts = [_cell_table(cells), _case_table(cells),
             _profiles(cells) + _without(cells) + _reasons(cells)]
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts if part)


def _cell_table(cells: Sequence[CellOutcome]) -> list[str]:
    lines = [f"{'cell':>4} {'OK':>5} {'SKIPPED':>8} {'FAILED':>7} {'TIMEOUT':>8} "
             f"{'exit':>5} {'seconds':>7}  kernel, host, flags"]
    for number, cell in enumerate(cells, 1):
        count = Counter(case.outcome for case in cell.cases or ())
        lines.append(
            f"{number:4} {count['OK']:5} {count['SKIPPED']:8} {count['FAILED']:7} "
            f"{count['TIMEOUT']:8} {cell.exit_code:>5} {cell.seconds:>7}  {cell.name}")
    return lines


def _case_table(cells: Sequence[CellOutcome]) -> list[str]:
    """Returns a line for each case, in the order in which they first come."""
    outcomes = [{case.name: case.outcome for case in cell.cases or ()} for cell in cells]
    names = list(dict.fromkeys(name for each in outcomes for name in each))
    if not names:
        return []
    width = max(map(len, names))
    rows = [("case", [str(number) for number in range(1, len(cells) + 1)])]
    for name in names:
        rows.append((name, [_short(each.get(name)) for each in outcomes]))
    return [f"{name:{width}}" + "".join(f" {word:>4}" for word in words)
            for name, words in rows]


def _short(outcome: str | None) -> str:
    return "-" if outcome is None else _SHORT.get(outcome, outcome)


def _reasons(cells: Sequence[CellOutcome]) -> list[str]:
    """Returns a line for each case and reason of those not OK; SKIPPED comes last."""
    where: dict[CaseOutcome, list[str]] = {}
    for number, cell in enumerate(cells, 1):
        for case in _not_ok(cell.cases or ()):
            where.setdefault(case, []).append(str(number))
    return [f"{case.outcome} {case.name} in {' '.join(where[case])}: {case.reason}"
            for case in sorted(where, key=lambda case: case.outcome == "SKIPPED")]


def _profiles(cells: Sequence[CellOutcome]) -> list[str]:
    """Returns a line that says which cells have profiles, of how many cases."""
    where = {str(number): cell.profiled
             for number, cell in enumerate(cells, 1) if cell.profiled}
    if not where:
        return []
    cases = sum(each.cases for each in where.values())
    traced = sum(each.traced for each in where.values())
    return [f"PROFILES in {' '.join(where)}: {cases} of {traced} cases"]


def _lacks_profile(cell: CellOutcome) -> bool:
    """Returns whether cell has results, and emuhost failed after them: only the
    profile is made then."""
    return cell.cases is not None and cell.exit_code not in ("-", "0", "1")


def _without(cells: Sequence[CellOutcome]) -> list[str]:
    """Returns a line for each way in which cells came to have no results, or no
    profile that was asked for."""
    where: dict[tuple[str, str], list[str]] = {}
    for number, cell in enumerate(cells, 1):
        if cell.cases is None or _lacks_profile(cell):
            what = "PROFILE" if cell.cases is not None else "RESULTS"
            how = "not run" if cell.exit_code == "-" else f"exit code {cell.exit_code}"
            where.setdefault((what, how), []).append(str(number))
    return [f"NO {what} in {' '.join(numbers)}: {how}"
            for (what, how), numbers in where.items()]


def _not_ok(cases: Iterable[CaseOutcome]) -> list[CaseOutcome]:
    return [case for case in cases if case.outcome != "OK"]
