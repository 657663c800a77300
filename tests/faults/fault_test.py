#!/usr/bin/env python3
"""Every system call may fail: makes calls of a quick run fail, one at a time.

    tests/faults/fault_test.py --binary=bazel-bin/tests/faults/faulty_exitbench
        [--all] [--jobs=N]

First records from which sites a whole quick run makes its calls (a site is the
call's name and the functions that it came through), and which cases make them.
Then, for each site, its first, second, middle and last call fail with each
plausible errno (a sample of them without --all), in a run of the quickest case
that makes it and of two other cases. The run must end in time, without a crash
or a leak of file descriptors or vCPU mappings, with a documented exit code, must
say what failed, and must still run the cases that the fault did not hit.
"""
import argparse
import collections
import concurrent.futures
import errno
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time

ERRNOS = ["ENOMEM", "EINTR", "EAGAIN", "EINVAL", "ENOSYS", "EFAULT", "ENOSPC",
          "EPERM", "EBADF"]
TIME_LIMIT_S = 120  # With a fault.
WHOLE_RUN_LIMIT_S = 900
BAD_OUTCOMES = ("OUTCOME_FAILED", "OUTCOME_TIMEOUT")
# Run beside the case that the fault is to hit, to see that they still do.
WITNESSES = ["pio/out.ring3", "vm/get_regs"]


class Done:
    """What came of one run."""

    def __init__(self, code, cases, stderr, leaked, calls, seconds):
        self.code, self.cases, self.stderr = code, cases, stderr
        self.leaked, self.calls, self.seconds = leaked, calls, seconds


