#!/usr/bin/env python3
"""Tests how many cells run at a time, and what becomes of them when one cannot."""

import os
import signal
import subprocess
import sys
import threading
import time
import unittest

sys.dont_write_bytecode = True

import children
from cells import Cell
from failure import Failure
from scheduler import run_all

CELLS = [Cell("h", f"debian:{number}", "") for number in range(6)]
LIMIT_S = 30


class Meeting:
    """Runs cells that wait until `size` of them have met; notes who came, and how many
    were there at most."""

    def __init__(self, size: int) -> None:
        self.barrier = threading.Barrier(size)
        self.lock = threading.Lock()
        self.came: list[Cell] = []
        self.there = self.most = 0

    def __call__(self, cell: Cell) -> None:
        with self.lock:
            self.came.append(cell)
            self.there += 1
            self.most = max(self.most, self.there)
        self.barrier.wait(LIMIT_S)
        time.sleep(0.02)  # For one too many, if there is one.
        with self.lock:
            self.there -= 1


class RunAllTest(unittest.TestCase):
    def test_as_many_as_jobs_run_at_a_time(self) -> None:
        for jobs in (1, 2, 3):
            with self.subTest(jobs=jobs):
                meeting = Meeting(jobs)
                run_all(CELLS, jobs, meeting, children.Stop())
                self.assertEqual(meeting.most, jobs)
                self.assertCountEqual(meeting.came, CELLS)

    def test_one_at_a_time_keeps_the_order(self) -> None:
        came: list[Cell] = []
        run_all(CELLS, 1, came.append, children.Stop())
        self.assertEqual(came, CELLS)

    def test_what_one_raises_stops_the_others(self) -> None:
        stop = children.Stop()
        came: list[Cell] = []
        running = threading.Event()

        def run_cell(cell: Cell) -> None:
            came.append(cell)
            if cell == CELLS[0]:
                running.wait(LIMIT_S)
                raise Failure(205, "no space")
            running.set()
            children.run(["sleep", "100"], stop, None)

        start = time.monotonic()
        with self.assertRaisesRegex(Failure, "no space"):
            run_all(CELLS, 2, run_cell, stop)
        self.assertLess(time.monotonic() - start, LIMIT_S)
        self.assertNotIn(CELLS[3], came)


class RunTest(unittest.TestCase):
    def test_output_and_exit_code(self) -> None:
        for command, code in (("echo it; exit 3", 3), ("echo it; kill -TERM $$", 143)):
            with self.subTest(command):
                self.assertEqual(
                    children.run(["sh", "-c", command], children.Stop(),
                                 subprocess.PIPE), (code, b"it\n"))

    def test_more_output_than_a_pipe_holds(self) -> None:
        _, output = children.run(
            ["sh", "-c", "head -c 300000 /dev/zero; sleep 0.3; echo"], children.Stop(),
            subprocess.PIPE)
        self.assertEqual(len(output), 300001)

    def test_nothing_is_begun_after_a_stop(self) -> None:
        with self.assertRaises(children.Stopped):
            children.run(["/none"], children.Stop(abandoned=True), None)

    def test_a_second_signal_kills_what_does_not_end(self) -> None:
        stop = children.Stop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self.addCleanup(signal.signal, number, signal.getsignal(number))
        stop.listen()
        for after in (0.2, 0.6):
            timer = threading.Timer(after, os.kill, (os.getpid(), signal.SIGTERM))
            timer.start()
            self.addCleanup(timer.join)
        start = time.monotonic()
        with self.assertRaises(children.Stopped):
            children.run(["sh", "-c", "trap '' TERM; sleep 100; sleep 100"], stop, None)
        self.assertGreater(time.monotonic() - start, 0.5)
        self.assertLess(time.monotonic() - start, LIMIT_S)
        self.assertEqual((stop.signal_number, stop.signals), (signal.SIGTERM, 2))


if __name__ == "__main__":
    unittest.main()
