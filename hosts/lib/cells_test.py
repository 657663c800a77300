#!/usr/bin/env python3
"""Tests which cells a matrix has, and their names."""

import sys
import unittest

sys.dont_write_bytecode = True

from cells import Cell, architecture, plan
from failure import Exit, Failure


class Archive:
    """Knows kernels by a table; counts what it was asked."""

    def __init__(self, names: dict[str, str], candidate: str = "",
                 names_arm64: dict[str, str] | None = None) -> None:
        self.names = {"amd64": names, "arm64": names_arm64 or {}}
        self.candidate = candidate
        self.asked: list[str] = []

    def kernel(self, name: str, architecture: str) -> str:
        self.asked.append(name)
        if name not in self.names[architecture]:
            raise Failure(Exit.KERNEL, f"no {name}")
        return self.names[architecture][name]

    def release_candidate(self) -> str:
        return self.candidate


NEW = Archive({"6.1": "6.1.0-56-cloud"})


def names(cells: list[Cell]) -> list[str]:
    return [cell.name for cell in cells]


class ArchitectureTest(unittest.TestCase):
    def test_by_the_hosts_name(self) -> None:
        for host, expected in {"svm-npt": "amd64", "vmx-ept-skylake": "amd64",
                               "arm64-vhe": "arm64", "arm64-nested": "arm64"}.items():
            with self.subTest(host):
                self.assertEqual(architecture(host), expected)


class NameTest(unittest.TestCase):
    def test_debian(self) -> None:
        cell = Cell("svm-npt", "debian:6.12.1+deb13-cloud-amd64", "")
        self.assertEqual(cell.name, "6.12.1+deb13-cloud-amd64.svm-npt")
        self.assertEqual(cell.image, "")

    def test_image_has_its_whole_path(self) -> None:
        for kernel, name in {"old/bzImage": "old_bzImage.h",
                             "./old/bzImage": "old_bzImage.h",
                             "../.././a_b/k": "a_b_k.h",
                             "/boot/vm~1 x": "boot_vm~1_x.h",
                             "a/../k": "a_.._k.h"}.items():
            with self.subTest(kernel):
                self.assertEqual(Cell("h", kernel, "").name, name)
                self.assertEqual(Cell("h", kernel, "").image, kernel)

    def test_flags(self) -> None:
        for flags, name in {"--seed=2": "k.h.seed=2",
                            "--seed=2 --append=a=0": "k.h.seed=2_--append=a=0",
                            "--append=a/\u00e9": "k.h.append=a___"}.items():
            with self.subTest(flags):
                self.assertEqual(Cell("h", "debian:k", flags).name, name)


class PlanTest(unittest.TestCase):
    def test_each_host_has_each_kernel_and_flags(self) -> None:
        cells = plan(["6.1", "a/k"], ["svm-npt", "svm-shadow"], ["", "--seed=2"], NEW)
        self.assertEqual(cells, [
            Cell("svm-npt", "debian:6.1.0-56-cloud", ""),
            Cell("svm-npt", "debian:6.1.0-56-cloud", "--seed=2"),
            Cell("svm-npt", "a/k", ""),
            Cell("svm-npt", "a/k", "--seed=2"),
            Cell("svm-shadow", "debian:6.1.0-56-cloud", ""),
            Cell("svm-shadow", "debian:6.1.0-56-cloud", "--seed=2"),
            Cell("svm-shadow", "a/k", ""),
            Cell("svm-shadow", "a/k", "--seed=2")])

    def test_one_of_kernels_and_hosts_is_enough(self) -> None:
        self.assertEqual(plan([], ["svm-shadow"], [], NEW),
                         [Cell("svm-shadow", "debian:6.1.0-56-cloud", "")])
        self.assertEqual(plan(["debian:6.1"], [], [], NEW),
                         [Cell("svm-npt", "debian:6.1.0-56-cloud", "")])

    def test_intel_hosts_are_told_which_mitigations(self) -> None:
        def flags(*given: str) -> list[str]:
            return [cell.flags for cell in plan(["a/k"], ["vmx-ept"], given, NEW)]
        self.assertEqual(flags(), ["--mitigations=auto", "--mitigations=off"])
        self.assertEqual(flags(""), ["--mitigations=auto"])
        self.assertEqual(flags("--seed=2", "--mitigations=off --seed=2"),
                         ["--mitigations=auto --seed=2", "--mitigations=off --seed=2"])

    def test_a_cell_that_is_named_twice_is_one(self) -> None:
        archive = Archive({"6.1": "6.1.0-56", "6.1.0-56": "6.1.0-56"})
        self.assertEqual(plan(["6.1", "6.1.0-56", "6.1"], [], [], archive),
                         [Cell("svm-npt", "debian:6.1.0-56", "")])

    def test_two_cells_of_one_name_are_an_error(self) -> None:
        with self.assertRaises(Failure) as raised:
            plan(["a/b", "./a/b"], [], [], NEW)
        self.assertEqual(raised.exception.code, 200)
        self.assertEqual(str(raised.exception), "two cells would have the name "
                         "a_b.svm-npt: a/b  and ./a/b ")

    def test_like_names_are_no_error(self) -> None:
        self.assertEqual(names(plan(["a/b", "a_b/"], [], [], NEW)),
                         ["a_b.svm-npt", "a_b_.svm-npt"])

    def test_a_version_is_asked_for_once(self) -> None:
        archive = Archive({"6.1": "one"})
        plan(["6.1"], ["svm-npt", "svm-shadow", "vmx-ept"], [], archive)
        self.assertEqual(archive.asked, ["6.1"])

    def test_a_version_is_a_kernel_of_the_hosts_architecture(self) -> None:
        archive = Archive({"6.1": "k-amd64"}, names_arm64={"6.1": "k-arm64"})
        self.assertEqual(
            names(plan(["6.1"], ["arm64-vhe", "svm-npt", "arm64-pkvm"], [], archive)),
            ["k-arm64.arm64-vhe", "k-amd64.svm-npt", "k-arm64.arm64-pkvm"])
        self.assertEqual(archive.asked, ["6.1", "6.1"])

    def test_arm64_hosts_have_one_cell_each(self) -> None:
        self.assertEqual(plan(["a/Image"], ["arm64-nvhe"], [], NEW),
                         [Cell("arm64-nvhe", "a/Image", "")])

    def test_an_unknown_kernel_ends_the_plan(self) -> None:
        with self.assertRaisesRegex(Failure, "no 9.9"):
            plan(["9.9"], [], [], NEW)

    def test_the_default_matrix(self) -> None:
        known = {"5.10": "A", "6.1@oldest": "B", "6.1": "C", "6.12": "D", "6.18": "E",
                 "7.2": "F", "7.3": "G", "rc": "H"}
        amd = [f"{name}.svm-npt" for name in "ABCDEFG"]
        rest = ["C.svm-shadow", "F.svm-shadow"] + [
            f"{name}.{host}.mitigations={mitigations}"
            for host in ("vmx-ept", "vmx-shadow") for name in "CF"
            for mitigations in ("auto", "off")]
        self.assertEqual(names(plan([], [], [], Archive(known))), amd + rest)
        candidate = Archive(known | {"H": "H"}, "H")
        self.assertEqual(names(plan([], [], [], candidate)),
                         amd + ["H.svm-npt"] + rest)


if __name__ == "__main__":
    unittest.main()
