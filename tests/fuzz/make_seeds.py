#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets' corpora anew.

    tests/fuzz/make_seeds.py EXITBENCH MAKE_RESULTS

Real results of this host's KVM, a few runs of one case, and files that
tests/make_results.cc makes up, which have every field set somewhere. Inputs that
once found something have other names than seed-*, and stay as they are.
"""
import os
import re
import struct
import subprocess
import sys
import tempfile

CHECKSUM_BYTES = 6


def main():
    exitbench, make_results = (os.path.abspath(path) for path in sys.argv[1:3])
    root = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
    corpora = os.path.join(root, "tests/fuzz/corpus")

    def body(path):
        with open(path, "rb") as file:
            return file.read()[:-CHECKSUM_BYTES]

    def without_most_facts(b):
        """As a run's, but small, and without what is the host's own."""
        convert = [["protoc", f"--{way}=exitbench.proto.ResultsFile",
                    f"-I{root}", "proto/results.proto"]
                   for way in ("decode", "encode")]
        text = subprocess.run(convert[0], input=b, capture_output=True,
                              check=True).stdout
        text = re.sub(rb"  facts \{\n    key: \"(?!cpu.smt|clocksource|uptime)"
                      rb".*?\n  \}\n", b"", text, flags=re.DOTALL)
        return subprocess.run(convert[1], input=text, capture_output=True,
                              check=True).stdout

    def put(target, name, bodies):
        with open(os.path.join(corpora, target + "_fuzz", "seed-" + name),
                  "wb") as file:
            for b in bodies:
                file.write(struct.pack("<I", len(b)) + b)

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run = [exitbench, "run", "--exits=20", "--rounds=2", "--sessions=1",
               "--cases=^pio/out.ring3$"]
        for name in ("a", "b"):
            subprocess.run(run + [f"--out={name}.pb"], check=True,
                           capture_output=True)
        def make(name, *words):
            subprocess.run([make_results, name + ".pb", *words], check=True)
            return body(name + ".pb")

        made = [make(f"made{boot}", f"boot{boot}", "3000", str(boot))
                for boot in (1, 2, 3)]
        tiny = [make(f"tiny{boot}", f"boot{boot}", "3000", str(boot), "tiny")
                for boot in (1, 2, 3)]
        worse = make("worse", "bootw", "3300", "9", "tiny")
        counted = make("counted", "bootc", "3000", "1", "counted", "tiny")
        subprocess.run([exitbench, "calibrate", "made1.pb", "made2.pb",
                        "made3.pb", "--out=calibration"], check=True,
                       capture_output=True)
        real = [without_most_facts(body(f"{name}.pb")) for name in ("a", "b")]
        for target in ("show", "export"):
            put(target, "real", real[:1])
            put(target, "made", made[:1])
            put(target, "tiny", tiny[:1])
            put(target, "counted", [counted])
        put("merge", "real", real)
        put("merge", "tiny", tiny[:2])
        put("diff", "real", real)
        put("diff", "tiny", [tiny[0], worse])
        put("diff", "steps", [tiny[0], tiny[1], worse])
        put("diff", "counted", [counted, counted])
        put("calibrate", "made", made)
        put("calibrate", "tiny", tiny)
        put("bisect", "tiny", [tiny[0], worse, tiny[1]])
        put("bisect", "real", real)
        subprocess.run([exitbench, "fleet", "made1.pb", "made2.pb", "tiny1.pb",
                        "counted.pb", "--out=digest.pb"], check=True,
                       capture_output=True)
        with open(os.path.join(corpora, "fleet_fuzz", "seed-made"), "wb") as to:
            to.write(body("digest.pb"))
        with open("calibration", "rb") as source, open(
                os.path.join(corpora, "calibration_fuzz", "seed-made"),
                "wb") as to:
            to.write(source.read())


if __name__ == "__main__":
    main()
