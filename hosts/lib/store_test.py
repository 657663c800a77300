#!/usr/bin/env python3
"""Tests the order of kernels, what is an entry of a store, and how steps are found."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

from commits import Found, find_steps
from failure import Failure
from store import Store, version_key

HOSTS = ["svm-npt", "svm-npt-ryzen", "vmx-ept"]


class VersionTest(unittest.TestCase):
    def test_kernels_are_in_the_order_of_their_versions(self) -> None:
        names = ["own_bzImage", "5.10.0-46-cloud-amd64", "6.1.0-9-cloud-amd64",
                 "6.1.0-47-cloud-amd64", "6.1.192-own", "6.2.1",
                 "6.12.9+deb13-cloud-amd64", "6.12.117+deb13-cloud-amd64",
                 "7.3-cloud-amd64", "7.3.4+deb13-cloud-amd64", "10.0.1"]
        self.assertEqual(sorted(sorted(names), key=version_key), names)
        self.assertEqual(sorted(sorted(names, reverse=True), key=version_key), names)


class StoreTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.store = Store(Path(folder.name), HOSTS)

    def add(self, name: str, content: str) -> None:
        slim = self.store.new("pb")
        slim.write_text(content)
        self.store.add(name, slim, None)

    def test_entries(self) -> None:
        for name in ("6.12.1.svm-npt", "6.1.svm-npt", "6.1.svm-npt-ryzen",
                     "6.1.vmx-ept.mitigations=off", "x_svm-npt_a.svm-npt", "other"):
            self.add(name, "")
        (self.store.folder / "6.1.svm-npt.profile.pb").touch()
        (self.store.folder / "svm-npt.calibration").touch()
        self.assertEqual(
            [(each.kernel, each.host, each.series) for each in self.store.entries()],
            [("x_svm-npt_a", "svm-npt", "svm-npt"), ("6.1", "svm-npt", "svm-npt"),
             ("6.12.1", "svm-npt", "svm-npt"),
             ("6.1", "svm-npt-ryzen", "svm-npt-ryzen"),
             ("6.1", "vmx-ept", "vmx-ept.mitigations=off")])
        self.assertEqual(self.store.entries()[1].profile.name, "6.1.svm-npt.profile.pb")

    def test_what_is_reported(self) -> None:
        self.add("6.1.svm-npt", "a")
        self.add("6.2.svm-npt", "a")
        old, new = self.store.entries()
        self.assertEqual(self.store.unreported([old, new]), {old, new})
        self.store.report([old])
        self.assertEqual(self.store.unreported([old, new]), {new})
        self.store.report([old, new])
        self.assertEqual(self.store.unreported([old, new]), set())
        # Other results of the same kernel are news.
        self.add("6.1.svm-npt", "b")
        self.assertEqual(self.store.unreported([old, new]), {old})

    def test_a_store_has_one_user(self) -> None:
        with self.store.locked():
            with self.assertRaisesRegex(Failure, "another run has"):
                with self.store.locked():
                    pass
        with self.store.locked():
            pass


class FindStepsTest(unittest.TestCase):
    def find(self, values: list[int | None]) -> tuple[Found, list[int]]:
        """Returns what is found, and what was measured; None can't be measured."""
        measured: list[int] = []

        def measure(index: int) -> bool:
            self.assertNotIn(index, measured)
            measured.append(index)
            return values[index] is not None

        return find_steps(len(values), measure,
                          lambda low, high: values[low] != values[high]), measured

    def test_all_steps_of_each_shape_are_found(self) -> None:
        for count in range(2, 12):
            for first in range(1, count):
                for second in range(first, count):
                    values: list[int | None] = [
                        (index >= first) + (index >= second) for index in range(count)]
                    found, _ = self.find(values)
                    self.assertEqual(found.steps, [
                        (step - 1, step) for step in sorted({first, second})])

    def test_only_where_ends_differ(self) -> None:
        found, measured = self.find([1] * 1000)
        self.assertEqual((found, measured), (Found([], [(0, 999)]), [999, 0]))
        found, measured = self.find([1] * 700 + [2] * 300)
        self.assertEqual(found.steps, [(699, 700)])
        self.assertLessEqual(len(measured), 12)
        # Two that cancel out.
        self.assertEqual(self.find([1, 2, 1])[0].steps, [])

    def test_what_cannot_be_measured_is_left_out(self) -> None:
        found, measured = self.find([1, 1, None, None, None, 2, 2])
        self.assertEqual((found.steps, found.equal), ([(1, 5)], []))
        self.assertEqual(len(measured), 7)
        self.assertEqual(self.find([1, None, None, 1])[1], [3, 0])
        for values in ([None, 1], [1, None]):
            with self.assertRaisesRegex(Failure, "the ends of the range"):
                self.find(values)


if __name__ == "__main__":
    unittest.main()
