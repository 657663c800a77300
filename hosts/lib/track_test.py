#!/usr/bin/env python3
"""Tests track as a whole, with stand-ins for emuhost, exitbench and own_kernel.

matrix and the bash libraries are the real ones. A results file is JSON, case by case
its figure, or its outcome if that is not OK.
"""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True

HOSTS = Path(__file__).resolve().parent.parent
LIMIT_S = 120

# Has the figures of the kernel, or does what they say; notes in $FAKE/started which
# kernel it was called for.
EMUHOST = r"""#!/usr/bin/env python3
import json, os, pathlib, sys, time
fake = pathlib.Path(os.environ["FAKE"])
options = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
kernel = options["--kernel"].removeprefix("debian:")
with (fake / "started").open("a") as started:
    started.write(f"{kernel} {options['--host']} {options.get('--seed', '')}\n")
text = (pathlib.Path(kernel).read_text() if "/" in kernel else
        json.dumps(json.loads((fake / "figures").read_text())[kernel.split("-")[0]]))
if "die" in text:
    print("panic\nthe kernel did not boot", file=sys.stderr)
    sys.exit(202)
if "hang" in text:
    pathlib.Path(options["--out"]).write_text("half")
    (fake / "hanging").touch()
    time.sleep(100)
pathlib.Path(options["--out"]).write_text(text)
if "killed" in text:
    sys.exit(137)
if "--profile" in options:
    pathlib.Path(options["--profile"]).write_text(text)
    print("profile of 1 of 1 cases: p")
"""

EXITBENCH = r"""#!/usr/bin/env python3
import json, os, pathlib, sys
words = [word for word in sys.argv[2:] if not word.startswith("--")]
options = dict(word.split("=", 1) for word in sys.argv[2:] if "=" in word)
files = [json.loads(pathlib.Path(word).read_text()) for word in words]
if sys.argv[1] == "show":
    print(json.dumps({"cases": [
        {"name": name, "outcome": value if isinstance(value, str) else "OK"}
        for name, value in files[0].items()]}))
elif sys.argv[1] == "diff":
    old, new = files
    refused = old.pop("host", "") != new.pop("host", "")
    cases, code = [], 0
    for name in {**old, **new}:
        metrics, change = [], "compared"
        before, after = old.get(name), new.get(name)
        if isinstance(after, str):
            change = "skipped on both" if before == after else (
                "newly skipped" if after == "SKIPPED" else "newly failing")
        elif before is None or after is None:
            change = "removed" if after is None else "added"
        elif isinstance(before, str):
            change = "recovered"
        else:
            verdict = ("same" if abs(after - before) <= ("--calibration" in options)
                       else "worse" if after > before else "better")
            metrics = [{"name": "guest", "unit": "instructions", "verdict": verdict,
                        "old": {"value": before, "runs": 2},
                        "new": {"value": after, "runs": 2}}]
        cases.append({"name": name, "change": change, "metrics": metrics,
                      "reason": "no PMU" if isinstance(after, str) else ""})
    functions = [{"case": name, "functions": [
        {"name": f, "module": "kvm", "old_self": a, "new_self": b}
        for f, a, b in (("shrank", 9, 1), ("grew", 1, 21), ("grew_more", 0, 30))]}
        for name in old] if "--functions" in sys.argv else []
    print(json.dumps({
        "refused": refused, "warnings": ["another compiler"], "cases": cases,
        "uncounted_mitigations": [], "functions": functions, "differences": [
            {"what": "CPU", "old": "a", "new": "b", "action": "refuse"}] * refused}))
    sys.exit(3 if refused else 1)
else:
    pathlib.Path(options["--out"]).write_text(
        json.dumps(files[0]) if sys.argv[1] == "merge" else " ".join(
            os.path.basename(word) for word in words))
"""

OWN_KERNEL = r"""#!/bin/bash
for word; do
  case $word in --source=*) source=${word#*=} ;; --out=*) out=${word#*=} ;; esac
done
echo "$*" >>"$FAKE/built"
! grep -q broken "$source/figures" || exit 201
cp "$source/figures" "$out"
"""
DPKG_QUERY = """#!/bin/sh
case $* in *Status*) printf installed ;; *) echo qemu 7.2 ;; esac
"""
NAMES = {"5.10": "5.10.0-46-cloud-amd64", "6.1": "6.1.0-56-cloud-amd64",
         "6.12": "6.12.117+deb13-cloud-amd64", "6.18": "6.18.15+deb13-cloud-amd64"}


