#!/usr/bin/env python3
"""Whether `exitbench model` is right about VMs of which the truth is known.

    tests/model/truth.py bazel-bin/tests/model/truth_exitbench [--tolerance=0.1]
        [--watch=10s] [--repeat=N] [--mix=pio=1,fault=2] [--run=FLAG] [--cpu=N]
        [--emuhost='--host=svm-npt --kernel=debian:6.1'] [--keep=FILE]

The binary measures what the events cost, by `run`. Then it starts VMs that make
known events beside known computing, and has `model` watch each. A VM knows what its
events cost it: what its rounds with events take longer than the same rounds without
(see mix.h). Of each kind of event there is a VM that makes no others, and one makes
all kinds. Prints, of each VM, the part of a CPU that it lost, what the model says, and
by how much the model is off. Also by how much counts times costs are off, where the
counts are the VM's own: that tells wrong counts from wrong costs.

Exit code 1: the model is off by more than --tolerance, or KVM's statistics did not
count the events that were made.

With --emuhost all of that is done on an emulated host, in its time, which is counted
in instructions.
"""
import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys

EMUHOST = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                       "../../hosts/emuhost")
CASES = {"pio": "pio/out", "mmio": "mmio/write", "cpuid": "cpu/cpuid",
         "sysreg": "sysreg/id_read", "hypercall": "hypercall/kernel",
         "fault": "ept/violation_backed_write"}
# KVM maps a page anew where the kernel has moved it, so there may be more faults than
# the mix makes: by this part.
EXTRA_FAULTS = 0.01


def parse():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("binary")
    p.add_argument("--tolerance", type=float, default=0.1)
    p.add_argument("--watch", default="10s")
    p.add_argument("--repeat", type=int, default=1)
    p.add_argument("--mix", action="append", default=[])
    p.add_argument("--run", action="append", default=[])
    p.add_argument("--cpu", help="for the vCPUs")
    p.add_argument("--emuhost", default="")
    p.add_argument("--nomodel", action="store_true",
                   help="judge counts times costs instead of the model")
    p.add_argument("--keep", help="file for all that the binary printed")
    return p.parse_args()


def measure(args):
    """What the binary prints, as JSON."""
    words = ["truth", f"--watch={args.watch}"]
    words += [f"--mix={mix}" for mix in args.mix]
    words += [f"--run={flag}" for flag in args.run]
    if args.cpu is not None:
        words.append(f"--cpu={args.cpu}")
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
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if args.keep:
        with open(args.keep, "a") as file:
            file.write(done.stdout)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: exit code {done.returncode}")
    return json.loads(done.stdout)


def costs_of(results):
    """The ticks of one event, by the case's name without its mode."""
    costs = {}
    for case in results["cases"]:
        metrics = {m["name"]: m for m in case["metrics"]}

        def mean(name):
            runs = metrics[name]["runs"] if name in metrics else []
            return statistics.median(r["summary"]["mean"] for r in runs)

        name = case["name"].split(".")[0]
        if "kvm_run" in metrics:
            costs[name] = mean("kvm_run")
        elif "guest" in metrics:
            costs[name] = mean("guest") - mean("guest_control")
    return costs


def judge(watched, costs, tolerance):
    """Prints a line about a VM. Returns what is wrong with it."""
    account, model = watched["account"], watched["model"]
    events = account["events"]
    # The guest's clock goes on while another process has the CPU.
    on_cpu = account["cpu_ns"] / (account["cpu_ns"] + account["wait_ns"])
    ticks = account["lost_ticks"] * on_cpu
    seconds = account["wall_ns"] / 1e9
    truth = ticks / account["clock_khz"] / 1e3 / seconds
    by_costs = sum(n * costs[CASES[kind]] for kind, n in events.items() if n) / ticks
    off = by_costs - 1
    said = "-"
    if model is not None:
        share = model["vms"][0]["T_virt"]["value"]
        off = share / truth - 1
        said = f"{100 * share:.2f}%"
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
    wrong = []
    print(f"{'events of a round':<40} {'events':>8} {'lost':>8} {'model':>8} {'off':>8} "
          f"{'by costs':>8}")
    for _ in range(args.repeat):
        results = measure(args)
        costs = costs_of(results["costs"])
        for watched in results["watched"]:
            wrong += judge(watched, costs, args.tolerance)
    for what in wrong:
        print(f"FAILED: {what}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
