"""The cells of a matrix: which there are, and what they are named."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from failure import Exit, Failure

# Of a matrix that is given neither kernels nor hosts; see matrix --help.
_DEFAULT_SVM_KERNELS = ("5.10", "6.1@oldest", "6.1", "6.12", "6.18", "7.2", "7.3")
_OTHER_DEFAULT_HOSTS = ("svm-shadow", "vmx-ept", "vmx-shadow")
_OTHER_DEFAULT_KERNELS = ("6.1", "7.2")


def architecture(host: str) -> str:
    """Returns the architecture of an emulated host, as Debian names it."""
    return "arm64" if host.startswith("arm64-") else "amd64"


@dataclass(frozen=True)
class Cell:
    """One boot: a host, a kernel as emuhost's --kernel has it, in full, and options
    of emuhost, separated by spaces."""

    host: str
    kernel: str
    flags: str

    @property
    def name(self) -> str:
        """Returns the cell's name, which its files have.

        Images often differ by their path alone, so all of it goes in.
        """
        kernel = re.sub(r"^(\.*/)+", "", self.kernel.removeprefix("debian:"))
        name = re.sub(r"[^A-Za-z0-9.+~-]", "_", kernel) + "." + self.host
        if self.flags:
            flags = self.flags.removeprefix("--").encode()
            name += "." + re.sub(rb"[^A-Za-z0-9=._-]", b"_", flags).decode()
        return name

    @property
    def image(self) -> str:
        """Returns the path of the user's own image, empty for Debian's kernels."""
        return self.kernel if "/" in self.kernel else ""


class Kernels(Protocol):
    """Who knows Debian's kernels: see libraries.Libraries."""

    def kernel(self, name: str, architecture: str) -> str: ...

    def release_candidate(self) -> str: ...


def plan(kernels: Sequence[str], hosts: Sequence[str], flags: Sequence[str],
         known: Kernels) -> list[Cell]:
    """Returns the cells of a matrix, in the order in which they are run.

    Raises Failure for a kernel that is not to be had, or for two cells of one name.
    """
    pairs = list(_pairs(kernels, hosts, known))
    full_name = {(cpu, kernel): _full_name(kernel, cpu, known) for cpu, kernel in
                 dict.fromkeys((architecture(host), kernel) for host, kernel in pairs)}
    cells: dict[str, Cell] = {}
    for host, kernel in pairs:
        for each in _flags_of(host, flags):
            cell = Cell(host, full_name[architecture(host), kernel], each)
            other = cells.setdefault(cell.name, cell)
            if other != cell:
                raise Failure(
                    Exit.USAGE, f"two cells would have the name {cell.name}: "
                    f"{other.kernel} {other.flags} and {cell.kernel} {cell.flags}")
    return list(cells.values())


def _pairs(kernels: Sequence[str], hosts: Sequence[str],
           known: Kernels) -> Iterable[tuple[str, str]]:
    """Yields each host with each kernel; the default matrix if neither is given."""
    if kernels or hosts:
        for host in hosts or ["svm-npt"]:
            yield from ((host, kernel) for kernel in kernels or ["6.1"])
        return
    yield from (("svm-npt", kernel) for kernel in _DEFAULT_SVM_KERNELS)
    if candidate := known.release_candidate():
        yield "svm-npt", candidate
    for host in _OTHER_DEFAULT_HOSTS:
        yield from ((host, kernel) for kernel in _OTHER_DEFAULT_KERNELS)


def _flags_of(host: str, flags: Sequence[str]) -> list[str]:
    """Returns the flags of host's cells. On Intel hosts emuhost would boot twice
    unless it is told which mitigations, and a cell is one boot."""
    if not host.startswith("vmx-"):
        return list(flags) or [""]
    if not flags:
        return ["--mitigations=auto", "--mitigations=off"]
    return [each if "--mitigations=" in each
            else "--mitigations=auto" + (f" {each}" if each else "")
            for each in flags]


def _full_name(kernel: str, cpu: str, known: Kernels) -> str:
    """Returns kernel as a Cell of architecture cpu has it. A version is made a full
    name, so that a matrix goes on with the kernels it began with."""
    if "/" in kernel:
        return kernel
    return "debian:" + known.kernel(kernel.removeprefix("debian:"), cpu)
