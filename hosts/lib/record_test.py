#!/usr/bin/env python3
"""Tests what is kept of a cell, and what makes it be run again."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

from cells import Cell
from record import Files, Profiled, Record, cell_key, read_profiled, read_record


class InFolder(unittest.TestCase):
    """A test in an empty folder."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path


class RecordTest(InFolder):
    def test_its_text(self) -> None:
        path = self.folder / "x.cell"
        Record("abc", 0, 12).write(path)
        self.assertEqual(path.read_text(), "key abc\nexit 0\nseconds 12\n")
        self.assertEqual(read_record(path), Record("abc", 0, 12))
        self.assertEqual(list(self.folder.iterdir()), [path])

    def test_with_a_profile(self) -> None:
        path = self.folder / "x.cell"
        record = Record("abc", 0, 12, Profiled(7, 9))
        record.write(path)
        self.assertEqual(path.read_text(),
                         "key abc\nexit 0\nseconds 12\nprofiled 7 of 9\n")
        self.assertEqual(read_record(path), record)
        path.write_text("key abc\nexit 0\nseconds 12\nprofiled x\n")
        self.assertEqual(read_record(path), Record("abc", 0, 12))

    def test_what_a_log_says_of_profiles(self) -> None:
        for text, profiled in (
                ("", None), ("profile of x\nno profile of 1 of 2 cases\n", None),
                ("said\nprofile of 7 of 9 cases: x.profile.pb\n", Profiled(7, 9)),
                ("profile of 1 of 2 cases: x\nprofile of 3 of 4 cases (1 the mean of its "
                 "events): y\n", Profiled(3, 4))):
            with self.subTest(text):
                self.assertEqual(read_profiled(self.file("x.log", text)), profiled)

    def test_what_is_none(self) -> None:
        self.assertIsNone(read_record(self.folder / "none"))
        for text in ("", "key abc\n", "key abc\nexit 0\n", "garbage",
                     "key abc\nexit x\nseconds 1\n"):
            with self.subTest(text):
                self.assertIsNone(read_record(self.file("x.cell", text)))


class DoneTest(InFolder):
    def setUp(self) -> None:
        super().setUp()
        self.files = Files.of(self.folder, Cell("h", "debian:k", ""))
        self.assertEqual([path.name for path in (self.files.results, self.files.profile,
                                                 self.files.log, self.files.record)],
                         ["k.h.pb", "k.h.profile.pb", "k.h.log", "k.h.cell"])
        self.files.results.write_text("results")

    def test_by_key_and_exit_code(self) -> None:
        for key, code, done in (("abc", 0, True), ("abc", 1, True), ("abc", 2, False),
                                ("abc", 202, False), ("abd", 0, False)):
            with self.subTest(key=key, code=code):
                Record(key, code, 1).write(self.files.record)
                self.assertEqual(self.files.done("abc"), done)

    def test_not_without_both_files(self) -> None:
        self.assertFalse(self.files.done("abc"))
        Record("abc", 0, 1).write(self.files.record)
        self.files.results.unlink()
        self.assertFalse(self.files.done("abc"))

    def test_with_the_profile_that_is_asked_for(self) -> None:
        without, with_one = Record("abc", 0, 1), Record("abc", 0, 1, Profiled(0, 2))
        for record, there, done in ((without, False, False), (with_one, False, False),
                                    (without, True, False), (with_one, True, True)):
            with self.subTest(record=record, there=there):
                record.write(self.files.record)
                self.files.profile.unlink(missing_ok=True)
                if there:
                    self.files.profile.write_text("profile")
                self.assertEqual(self.files.done("abc", profile=True), done)
                self.assertTrue(self.files.done("abc"))
                self.assertEqual(self.files.profiled(record),
                                 Profiled(0, 2) if done else None)

    def test_not_by_an_unknown_key(self) -> None:
        Record("", 0, 1).write(self.files.record)
        self.assertFalse(self.files.done(""))

    def test_remove_leaves_the_log(self) -> None:
        Record("abc", 0, 1).write(self.files.record)
        self.files.log.write_text("said")
        self.files.profile.write_text("profile")
        self.files.remove()
        self.files.remove()
        self.assertEqual(list(self.folder.iterdir()), [self.files.log])


class KeyTest(InFolder):
    def setUp(self) -> None:
        super().setUp()
        self.binary = self.file("exitbench", "binary")

    def key(self, flags: str = "", host: str = "svm-npt", kernel: str = "debian:6.1.0-56",
            emulator: str = "qemu\t7.2", arguments: tuple[str, ...] = ("run", "--exits=9")
            ) -> str:
        return cell_key(Cell(host, kernel, flags), self.binary, emulator, arguments)

    def test_the_same_as_ever(self) -> None:
        # Of sha256sum, as a shell makes it: results of former versions are kept.
        #   printf '%s\n' "$(printf binary | sha256sum)" debian:6.1.0-56 svm-npt '' \
        #     $'qemu\t7.2' 'run --exits=9' | sha256sum
        self.assertEqual(
            self.key(), "efda4464b4e2aed5c837ec0753dc9dd507bcefe06077948369c57a2d86dd9271")

    def test_what_changes_it(self) -> None:
        image = self.file("bzImage", "one")
        keys = [self.key(), self.key("--seed=2"), self.key(host="svm-shadow"),
                self.key(kernel="debian:6.1.0-57"), self.key(emulator="qemu\t7.3"),
                self.key(arguments=("run", "--exits=8")), self.key(kernel=str(image))]
        image.write_text("two")
        keys.append(self.key(kernel=str(image)))
        self.binary.write_text("another")
        keys.append(self.key())
        self.assertEqual(len(set(keys)), 9)

    def test_modules_by_their_content(self) -> None:
        first = self.file("a/lib/modules/k/kvm.ko", "one")
        self.file("a/lib/modules/other.ko", "x")
        flags = f"--seed=1 --modules={self.folder}/a"
        before = self.key(flags)
        self.file("a/lib/modules/other.ko", "y")
        self.assertEqual(self.key(flags), before)
        first.write_text("two")
        changed = self.key(flags)
        self.assertNotEqual(changed, before)
        for name in ("kvm-amd.ko.xz", "irqbypass.ko"):
            self.file(f"a/{name}", "more")
            self.assertNotEqual(self.key(flags), changed)
            changed = self.key(flags)

    def test_modules_the_same_as_ever(self) -> None:
        # As above, with one more line:
        #   find -H m \( -name 'kvm*.ko*' -o -name 'irqbypass.ko*' \) -type f \
        #     -exec sha256sum {} + | LC_ALL=C sort | sha256sum
        for name, content in {"kvm.ko": "one", "irqbypass.ko": "two",
                              "other.ko": "three"}.items():
            self.file(f"m/{name}", content)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        self.assertEqual(
            self.key("--modules=m"), "d859bd7f13909fbd3cb200abac7dbd9d3822d06bf85dad0c0cff92693450f3cb")


if __name__ == "__main__":
    unittest.main()
