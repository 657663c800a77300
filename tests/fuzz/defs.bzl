"""fuzz_test: a libFuzzer target, and its corpus as a plain test."""

def fuzz_test(name, deps, mutator = ":mutator"):
    """Of `name`.cc, over the files of corpus/`name`/.

    With --config=fuzz the binary is the fuzzer; with any other it runs its
    target once on each file that it is given.

    Args:
      name: what the source and the corpus are called.
      deps: what the target needs besides :inputs.
      mutator: how the fuzzer changes inputs; None: as bytes.
    """
    corpus = native.glob(["corpus/" + name + "/*"])
    native.cc_test(
        name = name,
        size = "small",
        srcs = [name + ".cc"],
        args = ["$(location %s)" % file for file in corpus],
        data = corpus,
        linkopts = select({
            ":fuzzing": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps + [":inputs"] + select({
            ":fuzzing": [mutator] if mutator else [],
            "//conditions:default": [":replay_main"],
        }),
    )
