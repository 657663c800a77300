"""Tracks Debian's kernels, in the order of their versions."""

import cells
import changes
from failure import say
from measure import Missing
from store import Entry
from tracker import Tracker, exit_code


def track(tracker: Tracker) -> int:
    """Measures what the store lacks, reports, and returns the exit code."""
    store, summary_only = tracker.store, tracker.options.summary
    missing = [] if summary_only else _measure(tracker)
    entries = store.entries()
    unreported = store.unreported(entries)
    differ = tracker.differ()
    series: dict[str, list[Entry]] = {}
    for entry in entries:
        series.setdefault(entry.series, []).append(entry)
    lines, judged = ["# KVM exits by kernel", ""], []
    for name, kernels in series.items():
        if kernels[0] in unreported or len(kernels) == 1:
            lines += [f"## {name}: {kernels[0].kernel}", "",
                      "The oldest: there is none to compare it with.", ""]
        for old, new in zip(kernels, kernels[1:]):
            is_new, is_newest = new in unreported, new == kernels[-1]
            if not (is_new or is_newest):
                continue
            step = differ.compare(old, new, store.calibration(new.host))
            if is_newest if summary_only else is_new:
                judged.append(step)
            lines += changes.format_step(step, f"{name}: {old.kernel} -> {new.kernel}"
                                         + ("" if is_new else " (reported before)"))
    lines += changes.format_missing(missing)
    tracker.finish(store, lines, series)
    if not summary_only:
        store.report(entries)
    return exit_code(judged, missing)


def _measure(tracker: Tracker) -> list[Missing]:
    """Measures what the store lacks, and returns what it lacks then."""
    options, libraries = tracker.options, tracker.libraries
    hosts = options.hosts or ["svm-npt"]
    for cpu in sorted({cells.architecture(host) for host in hosts}):
        libraries.refresh(cpu)
    wanted = cells.plan(options.kernels, options.hosts, options.flags, libraries)
    lacking = [cell for cell in wanted
               if options.again or not tracker.store.has(cell.name, options.profile)]
    say(f"{len(lacking)} of {len(wanted)} cells to measure")
    return tracker.calibrate() + tracker.measurer(
        tracker.store, tracker.work).measure(lacking)
