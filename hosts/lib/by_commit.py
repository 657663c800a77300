"""Tracks the commits of a range: finds those at which the measurements step."""

import hashlib
from pathlib import Path

import cells
import changes
from cells import Cell
from commits import Builder, Commit, Found, Tree, find_steps
from measure import Measurer, Missing
from steps import Step
from store import Entry, Store, locked
from tracker import Tracker, exit_code


def track(tracker: Tracker) -> int:
    """Searches the range, reports, and returns the exit code."""
    options = tracker.options
    source = Path(options.git).resolve()
    name = hashlib.sha256(f"{source}\n".encode()).hexdigest()[:16]
    # At the same place each time: own_kernel keeps what it built by the tree's path.
    folder = tracker.libraries.cache_folder() / "source" / f"track-{name}"
    tree = Tree(source, folder / "tree", tracker.stop)
    commits = tree.commits(options.range)
    store = Store(tracker.store.folder / "commits", tracker.libraries.hosts)
    images = store.own / "images"
    for each in (images, folder):
        each.mkdir(parents=True, exist_ok=True)
    passed_on = [f"--config={each}" for each in options.config]
    if options.cache:
        passed_on.append(f"--cache={options.cache}")
    with store.locked(), locked(folder / "lock", folder):
        return _Search(
            tracker, store, commits,
            Builder(tree, tracker.hosts / "own_kernel", passed_on, images, tracker.stop),
            tracker.measurer(store, tracker.work / "commits", images)).run()


class _Search:
    """The search through `commits`, built by `builder` and measured by `measurer`."""

    def __init__(self, tracker: Tracker, store: Store, commits: list[Commit],
                 builder: Builder, measurer: Measurer) -> None:
        self._tracker, self._store, self._commits = tracker, store, commits
        self._builder, self._measurer = builder, measurer
        self._missing: list[Missing] = []

    def run(self) -> int:
        """Finds and reports the steps, and returns the exit code."""
        self._missing += self._tracker.calibrate()
        found = find_steps(
            len(self._commits), self._measure,
            lambda low, high: any(step.differs for step in self._steps(low, high)))
        lines = [f"# KVM exits by commit: {self._tracker.options.range}", ""]
        if not found.steps:
            lines += ["The ends of the range do not differ.", ""]
        judged = []
        for low, high in found.steps:
            for step in self._steps(low, high):
                if step.differs:
                    judged.append(step)
                    lines += changes.format_step(step, self._title(low, high, step))
        lines += self._unmeasured(found) + changes.format_missing(self._missing)
        self._tracker.finish(self._store, lines, self._series())
        return exit_code(judged, self._missing)

    def _measure(self, index: int) -> bool:
        """Returns whether there are results of that commit on all hosts now."""
        commit = self._commits[index]
        lacking = [cell for cell in self._cells(commit) if not self._store.has(
            cell.name, self._tracker.options.profile)]
        if not lacking:
            return True
        if not self._builder.build(commit):
            self._missing.append(Missing(f"{commit.short} {commit.subject}", "image",
                                         "it can't be built"))
            return False
        missing = self._measurer.measure(lacking)
        if not missing:
            self._builder.remove(commit)
        self._missing += missing
        return not any(each.what == "results" for each in missing)

    def _cells(self, commit: Commit) -> list[Cell]:
        options = self._tracker.options
        return cells.plan([commit.kernel], options.hosts, options.flags,
                          self._tracker.libraries)

    def _entry(self, cell: Cell) -> Entry | None:
        """Returns the entry of cell, None if there is none."""
        for entry in self._store.entries():
            if entry.results.name == f"{cell.name}.pb":
                return entry
        return None

    def _steps(self, low: int, high: int) -> list[Step]:
        """Returns what changed between two commits that were measured, by host."""
        differ, steps = self._tracker.differ(), []
        for cells_of_host in zip(self._cells(self._commits[low]),
                                 self._cells(self._commits[high])):
            old, new = map(self._entry, cells_of_host)
            if old and new:
                steps.append(differ.compare(
                    old, new, self._tracker.store.calibration(new.host)))
        return steps

    def _title(self, low: int, high: int, step: Step) -> str:
        commit = self._commits[high]
        between = [each.name[:12] for each in self._commits[low + 1:high]]
        return f"{step.new.series}: {commit.name[:12]} {commit.subject}" + (
            f"; or {', '.join(between)} before it, which have no results"
            if between else "")

    def _unmeasured(self, found: Found) -> list[str]:
        """Returns a line for each interval whose ends do not differ."""
        lines = [f"- {high - low - 1} after {self._commits[low].name[:12]}: "
                 f"{self._commits[high].name[:12]} does not differ from it"
                 for low, high in found.equal]
        return ["## Commits not measured", "", *lines, ""] if lines else []

    def _series(self) -> dict[str, list[Entry]]:
        """Returns the entries of the range in its order, by series."""
        series: dict[str, list[Entry]] = {}
        for commit in self._commits:
            for cell in self._cells(commit):
                if entry := self._entry(cell):
                    series.setdefault(entry.series, []).append(entry)
        return series
