#!/usr/bin/env python3
"""Every system call may fail: makes calls of a quick run fail, one at a time.

    tests/faults/fault_test.py --binary=bazel-bin/tests/faults/faulty_exitbench
        [--all] [--sample=N] [--jobs=N] [--cases=REGEX]
        [--emuhost='--host=arm64-vhe --kernel=debian:6.12']

First records from which sites a whole quick run makes its calls (a site is the
call's name and the functions that it came through), and which cases make them.
Then, for each site, its first, second, middle and last call fail with each
plausible errno (a sample of them without --all), in a run of the quickest case
that makes it and of two other cases. The run must end in time, without a crash
or a leak of file descriptors or vCPU mappings, with a documented exit code, must
say what failed, and must still run the cases that the fault did not hit.

With --emuhost all of that is done on an emulated host, in three boots, by the binary
for its architecture.
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
# Run beside the case that the fault is to hit, to see that they still do: of x86-64
# and of arm64.
WITNESSES = {False: ["pio/out.ring3", "vm/get_regs"],
             True: ["mmio/read.el0", "vm/get_core_reg"]}
EMUHOST = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                       "../../hosts/emuhost")


class Fault:
    """The `nth` call of `name` from `site`, which is to fail with `error`."""

    def __init__(self, name, site, nth, error):
        self.name, self.site, self.nth, self.error = name, site, nth, error

    @property
    def number(self):
        return getattr(errno, self.error)


class Job:
    """A run: names has the exact names of cases, or a regular expression."""

    def __init__(self, names, fault=None, limit_s=TIME_LIMIT_S, timeout="10s"):
        self.names, self.fault = names, fault
        self.limit_s, self.timeout = limit_s, timeout

    def arguments(self, out):
        cases = self.names if isinstance(self.names, str) else ",".join(
            f"^{re.escape(name)}$" for name in self.names)
        arguments = ["run", "--quick", "--exits=10", "--seed=1",
                     f"--timeout={self.timeout}", "--reruns=0", "--format=json",
                     f"--out={out}"]
        return arguments + ([f"--cases={cases}"] if cases else [])


class Done:
    """What came of one run. code is None if it had to be ended."""

    def __init__(self, code, stdout, stderr, leaked, calls, seconds):
        self.code, self.stderr, self.leaked = code, stderr, leaked
        self.seconds = seconds
        self.cases = {}
        if stdout.startswith("{"):
            self.cases = {c["name"]: c for c in json.loads(stdout)["cases"]}
        self.calls = collections.Counter(
            tuple(line.rsplit(maxsplit=1)) for line in calls.splitlines())


class HereRunner:
    """Runs jobs on this machine, whose KVM they need. Each thread's runs have their
    files in a folder of their own."""

    def __init__(self, binary, folder, jobs):
        self.binary, self.folder = binary, folder
        self.pool = concurrent.futures.ThreadPoolExecutor(jobs)

    def run_all(self, jobs):
        return self.pool.map(self.run, jobs)

    def run(self, job):
        folder = os.path.join(self.folder, str(threading.get_ident()))
        os.makedirs(folder, exist_ok=True)
        out, leaks, log = (os.path.join(folder, name)
                           for name in ("x.pb", "leaks", "calls"))
        for path in (out, leaks, log):
            if os.path.exists(path):
                os.unlink(path)
        env = dict(os.environ, EXITBENCH_LEAK_LOG=leaks, EXITBENCH_FAULT_LOG=log)
        if job.fault:
            env.update(EXITBENCH_FAULT_SITE=job.fault.site,
                       EXITBENCH_FAULT_NTH=str(job.fault.nth),
                       EXITBENCH_FAULT_ERRNO=str(job.fault.number))
        start = time.monotonic()
        try:
            done = subprocess.run([self.binary, *job.arguments(out)],
                                  capture_output=True, text=True, env=env,
                                  timeout=job.limit_s)
        except subprocess.TimeoutExpired:
            return Done(None, "", "", "hung", "", job.limit_s)
        return Done(done.returncode, done.stdout, done.stderr, text_of(leaks),
                    text_of(log), time.monotonic() - start)


class EmulatedRunner:
    """Runs all jobs of a call in one boot of an emulated host, by batch.cc. Times
    are those of the host's clock."""

    def __init__(self, binary, emuhost):
        self.command = [EMUHOST, f"--binary={binary}", *emuhost, "--", "batch"]

    def run_all(self, jobs):
        texts = []
        for job in jobs:
            fault = job.fault
            head = [str(job.limit_s), *([str(fault.number), str(fault.nth), fault.site]
                                        if fault else ["0", "0", "0"])]
            texts.append(" ".join(head + job.arguments("/tmp/x.pb")))
        boot = subprocess.run(self.command + texts, stdout=subprocess.PIPE)
        if boot.returncode != 0:
            sys.exit(f"emuhost: exit code {boot.returncode}")
        rest = boot.stdout
        for _ in texts:
            line, rest = rest.split(b"\n", 1)
            code, milliseconds, *sizes = map(int, line.decode().split()[1:])
            parts = []
            for size in sizes:
                parts.append(rest[:size].decode(errors="replace"))
                rest = rest[size:]
            out, error, leaks, calls = parts
            yield Done(None if code < 0 else code, out, error,
                       "hung" if code < 0 else leaks, calls, milliseconds / 1000)


