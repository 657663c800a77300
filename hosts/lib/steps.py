"""What changed from one kernel to the next, by `exitbench diff`."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import children
from failure import Exit, Failure
from store import Entry

# What becomes of a case that no metric of is compared, as diff has it, apart from
# "recovered". Such a case is never unchanged.
NOT_COMPARED = ("newly failing", "still failing", "newly skipped", "skipped on both",
                "removed", "added", "other payload")


@dataclass(frozen=True)
class Metric:
    """A metric of a case on both sides, None on one that has it not. `percent` is its
    change, of the old value, None where there is no such."""

    case: str
    name: str
    unit: str
    old: float | None
    new: float | None
    percent: float | None


@dataclass(frozen=True)
class Function:
    """A function that grew: the instructions of its own, in one event."""

    name: str
    module: str
    old: float
    new: float


@dataclass(frozen=True)
class Step:
    """What changed from `old` to `new`, two entries of one series.

    If they can't be compared `refused` says why, and all else is empty. `metrics` has
    those that are not the same by their verdict (better, worse, unsure, added, removed,
    not comparable), `same` is the number of the others. `cases` has, by what became of
    them, those with no metric compared, each with the reason if one is known.
    `functions` has those that grew, by the case that became worse, the largest first.
    """

    old: Entry
    new: Entry
    refused: str = ""
    metrics: dict[str, list[Metric]] = field(default_factory=dict)
    same: int = 0
    cases: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    functions: dict[str, list[Function]] = field(default_factory=dict)

    @property
    def worse(self) -> bool:
        """Returns whether something got worse, or fails that did not."""
        return bool(self.metrics.get("worse") or self.cases.get("newly failing"))

    @property
    def differs(self) -> bool:
        """Returns whether the measurements differ at all. A step that can't be compared
        does."""
        return bool(self.refused or self.worse or self.metrics.get("better")
                    or self.metrics.get("added") or self.metrics.get("removed")
                    or any(self.cases.get(kind) for kind in (
                        "newly skipped", "removed", "added", "recovered")))


@dataclass(frozen=True)
class Differ:
    """Compares entries, by the exitbench at `binary`."""

    binary: Path
    stop: children.Stop

    def compare(self, old: Entry, new: Entry, calibration: Path) -> Step:
        """Returns the step from old to new. The calibration is used if it is there, and
        the profiles if both have one."""
        options = ["--format=json"]
        if calibration.is_file():
            options.append(f"--calibration={calibration}")
        if old.profile.is_file() and new.profile.is_file():
            options.append("--functions")
        code, text = children.run(
            [str(self.binary), "diff", *options, str(old.results), str(new.results)],
            self.stop, subprocess.PIPE)
        if code not in (0, 1, 3):
            raise Failure(Exit.RESULTS, f"exitbench diff of {old.results.name} and "
                          f"{new.results.name} ends with {code}")
        try:
            return _parse(old, new, json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            raise Failure(Exit.RESULTS, f"exitbench diff of {old.results.name} and "
                          f"{new.results.name}: {error!r}") from error


def _parse(old: Entry, new: Entry, diff: dict[str, Any]) -> Step:
    """Returns the step that diff's JSON tells of."""
    if diff["refused"]:
        return Step(old, new, refused="; ".join(
            f"{each['what']}: {each['old']} -> {each['new']}"
            for each in diff["differences"] if each["action"].startswith("refuse"))
            or "diff refuses")
    metrics: dict[str, list[Metric]] = {}
    cases: dict[str, list[tuple[str, str]]] = {}
    for case in diff["cases"]:
        for each in case["metrics"]:
            metrics.setdefault(each["verdict"], []).append(_metric(case["name"], each))
        if case["change"] != "compared":
            cases.setdefault(case["change"], []).append((case["name"], case["reason"]))
    same = len(metrics.pop("same", []))
    for each in metrics.values():
        each.sort(key=_by_change)
    worse = {metric.case for metric in metrics.get("worse", ())}
    functions = {each["case"]: _grown(each["functions"])
                 for each in diff.get("functions", ()) if each["case"] in worse}
    uncounted = (f"{each['mitigation']}: the cost of {each['instruction']} on hardware "
                 "is not in these counts" for each in diff["uncounted_mitigations"])
    return Step(old, new, "", metrics, same, cases,
                (*diff["warnings"], *uncounted), functions)


def _metric(case: str, metric: dict[str, Any]) -> Metric:
    old, new = (metric[side]["value"] if metric[side]["runs"] else None
                for side in ("old", "new"))
    percent = 100 * (new / old - 1) if old and new is not None else None
    return Metric(case, metric["name"], metric["unit"], old, new, percent)


def _by_change(metric: Metric) -> float:
    """Returns a key that sorts the largest change first, and above all what has none in
    percent."""
    return -abs(metric.percent) if metric.percent is not None else float("-inf")


def _grown(functions: Sequence[dict[str, Any]]) -> list[Function]:
    """Returns those that grew, the largest change first."""
    grown = [Function(each["name"], each["module"], each["old_self"], each["new_self"])
             for each in functions if each["new_self"] > each["old_self"]]
    grown.sort(key=lambda each: each.old - each.new)
    return grown
