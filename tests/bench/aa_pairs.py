#!/usr/bin/env python3
"""A/A: how far two files of the same kernel lie apart, by the order of their
sessions.

    tests/bench/aa_pairs.py --binary=bazel-bin/exitbench --pairs=20
        --order=interleaved

For each pair it measures two files of --sessions sessions each: `interleaved`
alternates the sessions of the two (A B A B A B), `blocks` measures A whole and
then B (A A A B B B). A metric's value in a file is the median of its runs'
interquartile means. Prints, per case and gating metric, in how many pairs the
two differ by more than --margin, and in how many pairs any metric does.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile


def parse():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--binary", required=True)
    p.add_argument("--pairs", type=int, default=20)
    p.add_argument("--sessions", type=int, default=3)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--exits", type=int, default=10000)
    p.add_argument("--cases", default="")
    p.add_argument("--order", choices=["interleaved", "blocks"], required=True)
    p.add_argument("--margin", type=float, default=0.02)
    p.add_argument("--keep", help="folder to keep the results files in")
    return p.parse_args()


def session(args, path):
    command = [args.binary, "run", "--sessions=1", f"--rounds={args.rounds}",
               f"--exits={args.exits}", "--reruns=0", "--append",
               f"--out={path}", "--progress=never"]
    if args.cases:
        command.append(f"--cases={args.cases}")
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"exitbench failed:\n{done.stdout}{done.stderr}")


def medians(args, path):
    shown = subprocess.run([args.binary, "show", "--format=json", path],
                           capture_output=True, text=True, check=True).stdout
    values = {}
    for case in json.loads(shown)["cases"]:
        for metric in case["metrics"]:
            if not metric["gating"]:
                continue
            iqms = [run["summary"]["iqm"] for run in metric["runs"]]
            values[case["name"], metric["name"]] = statistics.median(iqms)
    return values


def main():
    args = parse()
    folder = args.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    order = {"interleaved": "AB" * args.sessions,
             "blocks": "A" * args.sessions + "B" * args.sessions}[args.order]
    beyond, worst, pairs_with_any = {}, {}, 0
    for pair in range(args.pairs):
        paths = {side: os.path.join(folder, f"{args.order}-{pair}-{side}.pb")
                 for side in "AB"}
        # Which side goes first alternates too.
        for side in (order if pair % 2 == 0 else
                     order.translate(str.maketrans("AB", "BA"))):
            session(args, paths[side])
        a, b = medians(args, paths["A"]), medians(args, paths["B"])
        any_beyond = False
        for key in sorted(a.keys() & b.keys()):
            apart = abs(b[key] - a[key]) / a[key]
            worst[key] = max(worst.get(key, 0), apart)
            beyond.setdefault(key, 0)
            if apart > args.margin:
                beyond[key] += 1
                any_beyond = True
        pairs_with_any += any_beyond
        print(f"pair {pair + 1}/{args.pairs}", file=sys.stderr)
    print(f"{args.order}: {args.pairs} pairs, n = {args.sessions} x "
          f"{args.rounds} a side, {args.exits} events a run")
    print(f"pairs with any metric more than {args.margin:.0%} apart: "
          f"{pairs_with_any}")
    for (case, metric), count in sorted(beyond.items()):
        print(f"{case:32} {metric:10} {count:3} pairs   "
              f"at most {worst[case, metric]:6.2%} apart")


if __name__ == "__main__":
    main()