def text_of(path):
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


def check_well(done):
    """Ends the test unless a run without a fault went well."""
    if done.code != 0:
        bad = [f"{c['name']}: {c['reason']}" for c in done.cases.values()
               if c["outcome"] in BAD_OUTCOMES]
        sys.exit(f"without a fault: exit {done.code}: {done.stderr} {bad}")
    # Each process that runs cases has a line.
    if set(done.leaked.splitlines()) != {"fds 0 mappings 0"}:
        sys.exit(f"without a fault it leaks: {done.leaked}")


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


def faults_of(runner, regex, witnesses):
    """[(fault, names of cases)]: each site with each errno, in the quickest case
    that makes it and beside the witnesses, of all cases that `regex` selects."""
    whole = list(runner.run_all([Job(regex, limit_s=WHOLE_RUN_LIMIT_S,
                                     timeout="60s")]))[0]
    check_well(whole)
    names = [case["name"] for case in whole.cases.values()
             if case["outcome"] == "OUTCOME_OK"]
    # Each alone, and each beside the witnesses.
    beside = [sorted({name, *witnesses}) for name in names]
    jobs = [Job(each, limit_s=WHOLE_RUN_LIMIT_S, timeout="60s")
            for each in [[name] for name in names] + beside]
    done = list(runner.run_all(jobs))
    quickest = {}
    for index, name in enumerate(names):
        check_well(done[index])
        for site in done[index].calls:
            if site not in quickest or done[index].seconds < quickest[site][0]:
                quickest[site] = (done[index].seconds, index)
    # A busy host has calls that a quiet one does not.
    for name, site in sorted(set(whole.calls) - set(quickest)):
        print(f"NOT TRIED: no case alone calls {name} from {site}", flush=True)
    print(f"{sum(whole.calls.values())} calls of a whole quick run of {len(names)} "
          f"cases, from {len(quickest)} sites", file=sys.stderr)
    faults = []
    for (name, site), (_, index) in sorted(quickest.items()):
        run = done[len(names) + index]
        check_well(run)
        n = run.calls[(name, site)]
        faults += [(Fault(name, site, nth, error), beside[index])
                   for nth in sorted({1, min(2, n), (n + 1) // 2, n})
                   for error in ERRNOS]
    return faults


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--binary", required=True)
    p.add_argument("--all", action="store_true")
    p.add_argument("--sample", type=int, default=300)
    p.add_argument("--jobs", type=int, default=1)
    p.add_argument("--cases", default="")
    p.add_argument("--emuhost", default="")
    args = p.parse_args()
    start = time.monotonic()
    emuhost = args.emuhost.split()
    witnesses = WITNESSES[any("--host=arm64" in word for word in emuhost)]
    with tempfile.TemporaryDirectory() as folder:
        runner = EmulatedRunner(args.binary, emuhost) if emuhost else \
            HereRunner(args.binary, folder, args.jobs)
        faults = faults_of(runner, args.cases, witnesses)
        in_all = len(faults)
        if not args.all:
            faults = random.Random(1).sample(faults,
                                             min(args.sample, in_all))
        print(f"{len(faults)} of {in_all} faults", file=sys.stderr, flush=True)
        failures = felt = 0
        jobs = [Job(names, fault) for fault, names in faults]
        for i, (done, (fault, names)) in enumerate(zip(runner.run_all(jobs),
                                                       faults)):
            felt += done.code != 0
            why = complaint(done, fault.name, set(names), fault.number)
            if why:
                failures += 1
                print(f"FAILED: {fault.name} {fault.site} {fault.nth} {fault.error} "
                      f"in {' '.join(names)}: {why}", flush=True)
            if i % 500 == 499:
                print(f"{i + 1} faults, {time.monotonic() - start:.0f} s",
                      file=sys.stderr, flush=True)
        print(f"{len(faults)} of {in_all} faults, {felt} ended a run otherwise than "
              f"well, {failures} failures, {time.monotonic() - start:.0f} s")
        if faults and not felt:
            sys.exit("no fault was felt: are they made at all?")
        sys.exit(failures != 0)


if __name__ == "__main__":
    main()