class TrackTest(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.store = self.folder / "store"
        shutil.copytree(HOSTS / "lib", self.folder / "hosts/lib")
        for name in ("matrix", "track"):
            shutil.copy(HOSTS / name, self.folder / "hosts" / name)
        self.program("hosts/emuhost", EMUHOST)
        self.program("hosts/own_kernel", OWN_KERNEL)
        self.program("exitbench", EXITBENCH)
        self.program("bin/dpkg-query", DPKG_QUERY)
        packages = self.folder / "cache/apt/packages"
        packages.parent.mkdir(parents=True)
        packages.write_text("".join(f"linux-image-{name}\n" for name in NAMES.values()))
        self.environment = os.environ | {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "FAKE": str(self.folder),
            "EXITBENCH_HOST_CACHE": f"{self.folder}/cache",
            "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(self.folder)}

    def program(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def figures(self, **by_kernel: Any) -> None:
        """Sets what kernels have: by version, with _ for the dot."""
        by_version = {name.removeprefix("v").replace("_", "."): value
                      for name, value in by_kernel.items()}
        (self.folder / "figures").write_text(json.dumps(
            {full.split("-")[0]: by_version[short] for short, full in NAMES.items()
             if short in by_version}))

    def command(self, *arguments: str) -> list[str]:
        return [str(self.folder / "hosts/track"), f"--binary={self.folder}/exitbench",
                f"--store={self.store}", *arguments]

    def track(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Runs track, which must end with code."""
        done = subprocess.run(self.command(*arguments), env=self.environment, text=True,
                              capture_output=True, timeout=LIMIT_S)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def lines(self, name: str) -> list[str]:
        """Returns the lines of a note since the last call."""
        path = self.folder / name
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def started(self) -> list[str]:
        """Returns the kernels booted since the last call."""
        return [line.split("-")[0] for line in self.lines("started")]

    def files(self) -> list[str]:
        return sorted(path.name for path in self.store.iterdir() if path.is_file())

    def test_a_store_grows_by_what_it_lacks(self) -> None:
        self.figures(v6_1={"a/b": 100, "c/d": "SKIPPED"}, v6_12={"a/b": 90, "c/d": 5})
        done = self.track("--kernels=6.12,6.1")
        self.assertEqual(done.stdout, f"""\
# KVM exits by kernel

## svm-npt: {NAMES["6.1"]}

The oldest: there is none to compare it with.

## svm-npt: {NAMES["6.1"]} -> {NAMES["6.12"]}

Metrics: 0 worse, 1 better, 0 the same.

| Better | metric | before | now | change |
| --- | --- | --- | --- | --- |
| a/b | guest | 100 | 90 | -10% |

- recovered (1): c/d

- warning: another compiler
""")
        self.assertEqual((self.store / "summary.md").read_text(), done.stdout)
        self.assertCountEqual(self.started(), ["6.12.117+deb13", "6.1.0"])
        self.assertEqual(self.files(), [
            f"{NAMES['6.1']}.svm-npt.pb", f"{NAMES['6.12']}.svm-npt.pb",
            "report.svm-npt.html", "reported", "summary.md"])
        # By version: 6.12 is after 6.1, and 6.18 after both.
        self.assertEqual((self.store / "report.svm-npt.html").read_text(),
                         f"{NAMES['6.1']}.svm-npt.pb {NAMES['6.12']}.svm-npt.pb")

        again = self.track("--kernels=6.12,6.1")
        self.assertEqual(self.started(), [])
        self.assertIn("track: 0 of 2 cells to measure", again.stderr)
        self.assertEqual(re.findall("(?m)^## .*", again.stdout), [
            f"## svm-npt: {NAMES['6.1']} -> {NAMES['6.12']} (reported before)"])

        self.figures(v5_10={"a/b": 80}, v6_18={"a/b": 90, "c/d": 5})
        done = self.track("--kernels=6.12,6.1,6.18")
        self.assertEqual(self.started(), ["6.18.15+deb13"])
        self.assertEqual(re.findall("(?m)^## .*|^Metrics.*", done.stdout), [
            f"## svm-npt: {NAMES['6.12']} -> {NAMES['6.18']}",
            "Metrics: 0 worse, 0 better, 2 the same."])
        # An older one is the oldest, and no later step is told again but the newest.
        done = self.track("--kernels=5.10")
        self.assertEqual(re.findall("(?m)^## .*", done.stdout), [
            f"## svm-npt: {NAMES['5.10']}",
            f"## svm-npt: {NAMES['6.12']} -> {NAMES['6.18']} (reported before)"])

    def test_what_got_worse(self) -> None:
        self.figures(v6_1={"a/b": 1000, "c/d": 7}, v6_12={"a/b": 1001, "c/d": 7})
        done = self.track("--kernels=6.1,6.12", code=1)
        self.assertIn("| a/b | guest | 1000 | 1001 | +0.1% |", done.stdout)
        # Once it was told it is no news.
        self.track("--kernels=6.1,6.12")
        self.track("--summary", code=1)
        # The other kernels are judged by themselves.
        self.figures(v6_18={"a/b": 1001, "c/d": 7})
        self.track("--kernels=6.1,6.12,6.18")
        self.track("--summary")

    def test_what_fails_or_is_skipped_is_not_unchanged(self) -> None:
        self.figures(v6_1={"a/b": 1, "c/d": 1, "e/f": "SKIPPED", "g/h": 1},
                     v6_12={"a/b": "FAILED", "c/d": "SKIPPED", "e/f": "SKIPPED"},
                     v6_18={"a/b": 1, "i/j": 3})
        done = self.track("--kernels=6.1,6.12", code=1)
        self.assertEqual(re.findall("(?m)^- NOT.*", done.stdout), [
            "- NOT COMPARED, newly failing (1): a/b (no PMU)",
            "- NOT COMPARED, newly skipped (1): c/d (no PMU)",
            "- NOT COMPARED, skipped on both (1): e/f (no PMU)",
            "- NOT COMPARED, removed (1): g/h"])
        done = self.track("--kernels=6.18")
        self.assertEqual(re.findall("(?m)^- [Nr].*", done.stdout), [
            "- NOT COMPARED, removed (2): c/d, e/f", "- NOT COMPARED, added (1): i/j",
            "- recovered (1): a/b"])

    def test_a_kernel_that_does_not_boot(self) -> None:
        self.figures(v6_1={"a/b": 10}, v6_12="die", v6_18={"a/b": 9})
        done = self.track("--kernels=6.1,6.12,6.18", code=202)
        self.assertIn(f"\n- {NAMES['6.12']}.svm-npt: no results, exit code 202 / panic / "
                      "the kernel did not boot\n", done.stdout)
        self.assertIn(f"{NAMES['6.1']} -> {NAMES['6.18']}\n", done.stdout)
        self.started()
        self.figures(v6_1={"a/b": 10}, v6_12={"a/b": 8}, v6_18={"a/b": 9})
        done = self.track("--kernels=6.1,6.12,6.18")
        self.assertEqual(self.started(), ["6.12.117+deb13"])
        self.assertIn(f"## svm-npt: {NAMES['6.1']} -> {NAMES['6.12']}\n", done.stdout)
        # Something that got worse is more than something that did not boot.
        self.figures(v5_10="die", v6_1={"a/b": 20})
        (self.store / f"{NAMES['6.1']}.svm-npt.pb").unlink()
        shutil.rmtree(self.store / ".track/matrix")
        self.track("--kernels=5.10,6.1", code=202)
        (self.store / "reported").unlink()
        self.track("--kernels=5.10", code=1)

    def test_half_of_the_results_are_none(self) -> None:
        self.figures(v6_1={"a/b": 10, "killed": 1})
        done = self.track("--kernels=6.1", code=202)
        self.assertIn(": no results, exit code 137", done.stdout)
        self.assertEqual(list(self.store.glob("*.pb")), [])
        self.figures(v6_1={"a/b": 10, "c/d": 1})
        self.track("--kernels=6.1")
        self.assertEqual(len(list(self.store.glob("*.pb"))), 1)

    def test_an_interrupted_run(self) -> None:
        self.figures(v6_1={"a/b": 10}, v6_12="hang", v6_18={"a/b": 9})
        arguments = ("--kernels=6.1,6.12,6.18", "--hosts=svm-npt,svm-shadow")
        with subprocess.Popen(self.command(*arguments), env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as run:
            end = time.monotonic() + LIMIT_S
            while not (self.folder / "hanging").exists() and time.monotonic() < end:
                time.sleep(0.05)
            other = self.track(*arguments, code=205)
            self.assertEqual(other.stderr, f"track: another run has {self.store}\n")
            run.send_signal(signal.SIGTERM)
            run.communicate(timeout=LIMIT_S)
        self.assertEqual(run.returncode, 143)
        self.assertEqual(self.files(), [])
        self.assertEqual(self.started(), ["6.1.0", "6.12.117+deb13"])
        (self.store / ".track/new.left").write_text("half")
        self.figures(v6_1={"a/b": 10}, v6_12={"a/b": 9}, v6_18={"a/b": 9})
        self.track(*arguments)
        self.assertEqual(self.started(), ["6.12.117+deb13", "6.18.15+deb13", "6.1.0",
                                          "6.12.117+deb13", "6.18.15+deb13"])
        self.assertEqual(len([name for name in self.files() if name.endswith(".pb")]), 6)
        self.assertFalse(list((self.store / ".track").glob("new*")))

    def test_a_run_that_did_not_report_is_reported_by_the_next(self) -> None:
        self.figures(v6_1={"a/b": 10}, v6_12={"a/b": 11})
        self.program("exitbench", EXITBENCH.replace(
            'files = [', 'sys.argv[1] == "report" and sys.exit(2)\nfiles = ['))
        done = self.track("--kernels=6.1,6.12", code=204)
        self.assertIn("track: exitbench report ends with 2: ", done.stderr)
        self.program("exitbench", EXITBENCH)
        self.track("--kernels=6.1,6.12", code=1)
        self.track("--kernels=6.1,6.12")

    def test_unlike_hosts(self) -> None:
        self.figures(v6_1={"a/b": 10, "host": "x"}, v6_12={"a/b": 11, "host": "y"})
        done = self.track("--kernels=6.1,6.12", code=204)
        self.assertIn("NOT COMPARABLE: CPU: a -> b\n", done.stdout)

    def test_profiles(self) -> None:
        self.figures(v6_1={"a/b": 10, "c/d": 3, "e/f": 1},
                     v6_12={"a/b": 11, "c/d": 3, "e/f": 2})
        self.track("--kernels=6.1,6.12", code=1)
        self.started()
        done = self.track("--kernels=6.1,6.12", "--profile")
        self.assertEqual(len(self.started()), 2)
        self.assertIn("""
| Function that grew | module | worse cases | most in | before | now | change |
| --- | --- | --- | --- | --- | --- | --- |
| grew_more | kvm | 2 | a/b | 0 | 30 | +30 |
| grew | kvm | 2 | a/b | 1 | 21 | +20 |

""", done.stdout)
        self.assertIn(f"{NAMES['6.12']}.svm-npt.profile.pb", self.files())
        self.assertEqual((self.store / "report.svm-npt.html").read_text(), " ".join(
            f"{NAMES[version]}.svm-npt.{end}" for end in ("pb", "profile.pb")
            for version in ("6.1", "6.12")))
        # Results that are measured anew have no older profile beside them.
        (self.store / f"{NAMES['6.12']}.svm-npt.pb").unlink()
        shutil.rmtree(self.store / ".track/matrix")
        self.track("--kernels=6.1,6.12")
        self.assertNotIn(f"{NAMES['6.12']}.svm-npt.profile.pb", self.files())

    def test_calibration(self) -> None:
        self.figures(v6_1={"a/b": 10}, v6_12={"a/b": 11}, v6_18={"a/b": 13})
        self.track("--kernels=6.1,6.12", "--calibrate=svm-npt", "--profile")
        self.assertEqual([line.split(" ")[2] for line in self.lines("started")],
                         ["1", "2", "3", "4", "5", "", ""])
        self.assertEqual((self.store / "svm-npt.calibration").read_text(), " ".join(
            f"{NAMES['6.1']}.svm-npt.seed={seed}.pb" for seed in range(1, 6)))
        self.track("--kernels=6.18", "--calibrate=svm-npt", code=1)
        self.assertEqual(self.started(), ["6.18.15+deb13"])
        (self.store / "svm-npt.calibration").unlink()
        self.figures(v6_1="die")
        self.track("--kernels=6.18", "--calibrate=svm-npt")
        self.started()
        shutil.rmtree(self.store / ".track/matrix")
        (self.store / "svm-npt.calibration").unlink()
        done = self.track("--kernels=6.18", "--calibrate=svm-npt", code=202)
        self.assertIn("svm-npt.seed=5: no results", done.stdout)
        self.assertNotIn("svm-npt.calibration", self.files())

    def test_what_changed_is_measured_again(self) -> None:
        self.figures(v6_1={"a/b": 10}, v6_12={"a/b": 10})
        self.track("--kernels=6.1,6.12")
        self.started()
        self.program("exitbench", EXITBENCH + "# Another.\n")
        self.track("--kernels=6.1,6.12")
        self.assertEqual(self.started(), [])
        self.figures(v6_1={"a/b": 10}, v6_12={"a/b": 12})
        self.track("--kernels=6.1,6.12", "--again", code=1)
        self.assertEqual(len(self.started()), 2)
        self.track("--kernels=6.1,6.12", "--again")
        self.assertEqual(self.started(), [])

    def test_options_of_matrix(self) -> None:
        self.figures(v6_1={"a/b": 10})
        work = self.folder / "work"
        self.track("--kernels=6.1", "--hosts=vmx-ept", "--flags=--mitigations=off",
                   f"--work={work}", "--jobs=2", "--", "run", "--cases=x")
        self.assertEqual(self.files()[0],
                         f"{NAMES['6.1']}.vmx-ept.mitigations=off.pb")
        self.assertTrue((work / f"{NAMES['6.1']}.vmx-ept.mitigations=off.cell").exists())
        done = self.track("--kernels=5.10", "--jobs=0", code=200)
        self.assertIn("matrix: --jobs: wants a whole number", done.stderr)

    def test_usage(self) -> None:
        for arguments, text in (
                (["--none"], "unknown argument '--none'"),
                (["--git=x"], "--git and --range go together"),
                (["--git=x", "--range=a..b"], "--git: no directory x"),
                (["--git=x", "--range=a..b", "--again"], "--again is not for --git"),
                (["--config=x"], "--config is for --git"),
                (["--hosts=x"], "--hosts: 'x' is none of svm-npt"),
                (["--calibrate=x"], "--calibrate: 'x' is none of svm-npt"),
                (["--binary=none"], "no binary at none"),
                (["--store="], "which store?")):
            with self.subTest(arguments=arguments):
                done = self.track(*arguments, code=200)
                self.assertEqual(len(done.stderr.splitlines()), 1)
                self.assertIn(text, done.stderr)
        done = self.track("--kernels=9.9", code=201)
        self.assertFalse(self.files())
        self.assertIn("Usage: ", self.track("--help").stdout)

    # By commit.

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", str(self.folder / "linux"), "-c", "user.name=t",
             "-c", "user.email=t@t", *arguments], check=True, env=self.environment,
            capture_output=True, text=True).stdout.strip()

    def history(self, *figures: dict[str, Any] | str) -> list[str]:
        """Makes a tree with a commit for each, and returns their short names."""
        (self.folder / "linux").mkdir()
        self.git("init", "-q", "-b", "main")
        names = []
        for number, each in enumerate(figures):
            (self.folder / "linux/figures").write_text(json.dumps(each))
            self.git("add", "figures")
            self.git("commit", "-q", "--allow-empty", "-m", f"commit <{number}>|")
            names.append(self.git("rev-parse", "HEAD")[:12])
        return names

    def by_commit(self, number: int, *arguments: str, code: int = 0
                  ) -> subprocess.CompletedProcess[str]:
        return self.track(f"--git={self.folder}/linux", f"--range=main~{number}..main",
                          *arguments, code=code)

    def built(self) -> list[str]:
        return [re.sub(".*--name=g([^ ]*).*", r"\1", line)
                for line in self.lines("built")]

    def test_commits(self) -> None:
        a = {"a/b": 10, "c/d": 5}
        b = {"a/b": 30, "c/d": 5}
        c = {"a/b": 30, "c/d": 4}
        names = self.history(a, a, a, b, b, b, b, b, c)
        before = self.git("status", "--porcelain", "--branch")
        config = self.folder / "config"
        config.touch()
        done = self.by_commit(8, f"--config={config}", code=1)
        built = self.lines("built")
        self.assertEqual([re.sub(".*--name=g([^ ]*).*", r"\1", line) for line in built],
                         [names[i] for i in (8, 0, 4, 2, 3, 6, 7)])
        self.assertIn(f" --config={config}", built[0])
        self.assertEqual(re.findall("(?m)^(#+ .*|[|-] .*)$", done.stdout), [
            "# KVM exits by commit: main~8..main",
            f"## svm-npt: {names[3]} commit &lt;3>\\|",
            "| Worse | metric | before | now | change |",
            "| --- | --- | --- | --- | --- |",
            "| a/b | guest | 10 | 30 | +200% |",
            "- warning: another compiler",
            f"## svm-npt: {names[8]} commit &lt;8>\\|",
            "| Better | metric | before | now | change |",
            "| --- | --- | --- | --- | --- |",
            "| c/d | guest | 5 | 4 | -20% |",
            "- warning: another compiler",
            "## Commits not measured",
            f"- 1 after {names[0]}: {names[2]} does not differ from it",
            f"- 1 after {names[4]}: {names[6]} does not differ from it"])
        self.assertEqual(
            (self.store / "commits/report.svm-npt.html").read_text().split(" "),
            [f"g{names[i]}_bzImage.svm-npt.pb" for i in (0, 2, 3, 4, 6, 7, 8)])
        self.assertEqual((self.store / "commits/summary.md").read_text(), done.stdout)
        # Nothing is built again, the user's tree is as it was, images are gone.
        self.assertEqual(self.by_commit(8, code=1).stdout, done.stdout)
        self.assertEqual(self.built(), [])
        self.assertEqual(self.git("status", "--porcelain", "--branch"), before)
        self.assertEqual(list((self.store / "commits/.track/images").glob("*/*")), [])

    def test_commits_that_do_not_differ(self) -> None:
        names = self.history({"a/b": 10}, {"a/b": 9}, {"a/b": 10})
        done = self.by_commit(2)
        self.assertIn("The ends of the range do not differ.", done.stdout)
        self.assertEqual(self.built(), [names[2], names[0]])

    def test_commits_that_cannot_be_built_or_booted(self) -> None:
        a, b = {"a/b": 10}, {"a/b": 9}
        names = self.history(a, a, {"broken": 1}, "die", b)
        done = self.by_commit(4, code=202)
        self.assertIn(f"## svm-npt: {names[4]} commit &lt;4>\\|; or {names[2]}, "
                      f"{names[3]} before it, which have no results", done.stdout)
        self.assertIn(f"- g{names[2]} commit &lt;2>\\|: no image, it can't be built",
                      done.stdout)
        self.assertIn(f"- g{names[3]}_bzImage.svm-npt: no results, exit code 202",
                      done.stdout)
        self.started()
        self.assertEqual(len(self.built()), 5)
        # What did not boot is not built again, but booted.
        self.by_commit(4, code=202)
        self.assertEqual(self.built(), [names[2]])
        self.assertEqual(len(self.started()), 1)

    def test_ranges(self) -> None:
        self.history({"a/b": 10}, "die")
        for text, said in (("main", "wants A..B, not 'main'"),
                           ("main...x", "wants A..B"), ("..main", "wants A..B"),
                           ("none..main", "--range: no commit none"),
                           ("main..main", "does not come of main by first parents"),
                           ("main..main~1", "does not come of main by first parents")):
            with self.subTest(text=text):
                done = self.track(f"--git={self.folder}/linux", f"--range={text}",
                                  code=200)
                self.assertIn(said, done.stderr)
        done = self.by_commit(1, code=202)
        self.assertIn("track: the ends of the range have to be measured", done.stderr)

    def test_the_sources_have_one_user(self) -> None:
        self.history({"a/b": 10}, {"a/b": 10})
        self.by_commit(1)
        folder = next((self.folder / "cache/source").glob("track-*"))
        with (folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self.by_commit(1, code=205)
        self.assertEqual(done.stderr, f"track: another run has {folder}\n")


if __name__ == "__main__":
    unittest.main()
