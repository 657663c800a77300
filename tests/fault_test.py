#!/usr/bin/env python3
"""Every system call may fail: makes calls of a quick run fail, one at a time.

    tests/fault_test.py --binary=bazel-bin/tests/faulty_exitbench [--all]

First records which calls a quick run makes. Then, for each name of a call, its
first, second, middle and last occurrence fail with each plausible errno (a
sample of them without --all), and the run must end in time, without a crash or
a leak of file descriptors or vCPU mappings, with a documented exit code, must
say what failed, and must still run the cases that the fault did not hit.
"""
import argparse
import errno
import json
import os
import random
import subprocess
import sys
import tempfile

ERRNOS = ["ENOMEM", "EINTR", "EAGAIN", "EINVAL", "ENOSYS", "EFAULT", "ENOSPC",
          "EPERM", "EBADF"]
TIME_LIMIT_S = 120


class Runner:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder

    def run(self, env):
        out = os.path.join(self.folder, "x.pb")
        leaks = os.path.join(self.folder, "leaks")
        for path in (out, leaks):
            if os.path.exists(path):
                os.unlink(path)
        command = [self.args.binary, "run", "--quick", "--exits=20", "--seed=1",
                   "--timeout=2s", "--reruns=0", "--format=json",
                   f"--out={out}"]
        if self.args.cases:
            command.append(f"--cases={self.args.cases}")
        env = dict(os.environ, EXITBENCH_LEAK_LOG=leaks, **env)
        try:
            done = subprocess.run(command, capture_output=True, text=True,
                                  env=env, timeout=TIME_LIMIT_S)
        except subprocess.TimeoutExpired:
            return None, {}, "", "hung"
        cases = {}
        if done.stdout.startswith("{"):
            cases = {c["name"]: c for c in json.loads(done.stdout)["cases"]}
        leaked = open(leaks).read() if os.path.exists(leaks) else ""
        return done.returncode, cases, done.stderr, leaked


def complaint(code, cases, stderr, leaked, name, expected_cases, error):
    """What is wrong with how a run took a fault; empty if nothing."""
    if code is None:
        return "it hung"
    if code not in (0, 1, 2, 3):
        return f"exit code {code}: {stderr[-300:]}"
    for line in leaked.splitlines():
        if line != "fds 0 mappings 0":
            return f"it leaked: {line}"
    bad = [c for c in cases.values()
           if c["outcome"] in ("OUTCOME_FAILED", "OUTCOME_TIMEOUT")]
    said = stderr + " ".join(c["reason"] + c["no_legs"] + c["proof"]
                             for c in cases.values())
    if code == 1 and not bad:
        return "exit code 1 and no case failed"
    if code in (1, 2) and name not in said and os.strerror(error) not in said:
        return f"nothing says what failed: {stderr[-200:]} " + \
            " ".join(c["reason"] for c in bad)[:300]
    if code in (0, 1) and set(cases) != expected_cases:
        return f"cases are missing: {sorted(expected_cases - set(cases))[:5]}"
    if code == 1 and len(bad) > 1:
        return "one fault failed several cases: " + \
            ", ".join(c["name"] for c in bad[:5])
    return ""


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--binary", required=True)
    p.add_argument("--cases", default="")
    p.add_argument("--all", action="store_true")
    p.add_argument("--sample", type=int, default=30)
    args = p.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(args, folder)
        log = os.path.join(folder, "calls")
        code, cases, stderr, leaked = runner.run({"EXITBENCH_FAULT_LOG": log})
        if code != 0:
            sys.exit(f"without a fault: exit {code}: {stderr}")
        if leaked.split() != ["fds", "0", "mappings", "0"]:
            sys.exit(f"without a fault it leaks: {leaked}")
        counts = {}
        for line in open(log):
            counts[line.strip()] = counts.get(line.strip(), 0) + 1
        faults = [(name, nth, error) for name, n in sorted(counts.items())
                  for nth in sorted({1, min(2, n), (n + 1) // 2, n})
                  for error in ERRNOS]
        print(f"{sum(counts.values())} calls of {len(counts)} names, "
              f"{len(faults)} faults", file=sys.stderr)
        if not args.all:
            faults = random.Random(1).sample(faults,
                                             min(args.sample, len(faults)))
        failures = 0
        for name, nth, error in faults:
            number = getattr(errno, error)
            code, seen, stderr, leaked = runner.run({
                "EXITBENCH_FAULT_NAME": name, "EXITBENCH_FAULT_NTH": str(nth),
                "EXITBENCH_FAULT_ERRNO": str(number)})
            why = complaint(code, seen, stderr, leaked, name, set(cases),
                            number)
            if why:
                failures += 1
                print(f"FAILED: {name} {nth} {error}: {why}")
        print(f"{len(faults)} faults, {failures} failures")
        sys.exit(failures != 0)


if __name__ == "__main__":
    main()
