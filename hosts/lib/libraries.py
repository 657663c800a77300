"""What the bash libraries of hosts/ know, asked by lib/ask.sh."""

import functools
import subprocess
from dataclasses import dataclass
from pathlib import Path

import children
from failure import Failure


@dataclass(frozen=True)
class Libraries:
    """Asks the libraries in the folder lib. cache is empty for the default."""

    lib: Path
    cache: str
    stop: children.Stop

    @functools.cached_property
    def hosts(self) -> list[str]:
        """The names of the emulated hosts there are."""
        return self._ask("hosts").split()

    def kernel(self, name: str, architecture: str) -> str:
        """Returns the full name of Debian's kernel `name`, such as "6.1", for
        architecture."""
        return self._ask("kernel", architecture, name)

    def cache_folder(self) -> Path:
        """Returns where kernels, sources and builds are kept."""
        return Path(self._ask("cache"))

    def refresh(self, architecture: str) -> None:
        """Fetches Debian's lists of kernels for architecture, unless they are younger
        than a day."""
        self._ask("refresh", architecture)

    def release_candidate(self) -> str:
        """Returns the newest release candidate's name, empty if there is none."""
        return self._ask("release_candidate")

    def emulator(self, host: str) -> str:
        """Returns the packages that host is emulated by, with their versions."""
        return self._ask("emulator", host)

    def binary(self, architecture: str) -> str:
        """Returns the path of the exitbench for architecture that was built or
        installed with this."""
        return self._ask("binary", architecture)

    def _ask(self, *question: str) -> str:
        """Returns the answer. Raises Failure if there is none; ask.sh says why."""
        code, answer = children.run(
            ["bash", str(self.lib / "ask.sh"), self.cache, *question], self.stop,
            subprocess.PIPE)
        if code:
            raise Failure(code)
        return answer.decode().rstrip("\n")
