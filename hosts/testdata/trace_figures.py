#!/usr/bin/env python3
"""trace_figures.py TRACE RESULTS.json: what a trace and a results file have.

Prints a line "trace NAME..." with the names in the trace and a line "results
NAME..." with those of the cases that are OK, both sorted. Then for each case, which
has to be one that exits to userspace once per event, "NAME METRIC TRACE RESULTS":
the instructions of one event by the trace, as most events have it, and those by the
results file. QEMU's trace has one more, the instruction that exits, which QEMU does
not count. Ends with 1 if marks do not come in pairs, or instructions of a case are
missing.
"""

import array
import collections
import json
import sys

RET, STAMPS, BEGIN, END, CUT, AS_BEFORE = 2, (8, 9), 64, 65, 66, 67
KERNEL = 1 << 47
ADDRESS = (1 << 48) - 1


def kind(word):
    return word >> 48 & 0xFF


def slot(word):
    return (word * 0x9E3779B97F4A7C15 & (1 << 64) - 1) >> 48


def expanded(words):
    """Yields all instructions, also those that are there as a number only."""
    after, before = {}, 0
    for word in words:
        if kind(word) == AS_BEFORE:
            for _ in range(word & ADDRESS):
                before = after[slot(before)]
                yield before
        elif kind(word) in (BEGIN, END, CUT):
            before = 0
            yield word
        else:
            after[slot(before)] = before = word
            yield word


def batches(words):
    """Yields the name of each case and its words after that."""
    batch = None
    for word in words:
        if kind(word) in (BEGIN, END):
            if (kind(word) == BEGIN) != (batch is None):
                sys.exit("marks do not come in pairs")
            if batch is not None:
                yield split_name(batch)
            batch = [] if batch is None else None
        elif batch is None:
            sys.exit("an instruction outside of marks")
        else:
            batch.append(word)
    if batch is not None:
        sys.exit("a mark without an end")


def split_name(batch):
    name = ""
    for i, word in enumerate(batch):
        if kind(word) == RET and not word & KERNEL:
            letter = word & 0xFFF
            if letter == 0:
                return name, batch[i + 1 :]
            name += chr(letter)
    sys.exit("a name without an end")


def mode(numbers):
    return collections.Counter(numbers).most_common(1)[0][0]


def figures(batch):
    """The metrics of a case with one exit to userspace per event.

    Its stamps are: KVM_RUN is called, (the guest before the event, KVM_RUN has
    returned, it is called again, the guest after the event) for each event, and
    KVM_RUN has returned.
    """
    at = [i for i, w in enumerate(batch) if kind(w) in STAMPS and not w & KERNEL]
    if len(at) % 4 != 2 or len(at) < 10:
        return {}
    events = [at[i : i + 4] for i in range(1, len(at) - 1, 4)]
    return {
        "guest": mode(event[3] - event[0] for event in events),
        "kvm_run": mode(
            after[1] - before[2] for before, after in zip(events, events[1:])
        ),
    }


def main(trace, results):
    words = array.array("Q")
    with open(trace, "rb") as file:
        words.frombytes(file.read())
    if words[0] != int.from_bytes(b"EBTRACE2", "little"):
        sys.exit("no trace")
    traced = dict(batches(expanded(words[2:])))
    with open(results, encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    ok = {c["name"]: c for c in cases if c["outcome"] == "OUTCOME_OK"}
    print("trace", *sorted(traced))
    print("results", *sorted(ok))
    for name in sorted(traced):
        if any(kind(word) == CUT for word in traced[name]):
            sys.exit(name + " is cut")
        for metric in ok[name]["metrics"]:
            figure = figures(traced[name]).get(metric["name"])
            if figure is not None:
                print(name, metric["name"], figure, metric["all"]["iqm"])


if __name__ == "__main__":
    main(*sys.argv[1:])
