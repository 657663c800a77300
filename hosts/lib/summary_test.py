#!/usr/bin/env python3
"""Tests the summary of a matrix: its text and its exit code."""

import json
import sys
import unittest

sys.dont_write_bytecode = True

from record import Profiled
from summary import CaseOutcome, CellOutcome, exit_code, format_summary, parse_cases

OK = CaseOutcome("pio/out", "OK")
SKIPPED = CaseOutcome("exit/memory_fault", "SKIPPED", "no KVM_CAP_GUEST_MEMFD")
FAILED = CaseOutcome("cpu/int3", "FAILED", "ran 2 times")
LATE = CaseOutcome("ipi/self", "TIMEOUT", "no interrupt")


def cell(*cases: CaseOutcome, name: str = "k.h", code: str = "0",
         profiled: Profiled | None = None) -> CellOutcome:
    return CellOutcome(name, code, "12", cases, profiled)


NOT_RUN = CellOutcome("none.h", "-", "-", None)


class ParseTest(unittest.TestCase):
    def test_one_file_and_several(self) -> None:
        one = {"cases": [{"name": "a/b", "outcome": "OUTCOME_OK"},
                         {"name": "c", "outcome": "OUTCOME_SKIPPED", "reason": "why"}]}
        two = {"cases": [{"name": "d", "outcome": "OUTCOME_OK", "reason": None}]}
        first = [CaseOutcome("a/b", "OK"), CaseOutcome("c", "SKIPPED", "why")]
        self.assertEqual(parse_cases(json.dumps(one)), first)
        self.assertEqual(parse_cases(json.dumps([one, two]).encode()),
                         first + [CaseOutcome("d", "OK")])

    def test_a_reason_stays_on_its_line(self) -> None:
        text = json.dumps({"cases": [{"name": "a", "outcome": "OUTCOME_FAILED",
                                      "reason": "one\ttwo\nthree\x1b[2J \\ \u00e9"}]})
        self.assertEqual(parse_cases(text)[0].reason, "one two three [2J \\ \u00e9")

    def test_what_is_none(self) -> None:
        texts: list[str | bytes] = [
            "", "garbage", "[]", "{}", "3", '{"cases":[]}', '{"cases":3}',
            '{"cases":[{"name":"a"}]}', '{"cases":[{"outcome":"OUTCOME_OK"}]}',
            '{"cases":[{"name":"a","outcome":3}]}', '{"cases":["a"]}', b"\xff\xfe\xfd"]
        for text in texts:
            with self.subTest(text), self.assertRaises(ValueError):
                parse_cases(text)


class ExitCodeTest(unittest.TestCase):
    def test_values(self) -> None:
        expected: list[tuple[list[CellOutcome], int]] = [
            ([], 0), ([cell(OK), cell(SKIPPED)], 0), ([cell(OK), cell(OK, FAILED)], 1),
            ([cell(LATE)], 1), ([cell(OK), NOT_RUN], 202),
            ([NOT_RUN, cell(FAILED)], 202), ([cell(OK, profiled=Profiled(0, 1))], 0),
            ([cell(OK, code="204")], 202)]
        for cells, code in expected:
            with self.subTest(cells):
                self.assertEqual(exit_code(cells), code)


class FormatTest(unittest.TestCase):
    maxDiff = None

    def test_all_of_it(self) -> None:
        cells = [cell(OK, SKIPPED, name="6.1.svm-npt"),
                 cell(SKIPPED, FAILED, LATE, OK, name="7.2.svm-npt", code="1"), NOT_RUN,
                 cell(FAILED, CaseOutcome("new", "ODD", "?"), name="x"),
                 CellOutcome("typo", "207", "8", None), NOT_RUN]
        self.assertEqual(format_summary(cells), """\
cell    OK  SKIPPED  FAILED  TIMEOUT  exit seconds  kernel, host, flags
   1     1        1       0        0     0      12  6.1.svm-npt
   2     1        1       1        1     1      12  7.2.svm-npt
   3     0        0       0        0     -       -  none.h
   4     0        0       1        0     0      12  x
   5     0        0       0        0   207       8  typo
   6     0        0       0        0     -       -  none.h

case                 1    2    3    4    5    6
pio/out             ok   ok    -    -    -    -
exit/memory_fault skip skip    -    -    -    -
cpu/int3             - FAIL    - FAIL    -    -
ipi/self             - TIME    -    -    -    -
new                  -    -    -  ODD    -    -

NO RESULTS in 3 6: not run
NO RESULTS in 5: exit code 207
FAILED cpu/int3 in 2 4: ran 2 times
TIMEOUT ipi/self in 2: no interrupt
ODD new in 4: ?
SKIPPED exit/memory_fault in 1 2: no KVM_CAP_GUEST_MEMFD
""")

    def test_two_reasons_are_two_lines(self) -> None:
        other = CaseOutcome(SKIPPED.name, "SKIPPED", "another")
        self.assertEqual(format_summary([cell(SKIPPED), cell(other)]).splitlines()[-2:], [
            "SKIPPED exit/memory_fault in 1: no KVM_CAP_GUEST_MEMFD",
            "SKIPPED exit/memory_fault in 2: another"])

    def test_profiles(self) -> None:
        cells = [cell(OK, profiled=Profiled(7, 9)), cell(OK), NOT_RUN,
                 cell(OK, profiled=Profiled(1, 1)), cell(OK, code="204")]
        self.assertEqual(format_summary(cells).splitlines()[-4:], [
            "", "PROFILES in 1 4: 8 of 10 cases", "NO RESULTS in 3: not run",
            "NO PROFILE in 5: exit code 204"])

    def test_without_any_results_there_are_no_cases(self) -> None:
        self.assertEqual(format_summary([NOT_RUN]), """\
cell    OK  SKIPPED  FAILED  TIMEOUT  exit seconds  kernel, host, flags
   1     0        0       0        0     -       -  none.h

NO RESULTS in 1: not run
""")


if __name__ == "__main__":
    unittest.main()
