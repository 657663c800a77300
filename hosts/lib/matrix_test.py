#!/usr/bin/env python3
"""Tests matrix as a whole, with stand-ins for emuhost, exitbench and dpkg-query.

The bash libraries are the real ones, with a cache that has a list of packages.
"""

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

sys.dont_write_bytecode = True

from failure import Exit

HOSTS = Path(__file__).resolve().parent.parent
LIMIT_S = 60

# Does what --append= says; notes in $FAKE/started with what it was called.
EMUHOST = r"""#!/bin/bash
echo "$*" >>"$FAKE/started"
out=${*: -1}
out=${out#--out=}
profile=$(sed -n 's/.* --profile=\([^ ]*\) .*/\1/p' <<<"$*")
[[ ! $profile ]] || {
  echo profile >"$profile"
  echo "profile of 1 of 2 cases: $profile" >&2
}
case " $* " in
  *" --append=hang "*)
    trap 'echo $$ >>"$FAKE/cleaned"; exit 143' TERM
    echo half >"$out"
    echo $$ >>"$FAKE/hanging"
    for ((;;)); do sleep 0.05; done ;;
  *" --append=die "*)
    printf 'one\ntwo\nthree\n' >&2
    exit 202 ;;
  *" --append=no_profile "*)
    echo '{"cases":[{"name":"a/b","outcome":"OUTCOME_OK"}]}' >"$out"
    rm "$profile"
    exit 204 ;;
  *" --append=fail "*)
    echo '{"cases":[{"name":"a/b","outcome":"OUTCOME_OK"},
      {"name":"c/d","outcome":"OUTCOME_FAILED","reason":"broken"}]}' >"$out"
    exit 1 ;;
esac
echo said
echo '{"cases":[{"name":"a/b","outcome":"OUTCOME_OK"},
  {"name":"c/d","outcome":"OUTCOME_SKIPPED","reason":"no capability"}]}' >"$out"
"""
EXITBENCH = """#!/bin/sh
[ "$1 $2" = "show --format=json" ] && exec cat "$3"
"""
DPKG_QUERY = """#!/bin/sh
case $* in *Status*) printf installed ;; *) cat "$FAKE/emulator" ;; esac
"""
PACKAGES = [f"linux-image-{name}-amd64" for name in (
    "5.10.0-46-cloud", "6.1.0-47-cloud", "6.1.0-56-cloud", "6.1.0-56",
    "6.12.117+deb13-cloud", "6.18.15+deb13-cloud")] + [
    f"linux-{kind}-{name}-amd64" for kind in ("binary", "modules")
    for name in ("7.2.12+deb13-cloud", "7.3.4+deb13-cloud")]
CANDIDATE = [f"linux-{kind}-7.4-cloud-amd64" for kind in ("binary", "modules")]

NEWEST = "6.1.0-56-cloud-amd64"


