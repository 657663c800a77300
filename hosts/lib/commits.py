"""The commits of a range, built one by one, and the search for those that changed
something."""

import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import children
from failure import Exit, Failure, say


@dataclass(frozen=True)
class Commit:
    """A commit: its whole name, and the first line of its message."""

    name: str
    subject: str

    @property
    def kernel(self) -> str:
        """Returns the path of its image, in the folder of images."""
        return f"./{self.short}/bzImage"

    @property
    def short(self) -> str:
        """Returns what its kernel's release ends with."""
        return f"g{self.name[:12]}"


@dataclass
class Found:
    """What a search found, as indices: `steps` are neighbours that differ, `equal` are
    the ends of intervals that do not, whose inside was not measured."""

    steps: list[tuple[int, int]] = field(default_factory=list)
    equal: list[tuple[int, int]] = field(default_factory=list)


def find_steps(count: int, measure: Callable[[int], bool],
               differ: Callable[[int, int], bool]) -> Found:
    """Returns each step among `count` measurements in a row, as far as ends tell.

    measure(i) returns whether there is a measurement of i; it is called at most once.
    differ(i, j) tells whether two that there are differ. An interval is halved only if
    its ends differ, so two changes that cancel out are not found. One that can't be
    measured is left out, so a step may span several.

    Raises Failure if the newest or the oldest can't be measured.
    """
    tried: dict[int, bool] = {}

    def measured(index: int) -> bool:
        if index not in tried:
            tried[index] = measure(index)
        return tried[index]

    if not measured(count - 1) or not measured(0):
        raise Failure(Exit.BOOT, "the ends of the range have to be measured")
    found = Found()
    todo = [(0, count - 1)]
    while todo:
        low, high = todo.pop()
        if low == high:
            continue
        if not differ(low, high):
            if high - low > 1:
                found.equal.append((low, high))
            continue
        middle = next(filter(measured, _from_middle(low, high)), None)
        if middle is None:
            found.steps.append((low, high))
        else:
            todo += [(middle, high), (low, middle)]
    found.steps.sort()
    found.equal.sort()
    return found


def _from_middle(low: int, high: int) -> list[int]:
    """Returns what is between low and high, nearest to the middle first."""
    return sorted(range(low + 1, high), key=lambda index: abs(2 * index - low - high))


@dataclass(frozen=True)
class Tree:
    """The git tree at `source`, which is never written to. Its commits are checked out
    to `folder`, a clone that shares its objects."""

    source: Path
    folder: Path
    stop: children.Stop

    def commits(self, text: str) -> list[Commit]:
        """Returns the commits of the range A..B along first parents, A itself first."""
        first, dots, last = text.partition("..")
        if not (first and dots and last) or last.startswith("."):
            raise Failure(Exit.USAGE, f"--range: wants A..B, not '{text}'")
        old, new = (self._ask(f"--range: no commit {each}", "rev-parse", "--verify",
                              "--quiet", "--end-of-options", f"{each}^{{commit}}")
                    for each in (first, last))
        lines = self._ask(f"--range: cannot list {text}", "log", "--first-parent",
                          "--reverse", "--format=%H%x00%P%x00%s", f"{old}..{new}")
        commits = [line.split("\0") for line in lines.splitlines()]
        if not commits or commits[0][1].split(" ")[0] != old:
            raise Failure(Exit.USAGE, f"--range: {last} does not come of {first} by "
                          "first parents")
        subject = self._ask(f"--range: cannot show {first}", "show", "--no-patch",
                            "--format=%s", old)
        return [Commit(old, subject),
                *(Commit(name, subject) for name, _, subject in commits)]

    def check_out(self, commit: Commit) -> None:
        """Makes the folder's content that of commit. Only files that differ are
        written, so that make builds only what they are for."""
        if not (self.folder / ".git").is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._git("cannot clone it", "clone", "--quiet", "--shared", "--no-checkout",
                      str(self.source), str(self.folder))
        # Of a run that was killed.
        (self.folder / ".git/index.lock").unlink(missing_ok=True)
        self._git(f"cannot check out {commit.name}", "-C", str(self.folder), "checkout",
                  "--quiet", "--force", "--detach", commit.name)

    def _ask(self, trouble: str, *arguments: str) -> str:
        return self._git(trouble, "-C", str(self.source), *arguments)

    def _git(self, trouble: str, *arguments: str) -> str:
        """Returns what git prints. Raises Failure, which says `trouble`, if it fails."""
        code, text = children.run(["git", *arguments], self.stop, subprocess.PIPE)
        if code:
            raise Failure(Exit.USAGE, f"--git={self.source}: {trouble}")
        return text.decode(errors="replace").rstrip("\n")


@dataclass(frozen=True)
class Builder:
    """Builds commits of `tree` by the own_kernel at `program`, with its `options`, into
    the folder `images`."""

    tree: Tree
    program: Path
    options: Iterable[str]
    images: Path
    stop: children.Stop

    def build(self, commit: Commit) -> bool:
        """Returns whether there is an image of commit now. Raises Failure if the reason
        is not that it can't be built."""
        image = self.images / commit.kernel
        if image.is_file():
            return True
        say(f"building {commit.name[:12]} {commit.subject}")
        image.parent.mkdir(parents=True, exist_ok=True)
        self.tree.check_out(commit)
        code, _ = children.run(
            [str(self.program), f"--source={self.tree.folder}", f"--out={image}",
             f"--name={commit.short}", *self.options], self.stop, subprocess.DEVNULL)
        if code not in (0, Exit.KERNEL):
            raise Failure(code)
        return code == 0

    def remove(self, commit: Commit) -> None:
        """Removes commit's image: its results are all that is wanted."""
        (self.images / commit.kernel).unlink(missing_ok=True)
