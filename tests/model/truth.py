#!/usr/bin/env python3
"""Whether `exitbench model` is right about VMs of which the truth is known.

    tests/model/truth.py bazel-bin/tests/model/truth_exitbench [--tolerance=0.1]
        [--watch=10s] [--repeat=N] [--mix=pio=1,fault=2] [--run=FLAG] [--cpu=N]
        [--by_reason] [--attempts=N]
        [--emuhost='--host=svm-npt --kernel=debian:6.1']
        [--keep=FILE]

The binary measures what the events cost, by `run`. Then it starts VMs that make
known events beside known computing, and has `model` watch each. A VM knows what its
events cost it: what its rounds with events take longer than the same rounds without
(see mix.h). Of each kind of event there is a VM that makes no others, and one makes
all kinds. Prints, of each VM, the part of its vCPU's time that it lost, what the model
says, and by how much the model is off. Also by how much counts times costs are off,
where the counts are the VM's own: that tells wrong counts from wrong costs.

Exit code 1: the model is off by more than --tolerance, or KVM's statistics did not
count the events that were made. With --attempts it is tried again so often: other work
of the machine lengthens costs or truth alone.

With --emuhost all of that is done on an emulated host, in its time, which is counted
in instructions.
"""
import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile

EMUHOST = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                       "../../hosts/emuhost")
CASES = {"pio": "pio/out", "pio_read": "pio/in", "mmio": "mmio/write",
         "mmio_read": "mmio/read", "cpuid": "cpu/cpuid", "sysreg": "sysreg/id_read", "hypercall": "hypercall/kernel",
         "fault": "ept/violation_backed_write"}
MOST_MEDIANS = 10
# KVM maps a page anew where the kernel has moved it, so there may be more faults than
# the mix makes: by this part.
EXTRA_FAULTS = 0.01


def parse():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("binary")
    p.add_argument("--tolerance", type=float, default=0.1)
    p.add_argument("--watch", default="10s")
    p.add_argument("--repeat", type=int, default=1)
    p.add_argument("--attempts", type=int, default=1)
    p.add_argument("--mix", action="append", default=[])
    p.add_argument("--run", action="append", default=[])
    p.add_argument("--cpu", help="for the vCPUs")
    p.add_argument("--compute", help="of a round; less is a larger part lost")
    p.add_argument("--walk_kib", help="memory that a round reads, to have cold caches")
    p.add_argument("--emuhost", default="")
    p.add_argument("--by_reason", action="store_true",
                   help="also events that only tracepoints count")
    p.add_argument("--nomodel", action="store_true",
                   help="judge counts times costs instead of the model")
    p.add_argument("--keep", help="file for all that the binary printed")
    return p.parse_args()


def measure(args):
    """What the binary prints, as JSON."""
    words = ["truth", f"--watch={args.watch}"]
    words += [f"--mix={mix}" for mix in args.mix]
    words += ["--by_reason"] * args.by_reason
    words += [f"--run={flag}" for flag in args.run]
    for name in ("cpu", "compute", "walk_kib"):
        if (value := getattr(args, name)) is not None:
            words.append(f"--{name}={value}")
    if args.nomodel:
        words.append("--nomodel")
    command = [args.binary, *words]
    if args.emuhost:
        # What emuhost adds to `run` itself.
        emulator = "Bochs" if "--host=vmx" in args.emuhost else "QEMU"
        words += ["--run=--tick=instruction", "--run=--noseccomp",
                  f"--run=--emulator={emulator}"]
        command = [EMUHOST, f"--binary={args.binary}", *shlex.split(args.emuhost),
                   "--", *words]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=folder)
    if args.keep:
        with open(args.keep, "a") as file:
            file.write(done.stdout)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: exit code {done.returncode}")
    return json.loads(done.stdout)


def value_of(bucket):
    """The middle of a bucket of a histogram: see results/stats/histogram.h."""
    octave, part = divmod(bucket, 128)
    width = 1 << max(0, octave - 1)
    return (part + 128 * (octave > 0)) * width + (width - 1) / 2


def mean_of(metric):
    """The mean of what is no interruption: events of at most MOST_MEDIANS medians.

    A time slice of another process is a thousand events long, and one that falls into
    an event is no cost of it.
    """
    histogram = metric["histogram"]
    values = [(value_of(bucket), count) for bucket, count in
              zip(histogram["bucket_index"], histogram["bucket_count"])]
    left = sum(count for _, count in values) / 2
    for value, count in values:
        left -= count
        if left <= 0:
            median = value
            break
    kept = [(v, n) for v, n in values if v <= MOST_MEDIANS * max(1, median)]
    return sum(v * n for v, n in kept) / sum(n for _, n in kept)


def costs_of(results):
    """The ticks of one event, by the case's name without its mode."""
    costs = {}
    for case in results["cases"]:
        metrics = {m["name"]: m for m in case["metrics"]}
        name = case["name"].split(".")[0]
        if "kvm_run" in metrics:
            costs[name] = mean_of(metrics["kvm_run"])
        elif "guest" in metrics:
            costs[name] = mean_of(metrics["guest"]) - mean_of(metrics["guest_control"])
    return costs


def judge(watched, costs, tolerance):
    """Prints a line about a VM. Returns what is wrong with it."""
    account, model = watched["account"], watched["model"]
    events = account["events"]
    ticks = account["clock_khz"] / 1e6 * account["cpu_ns"]
    truth = account["lost_ticks"] / ticks
    by_costs = sum(n * costs[CASES[kind]] for kind, n in events.items() if n)
    by_costs /= account["lost_ticks"]
    off = by_costs - 1
    said = "-"
    if model is not None:
        vm = model["vms"][0]
        part = vm["T_virt"]["value"] / vm["time"]["vcpus"]
        off = part / truth - 1
        said = f"{100 * part:.2f}%"
    wrong = []
    if abs(off) > tolerance:
        wrong.append(f"off by {100 * off:+.1f}%, allowed are {100 * tolerance:.0f}%")
    for kind, counted in account["counted"].items():
        most = events[kind] * (1 + (EXTRA_FAULTS if kind == "fault" else 0))
        if not events[kind] <= counted <= most:
            wrong.append(f"KVM counted {counted} events of {kind}, not {events[kind]}")
    print(f"{watched['mix']:<40} {sum(events.values()):>8} {100 * truth:>7.2f}% "
          f"{said:>8} {100 * off:>+7.1f}% {100 * (by_costs - 1):>+7.1f}%", flush=True)
    return [f"{watched['mix']}: {what}" for what in wrong]


def main():
    args = parse()
    args.binary = os.path.abspath(args.binary)
    print(f"{'events of a round':<40} {'events':>8} {'lost':>8} {'model':>8} {'off':>8} "
          f"{'by costs':>8}")
    for attempt in range(args.attempts):
        wrong = []
        for _ in range(args.repeat):
            results = measure(args)
            costs = costs_of(results["costs"])
            for watched in results["watched"]:
                wrong += judge(watched, costs, args.tolerance)
        for what in wrong:
            print(f"FAILED: {what}" if attempt + 1 == args.attempts else
                  f"again, since {what}")
        if not wrong:
            break
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
