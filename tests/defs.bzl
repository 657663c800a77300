"""Rules for tests of the whole binary and for tests that run guests."""

# external: what comes of it is this host's doing, so it runs each time.
# requires-kvm: ./test leaves it out, by name, where there is no /dev/kvm.
_RUNS_GUESTS = ["external", "requires-kvm"]

def binary_test(name, size, src = None, binary = "//:exitbench", files = [], args = [], data = [], **kwargs):
    """A script that tests a program from without.

    Its arguments are the program, `files`, `args`, in this order. In Bash it
    sources tests/lib.sh.

    Args:
      name: of the test.
      size: as of any test.
      src: the script; None is `name`.sh.
      binary: the program.
      files: targets of one file each that it also gets.
      args: what else it is told.
      data: what `args` names.
      **kwargs: as of sh_test.
    """
    given = [binary] + files
    native.sh_test(
        name = name,
        size = size,
        srcs = [src or name + ".sh"],
        args = ["$(location %s)" % file for file in given] + args,
        data = given + data + ["//tests:lib.sh"],
        **kwargs
    )

def kvm_binary_test(name, tags = [], **kwargs):
    """A binary_test that runs guests."""
    binary_test(name = name, tags = _RUNS_GUESTS + tags, **kwargs)

def kvm_cc_test(name, size, srcs = None, deps = [], tags = [], **kwargs):
    """A test in C++ that runs guests, by KvmTest of kvm_test_base.h.

    Args:
      name: of the test.
      size: as of any test.
      srcs: its sources; None is `name`.cc.
      deps: what it needs besides KvmTest and the payloads.
      tags: further tags.
      **kwargs: further arguments of the cc_test.
    """
    native.cc_test(
        name = name,
        size = size,
        srcs = srcs or [name + ".cc"],
        tags = _RUNS_GUESTS + tags,
        deps = deps + [
            "//guest_blobs:payloads",
            "//tests/guests:kvm_test_base",
            "@debian//:gtest_main",
        ],
        **kwargs
    )