class Runner:
    """Each thread's runs have their files in a folder of their own."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder

    def run(self, names, env=None, limit_s=TIME_LIMIT_S, timeout="10s"):
        """names: exact names of cases; None is all."""
        folder = os.path.join(self.folder, str(threading.get_ident()))
        os.makedirs(folder, exist_ok=True)
        out, leaks, log = (os.path.join(folder, name)
                           for name in ("x.pb", "leaks", "calls"))
        for path in (out, leaks, log):
            if os.path.exists(path):
                os.unlink(path)
        command = [self.binary, "run", "--quick", "--exits=10", "--seed=1",
                   f"--timeout={timeout}", "--reruns=0", "--format=json",
                   f"--out={out}"]
        if names is not None:
            command.append("--cases=" + ",".join(
                f"^{re.escape(name)}$" for name in names))
        env = dict(os.environ, EXITBENCH_LEAK_LOG=leaks,
                   EXITBENCH_FAULT_LOG=log, **(env or {}))
        start = time.monotonic()
        try:
            done = subprocess.run(command, capture_output=True, text=True,
                                  env=env, timeout=limit_s)
        except subprocess.TimeoutExpired:
            return Done(None, {}, "", "hung", {}, limit_s)
        cases = {}
        if done.stdout.startswith("{"):
            cases = {c["name"]: c for c in json.loads(done.stdout)["cases"]}
        leaked = open(leaks).read() if os.path.exists(leaks) else ""
        calls = collections.Counter()
        if os.path.exists(log):
            calls.update(tuple(line.rsplit(maxsplit=1)) for line in open(log))
        return Done(done.returncode, cases, done.stderr, leaked, calls,
                    time.monotonic() - start)

    def run_well(self, names):
        done = self.run(names, limit_s=WHOLE_RUN_LIMIT_S, timeout="60s")
        if done.code != 0:
            bad = [f"{c['name']}: {c['reason']}" for c in done.cases.values()
                   if c["outcome"] in BAD_OUTCOMES]
            sys.exit(f"without a fault: exit {done.code}: {done.stderr} {bad}")
        if done.leaked.split() != ["fds", "0", "mappings", "0"]:
            sys.exit(f"without a fault it leaks: {done.leaked}")
        return done


def complaint(done, name, expected_cases, error):
    """What is wrong with how a run took a fault; empty if nothing."""
    if done.code is None:
        return "it hung"
    if done.code not in (0, 1, 2, 3):
        return f"exit code {done.code}: {done.stderr[-300:]}"
    for line in done.leaked.splitlines():
        if line != "fds 0 mappings 0":
            return f"it leaked: {line}"
    bad = [c for c in done.cases.values() if c["outcome"] in BAD_OUTCOMES]
    said = done.stderr + " ".join(c["reason"] + c["no_legs"] + c["proof"]
                                  for c in done.cases.values())
    if done.code == 1 and not bad:
        return "exit code 1 and no case failed"
    if done.code in (1, 2) and name not in said and \
            os.strerror(error) not in said:
        return f"nothing says what failed: {done.stderr[-200:]} " + \
            " ".join(c["reason"] for c in bad)[:300]
    if done.code in (0, 1) and set(done.cases) != expected_cases:
        missing = sorted(expected_cases - set(done.cases))
        return f"cases are missing: {missing[:5]}"
    if done.code == 1 and len(bad) > 1:
        return "one fault failed several cases: " + \
            ", ".join(c["name"] for c in bad[:5])
    return ""


def sites_of(runner, pool):
    """{(name, site): the quickest case that makes it}, of all cases."""
    whole = runner.run_well(None)
    quickest = {}
    names = [case["name"] for case in whole.cases.values()
             if case["outcome"] == "OUTCOME_OK"]
    for name, alone in zip(names, pool.map(
            lambda name: runner.run_well([name]), names)):
        for site in alone.calls:
            if site not in quickest or alone.seconds < quickest[site][0]:
                quickest[site] = (alone.seconds, name)
    unmet = set(whole.calls) - set(quickest)
    # A busy host has calls that a quiet one does not.
    for name, site in sorted(unmet):
        print(f"NOT TRIED: no case alone calls {name} from {site}", flush=True)
    print(f"{sum(whole.calls.values())} calls of a whole quick run, from "
          f"{len(quickest)} sites", file=sys.stderr)
    return {site: case for site, (_, case) in quickest.items()}


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--binary", required=True)
    p.add_argument("--all", action="store_true")
    p.add_argument("--sample", type=int, default=300)
    p.add_argument("--jobs", type=int, default=1)
    args = p.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        runner = Runner(args.binary, folder)
        selections = collections.defaultdict(list)
        for site, case in sites_of(runner, pool).items():
            selections[case].append(site)
        faults = []
        for case, sites in sorted(selections.items()):
            names = sorted({case, *WITNESSES})
            calls = runner.run_well(names).calls
            for site in sorted(sites):
                n = calls[site]
                faults += [(site, names, nth, error)
                           for nth in sorted({1, min(2, n), (n + 1) // 2, n})
                           for error in ERRNOS]
        in_all = len(faults)
        if not args.all:
            faults = random.Random(1).sample(faults,
                                             min(args.sample, in_all))
        print(f"{len(faults)} of {in_all} faults", file=sys.stderr, flush=True)

        def why_bad(fault):
            (name, site), names, nth, error = fault
            number = getattr(errno, error)
            done = runner.run(names, {
                "EXITBENCH_FAULT_SITE": site, "EXITBENCH_FAULT_NTH": str(nth),
                "EXITBENCH_FAULT_ERRNO": str(number)})
            return complaint(done, name, set(names), number)

        failures = 0
        for i, (fault, why) in enumerate(zip(faults,
                                             pool.map(why_bad, faults))):
            if why:
                failures += 1
                (name, site), names, nth, error = fault
                print(f"FAILED: {name} {site} {nth} {error} in "
                      f"{' '.join(names)}: {why}", flush=True)
            if i % 500 == 499:
                print(f"{i + 1} faults, {time.monotonic() - start:.0f} s",
                      file=sys.stderr, flush=True)
        print(f"{len(faults)} of {in_all} faults, {failures} failures, "
              f"{time.monotonic() - start:.0f} s")
        sys.exit(failures != 0)


if __name__ == "__main__":
    main()