class MatrixTest(unittest.TestCase):
    maxDiff = None

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "out"
        shutil.copytree(HOSTS / "lib", self.folder / "hosts/lib")
        shutil.copy(HOSTS / "matrix", self.folder / "hosts/matrix")
        self.program("hosts/emuhost", EMUHOST)
        self.program("exitbench", EXITBENCH)
        self.program("bin/dpkg-query", DPKG_QUERY)
        self.packages(PACKAGES)
        (self.folder / "emulator").write_text("qemu 7.2\n")
        self.environment = os.environ | {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "FAKE": str(self.folder),
            "EXITBENCH_HOST_CACHE": f"{self.folder}/cache"}

    def program(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def packages(self, names: list[str], folder: str = "apt") -> None:
        """Has the lists name these; they are too young to be fetched."""
        path = self.folder / "cache" / folder / "packages"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{name}\n" for name in names))

    def command(self, *arguments: str) -> list[str]:
        return [str(self.folder / "hosts/matrix"), f"--binary={self.folder}/exitbench",
                f"--out={self.out}", *arguments]

    def matrix(self, *arguments: str, code: int = 0
               ) -> subprocess.CompletedProcess[str]:
        """Runs matrix, which must end with code."""
        done = subprocess.run(self.command(*arguments), env=self.environment, text=True,
                              capture_output=True, timeout=LIMIT_S)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def lines(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def started(self) -> list[str]:
        """Returns the flags of the cells that were begun since the last call."""
        lines = self.lines("started")
        (self.folder / "started").unlink(missing_ok=True)
        return [re.sub(" --binary=[^ ]*| --profile=[^ ]*| -- .*", "", line)
                for line in lines]

    def files(self) -> list[str]:
        return sorted(path.name for path in self.out.iterdir())

    def test_a_matrix(self) -> None:
        done = self.matrix("--kernels=6.1", "--hosts=svm-npt,svm-shadow",
                           "--timeout=9", f"--cache={self.folder}/cache", "--",
                           "run", "--cases=a b")
        self.assertEqual(
            re.sub(r"(?m)^((?: +\d+){6}) +\d+  ", r"\1       S  ", done.stdout), f"""\
cell    OK  SKIPPED  FAILED  TIMEOUT  exit seconds  kernel, host, flags
   1     1        1       0        0     0       S  {NEWEST}.svm-npt
   2     1        1       0        0     0       S  {NEWEST}.svm-shadow

case    1    2
a/b   ok   ok
c/d skip skip

SKIPPED c/d in 1 2: no capability
""")
        self.assertEqual(re.sub(r"\d+ s\n", "S s\n", done.stderr), f"""\
matrix: {NEWEST}.svm-npt: exit code 0 after S s
matrix: {NEWEST}.svm-shadow: exit code 0 after S s
""")
        self.assertEqual(self.lines("started"), [
            f"--host={host} --kernel=debian:{NEWEST} --binary={self.folder}/exitbench "
            f"--cache={self.folder}/cache --timeout=9 -- run --cases=a b "
            f"--out={self.out}/{NEWEST}.{host}.pb" for host in ("svm-npt", "svm-shadow")])
        self.assertEqual(self.files(), [
            f"{NEWEST}.{host}.{end}" for host in ("svm-npt", "svm-shadow")
            for end in ("cell", "log", "pb")])
        self.assertEqual((self.out / f"{NEWEST}.svm-npt.log").read_text(), "said\n")
        self.assertRegex((self.out / f"{NEWEST}.svm-npt.cell").read_text(),
                         "^key [0-9a-f]{64}\nexit 0\nseconds [0-9]+\n$")

    def test_arm64_hosts_have_their_kernels_and_binary(self) -> None:
        self.packages(["linux-image-6.1.0-56-cloud-arm64"], "apt-arm64")
        arm64 = self.folder / "exitbench_arm64"
        arm64.write_text("for another machine\n")
        self.matrix("--kernels=6.1", "--hosts=arm64-vhe,svm-npt", "--profile",
                    f"--binary_arm64={arm64}")
        self.assertEqual([re.sub(" -- .*| --profile=[^ ]*", "", line)
                          for line in self.lines("started")], [
            f"--host=arm64-vhe --kernel=debian:6.1.0-56-cloud-arm64 --binary={arm64} "
            f"--decoder={self.folder}/exitbench",
            f"--host=svm-npt --kernel=debian:{NEWEST} --binary={self.folder}/exitbench"])
        self.started()
        self.matrix("--hosts=arm64-vhe,svm-npt", "--profile", f"--binary_arm64={arm64}")
        self.assertEqual(self.started(), [])
        arm64.write_text("another\n")
        self.matrix("--hosts=arm64-vhe,svm-npt", "--profile", f"--binary_arm64={arm64}")
        self.assertEqual(len(self.started()), 1)

    def test_default_arguments(self) -> None:
        self.matrix("--hosts=svm-npt")
        self.assertIn(" -- run --sessions=1 --rounds=2 --exits=100 --out=",
                      self.lines("started")[0])

    def test_a_case_that_failed_is_named(self) -> None:
        done = self.matrix("--hosts=svm-npt", "--flags=", "--flags=--append=fail", code=1)
        self.assertEqual(done.stdout.splitlines()[4:], [
            "case    1    2", "a/b   ok   ok", "c/d skip FAIL", "",
            "FAILED c/d in 2: broken", "SKIPPED c/d in 1: no capability"])
        self.assertEqual(done.stdout.splitlines()[2].split()[:6],
                         ["2", "1", "0", "1", "0", "1"])

    def test_a_cell_without_results(self) -> None:
        done = self.matrix("--hosts=svm-npt", "--flags=--append=die", "--flags=",
                           code=202)
        self.assertRegex(
            done.stderr, rf"^matrix: {NEWEST}.svm-npt.append=die: no results, exit "
            rf"code 202 after \d+ s\n  two\n  three\nmatrix: {NEWEST}.svm-npt: exit ")
        self.assertRegex(done.stdout.splitlines()[1],
                         r"^   1     0        0       0        0   202 +\d+  ")
        self.assertIn("c/d    - skip", done.stdout)
        self.assertIn("\n\nNO RESULTS in 1: exit code 202\nSKIPPED ", done.stdout)

    def test_a_cell_whose_setting_was_not_taken(self) -> None:
        self.program("hosts/emuhost", EMUHOST.replace("exit 202", "exit 207"))
        for _ in range(2):
            done = self.matrix("--hosts=svm-npt", "--flags=--append=die", code=202)
            self.assertEqual(len(self.started()), 1)
            self.assertIn("no results, exit code 207 after ", done.stderr)
            self.assertEqual(done.stdout.splitlines()[2:],
                             ["", "NO RESULTS in 1: exit code 207"])

    def test_relative_paths_are_those_of_the_working_directory(self) -> None:
        self.program("bin/apt-get", '#!/bin/sh\nprintf "%s\\n" "$@" >>"$FAKE/apt"\n'
                     "exit 1\n")
        (self.folder / "bin/elsewhere").mkdir()
        shutil.copy(self.folder / "exitbench", self.folder / "bin/elsewhere/eb")
        cache = self.folder / "bin/elsewhere/cache"
        (self.folder / "cache").rename(cache)
        for where in ("--cache=cache", "EXITBENCH_HOST_CACHE"):
            with self.subTest(where):
                shutil.rmtree(self.folder / "bin/elsewhere/out", ignore_errors=True)
                option = [where] if where.startswith("--") else []
                environment = self.environment | (
                    {} if option else {where: "cache"})
                done = subprocess.run(
                    [self.folder / "hosts/matrix", "--binary=eb", "--out=out", *option,
                     "--hosts=svm-npt,vmx-ept-skylake", "--flags=--mitigations=auto"],
                    env=environment, cwd=self.folder / "bin/elsewhere", text=True,
                    capture_output=True, timeout=LIMIT_S)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("a/b   ok   ok", done.stdout)
                self.assertEqual(
                    len(list((self.folder / "bin/elsewhere/out").glob("*.pb"))), 2)
                asked = [word for word in self.lines("apt") if word.startswith("Dir::")
                         and not word.endswith(("=", "=-", "=/dev/null"))]
                self.assertIn(f"Dir::Cache={cache}/apt/cache", asked)
                for word in asked:
                    self.assertIn(f"={cache}/apt", word)
                (self.folder / "apt").unlink()
                self.assertIn(f" --binary={self.folder}/bin/elsewhere/eb ",
                              self.lines("started")[-1])

    def test_results_that_cannot_be_read(self) -> None:
        self.matrix("--hosts=svm-npt")
        results = self.out / f"{NEWEST}.svm-npt.pb"
        results.write_text("garbage\n")
        done = self.matrix("--hosts=svm-npt", "--summary", code=202)
        self.assertEqual(done.stderr, f"matrix: cannot read {results}\n")
        results.write_text('{"cases":[{"name":"a","outcome":"OUTCOME_OK"}]}')
        self.matrix("--hosts=svm-npt", "--summary")
        self.program("exitbench", EXITBENCH.replace("exec cat", "cat") + "exit 2\n")
        self.matrix("--hosts=svm-npt", "--summary", code=202)

    def test_what_is_there_is_not_run_again(self) -> None:
        two = ("--hosts=svm-npt", "--flags=--seed=1", "--flags=--append=fail")
        first = self.matrix(*two, code=1)
        self.assertEqual(len(self.started()), 2)
        again = self.matrix(*two, code=1)
        self.assertEqual(self.started(), [])
        self.assertEqual(again.stderr, f"matrix: {NEWEST}.svm-npt.seed=1: there already\n"
                         f"matrix: {NEWEST}.svm-npt.append=fail: there already\n")
        self.assertEqual(again.stdout, first.stdout)
        self.matrix(*two, "--redo", code=1)
        self.assertEqual(len(self.started()), 2)

    def test_what_changed_is_run_again(self) -> None:
        def runs(*arguments: str) -> int:
            self.matrix("--hosts=svm-npt", *arguments)
            return len(self.started())
        self.assertEqual([runs(), runs()], [1, 0])
        other = ("--", "run", "--exits=7")
        self.assertEqual([runs(*other), runs(*other)], [1, 0])
        self.assertEqual([runs(), runs()], [1, 0])
        (self.folder / "emulator").write_text("qemu 7.3\n")
        self.assertEqual([runs(), runs()], [1, 0])
        self.program("exitbench", EXITBENCH + "# newer\n")
        self.assertEqual([runs(), runs()], [1, 0])
        (self.out / f"{NEWEST}.svm-npt.pb").unlink()
        self.assertEqual([runs(), runs()], [1, 0])

    def test_profiles(self) -> None:
        one = ("--hosts=svm-npt", "--flags=--seed=1")
        name = f"{NEWEST}.svm-npt.seed=1"
        self.assertNotIn("PROFILES", self.matrix(*one).stdout)
        self.assertNotIn("--profile", self.lines("started")[0])
        for runs in (1, 0):
            # Results without a profile are run again, those with one are not.
            self.started()
            done = self.matrix(*one, "--profile")
            self.assertEqual(len(self.lines("started")), runs)
            self.assertIn("\n\nPROFILES in 1: 1 of 2 cases\nSKIPPED ", done.stdout)
            self.assertEqual(self.files(), [f"{name}.{end}" for end in (
                "cell", "log", "pb", "profile.pb")])
        self.matrix(*one, "--profile", "--redo")
        self.assertIn(f" --profile={self.out}/{name}.profile.pb --seed=1 -- ",
                      self.lines("started")[0])
        self.started()
        # What is there is said, and is no reason to run a cell without one.
        self.assertIn("PROFILES in 1: 1 of 2", self.matrix(*one).stdout)
        self.assertEqual(self.started(), [])
        (self.out / f"{name}.profile.pb").unlink()
        self.assertNotIn("PROFILES", self.matrix(*one, "--summary").stdout)
        self.matrix(*one, "--profile")
        self.assertEqual(len(self.started()), 1)
        # Of results that are run anew no old profile stays.
        self.program("exitbench", EXITBENCH + "# newer\n")
        self.assertNotIn("PROFILES", self.matrix(*one).stdout)
        self.assertNotIn(f"{name}.profile.pb", self.files())

    def test_a_profile_that_failed(self) -> None:
        for _ in range(2):
            done = self.matrix("--hosts=svm-npt", "--flags=--append=no_profile",
                               "--profile", code=202)
            self.assertEqual(len(self.started()), 1)
            self.assertIn("\n\nNO PROFILE in 1: exit code 204\n", done.stdout)
            self.assertIn("a/b   ok\n", done.stdout)

    def test_what_has_no_results_is_run_again(self) -> None:
        for _ in range(2):
            self.matrix("--hosts=svm-npt", "--flags=--append=die", code=202)
            self.assertEqual(len(self.started()), 1)

    def test_a_newer_kernel_is_another_cell(self) -> None:
        self.matrix("--kernels=6.1,6.1@oldest")
        self.started()
        self.packages(PACKAGES + ["linux-image-6.1.0-60-cloud-amd64"])
        self.matrix("--kernels=6.1,6.1@oldest")
        self.assertEqual(self.started(), [
            "--host=svm-npt --kernel=debian:6.1.0-60-cloud-amd64"])

    def interrupt(self, number: int, jobs: int, code: int) -> None:
        """Ends a matrix of which `jobs` cells hang, and one is done before."""
        hanging = [f"--flags=--append=hang --seed={seed}" for seed in range(1, 5)]
        child = subprocess.Popen(
            self.command("--hosts=svm-npt", f"--jobs={jobs}", "--flags=", *hanging),
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True)
        self.addCleanup(child.kill)
        end = time.monotonic() + LIMIT_S
        while len(self.lines("hanging")) < jobs and time.monotonic() < end:
            time.sleep(0.05)
        os.killpg(child.pid, number)  # As a terminal does.
        output, _ = child.communicate(timeout=LIMIT_S)
        self.assertEqual(child.returncode, code)
        self.assertEqual(output, "")

    def test_ended_by_a_signal(self) -> None:
        for number, jobs, code in ((signal.SIGINT, 1, 130), (signal.SIGTERM, 2, 143),
                                   (signal.SIGHUP, 1, 129)):
            with self.subTest(number):
                self.interrupt(number, jobs, code)
                self.assertEqual(len(self.lines("hanging")), jobs)
                self.assertCountEqual(self.lines("hanging"), self.lines("cleaned"))
                for pid in self.lines("hanging"):
                    self.assertFalse(Path("/proc", pid).exists())
                self.assertEqual(
                    [name for name in self.files() if not name.endswith(".log")],
                    [f"{NEWEST}.svm-npt.cell", f"{NEWEST}.svm-npt.pb"])
                (self.folder / "hanging").unlink()
                (self.folder / "cleaned").unlink()
                shutil.rmtree(self.out)

    def test_goes_on_where_it_was(self) -> None:
        self.interrupt(signal.SIGTERM, 1, 143)
        self.started()
        self.program("hosts/emuhost", EMUHOST.replace("--append=hang", "--append=none"))
        self.matrix("--hosts=svm-npt", "--flags=", "--flags=--append=hang --seed=1")
        self.assertEqual(self.started(), [
            f"--host=svm-npt --kernel=debian:{NEWEST} --append=hang --seed=1"])

    def test_usage(self) -> None:
        usage = "; see --help (exitbench's own come after --)"
        hosts = ("svm-npt svm-shadow vmx-ept vmx-shadow vmx-ept-skylake "
                 "vmx-shadow-skylake svm-npt-ryzen arm64-vhe arm64-nvhe arm64-pkvm "
                 "arm64-nested")
        for arguments, said in (
                (["--none"], f"unknown argument '--none'{usage}"),
                (["--kernel=6.1"], f"unknown argument '--kernel=6.1'{usage}"),
                (["run"], f"unknown argument 'run'{usage}"),
                (["--jobs=0"], "--jobs: wants a whole number above 0, not '0'"),
                (["--jobs=2x"], "--jobs: wants a whole number above 0, not '2x'"),
                (["--hosts=arm"], f"--hosts: 'arm' is none of {hosts}"),
                (["--kernels=a/k,,b/k"], "--kernels: an empty name"),
                (["--kernels=6.1@new"],
                 "--kernel: '@new' is neither @oldest nor @newest"),
                (["--kernels=a/b,./a/b"], "two cells would have the name a_b.svm-npt: "
                 "a/b  and ./a/b "),
                (["--flags=--mitigations=both"],
                 "--flags: a cell is one boot; use --mitigations=auto and =off"),
                (["--flags=--seed=1 --profile=x.pb"],
                 "--flags: each cell has its own profile; use --profile"),
                (["--", "run", "--out=x.pb"],
                 "--out=x.pb: each cell has its own; use --out before --"),
                (["--hosts=arm64-vhe"], f"no binary for arm64 at {self.folder}/hosts/../"
                 "bazel-arm64-bin/exitbench; build it (bazel build --config=aarch64 "
                 "//:exitbench) or give --binary_arm64"),
                (["--binary=/none"], "no binary at /none; build it (bazel build "
                 "//:exitbench) or give --binary")):
            with self.subTest(arguments):
                self.assertEqual(self.matrix(*arguments, code=200).stderr,
                                 f"matrix: {said}\n")
        self.assertEqual(self.started(), [])

    def test_other_trouble(self) -> None:
        self.assertEqual(
            self.matrix("--kernels=9.9", code=201).stderr,
            "matrix: no cloud kernel of version 9.9 in Debian's archive; "
            "see --list_kernels\n")
        (self.folder / "file").write_text("")
        self.assertEqual(
            self.matrix(f"--out={self.folder}/file/x", code=205).stderr,
            f"matrix: cannot make {self.folder}/file/x: Not a directory\n")
        (self.folder / "hosts/emuhost").unlink()
        self.assertEqual(
            self.matrix("--hosts=svm-npt", code=205).stderr,
            f"matrix: {self.folder}/hosts/emuhost: No such file or directory\n")

    def test_the_default_matrix(self) -> None:
        def cells() -> list[str]:
            done = self.matrix("--summary", code=202)
            self.assertEqual(done.stderr, "")
            table, missing = done.stdout.split("\n\n")
            lines = table.splitlines()[1:]
            numbers = " ".join(str(number + 1) for number in range(len(lines)))
            self.assertEqual(missing, f"NO RESULTS in {numbers}: not run\n")
            return [line.split()[-1] for line in lines]
        known = cells()
        self.assertEqual(len(known), 17)
        self.assertEqual(known[:3], ["5.10.0-46-cloud-amd64.svm-npt",
                                     "6.1.0-47-cloud-amd64.svm-npt",
                                     f"{NEWEST}.svm-npt"])
        self.packages(PACKAGES + CANDIDATE)
        self.assertEqual(cells(), known[:7] + ["7.4-cloud-amd64.svm-npt"] + known[7:])

    def test_help(self) -> None:
        done = self.matrix("--help")
        usage = "Usage: {} [OPTION...] [-- EXITBENCH ARGUMENT...]\n".format
        self.assertTrue(done.stdout.startswith(usage(self.folder / "hosts/matrix")))
        for option in re.findall(r'add_argument\((?:"-h", )?"(--[a-z0-9_]+)"',
                                 (HOSTS / "matrix").read_text()):
            if option != "--help":
                self.assertIn(option, done.stdout)

    def test_installed(self) -> None:
        """Called by another name in the PATH, it has that name, and its exitbench."""
        link = self.folder / "bin/exitbench-matrix"
        link.symlink_to("../hosts/matrix")
        done = subprocess.run([link.name, "--help"], env=self.environment, text=True,
                              capture_output=True, timeout=LIMIT_S)
        self.assertTrue(done.stdout.startswith("Usage: exitbench-matrix [OPTION"))
        self.assertNotIn("hosts/matrix", done.stdout)
        command = [link.name, f"--out={self.out}", "--hosts=svm-npt"]
        for binary in ("exitbench", "bazel-bin/exitbench"):
            with self.subTest(binary):
                if binary != "exitbench":
                    self.program(binary, EXITBENCH + "# another\n")
                done = subprocess.run(command, env=self.environment, text=True,
                                      capture_output=True, timeout=LIMIT_S)
                self.assertEqual(done.returncode, 0, done.stderr)
                ran, = re.findall("--binary=([^ ]*)", self.lines("started")[-1])
                self.assertEqual(os.path.normpath(ran), str(self.folder / binary))

    def test_nobody_reads_the_table(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(self.command("--hosts=svm-npt"), stdout=writer,
                              env=self.environment, stderr=subprocess.PIPE, text=True,
                              timeout=LIMIT_S)
        os.close(writer)
        self.assertEqual(done.returncode, -signal.SIGPIPE)
        self.assertNotIn("Traceback", done.stderr)
        self.assertEqual(len(self.files()), 3)

    def test_exit_codes_are_those_of_the_bash_tools(self) -> None:
        codes = dict(re.findall(r"EXIT_([A-Z]+)=(\d+)",
                                (HOSTS / "lib/common.sh").read_text()))
        self.assertEqual({code.name: str(code.value) for code in Exit},
                         {code.name: codes[code.name] for code in Exit})


if __name__ == "__main__":
    unittest.main()
