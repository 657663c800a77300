#!/usr/bin/env python3
"""Tests what truth.py makes of figures, without a VM."""
import contextlib
import io
import sys
import unittest

sys.dont_write_bytecode = True

from truth import costs_of, judge, value_of

# 1000 events of 2000 ticks each, in 0.01 s of a CPU at 1 GHz: a fifth of its time.
ACCOUNT = {"clock_khz": 1e6, "cpu_ns": 1e7, "lost_ticks": 2e6,
           "events": {"mmio": 1000}, "counted": {"mmio": 1000}}
COSTS = {"mmio/write": 2000}


def judged(share=0.2, vcpus=1.0, costs=COSTS, **changes):
    watched = {"mix": "mmio=1", "account": {**ACCOUNT, **changes},
               "model": {"vms": [{"T_virt": {"value": share},
                                  "time": {"vcpus": vcpus}}]}}
    with contextlib.redirect_stdout(io.StringIO()):
        return judge(watched, costs, 0.1)


def metric(name, buckets):
    return {"name": name, "histogram": {"bucket_index": list(buckets),
                                        "bucket_count": list(buckets.values())}}


class JudgeTest(unittest.TestCase):
    def test_a_model_that_is_right(self):
        self.assertEqual(judged(), [])
        self.assertEqual(judged(share=0.219), [])
        self.assertEqual(judged(share=0.181), [])

    def test_a_model_that_is_off(self):
        self.assertEqual(judged(share=0.23),
                         ["mmio=1: off by +15.0%, allowed are 10%"])
        self.assertEqual(judged(share=0.17),
                         ["mmio=1: off by -15.0%, allowed are 10%"])

    def test_half_a_cpu_is_no_mistake(self):
        self.assertEqual(judged(share=0.1, vcpus=0.5), [])
        self.assertEqual(len(judged(share=0.1)), 1)

    def test_counts(self):
        self.assertEqual(judged(counted={"mmio": 999}),
                         ["mmio=1: KVM counted 999 events of mmio, not 1000"])
        self.assertEqual(len(judged(counted={"mmio": 1001})), 1)

    def test_pages_that_the_kernel_moved(self):
        faults = {"events": {"fault": 1000},
                  "costs": {"ept/violation_backed_write": 2000}}
        self.assertEqual(judged(counted={"fault": 1010}, **faults), [])
        self.assertEqual(len(judged(counted={"fault": 1011}, **faults)), 1)
        self.assertEqual(len(judged(counted={"fault": 999}, **faults)), 1)

    def test_without_a_model_costs_are_judged(self):
        watched = {"mix": "m", "account": ACCOUNT, "model": None}
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(judge(watched, COSTS, 0.1), [])
            self.assertEqual(len(judge(watched, {"mmio/write": 2300}, 0.1)), 1)


class CostsTest(unittest.TestCase):
    def test_buckets(self):
        # As Histogram::LowerBound() and Middle() have them.
        for bucket, value in ((0, 0), (127, 127), (128, 128), (255, 255),
                              (256, 256.5), (257, 258.5), (384, 513.5)):
            self.assertEqual(value_of(bucket), value)

    def test_the_tail_counts_and_interruptions_do_not(self):
        guest = metric("guest", {100: 90, 127: 10, 1000: 1})
        control = metric("guest_control", {10: 100})
        costs = costs_of({"cases": [{"name": "cpu/cpuid.ring3",
                                     "metrics": [guest, control]}]})
        self.assertAlmostEqual(costs["cpu/cpuid"], 102.7 - 10)

    def test_of_exits_to_userspace_the_call(self):
        costs = costs_of({"cases": [{"name": "pio/out", "metrics": [
            metric("kvm_run", {100: 10}), metric("guest", {120: 10})]}]})
        self.assertEqual(costs["pio/out"], 100)


if __name__ == "__main__":
    unittest.main()
