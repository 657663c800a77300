"""Lists who may depend on each layer: the layers above it, and mostly itself.

    guest_blobs, proto  ->  vmm, results  ->  profile, cases  ->  harness  ->  cli
                                          profile  ->  report  ->  cli
                            results  ->  model  ->  harness

A package loads the list of its own layer as the visibility of its targets.
"""

_TESTS = ["//tests:__subpackages__"]

ABOVE_CLI = ["//:__pkg__", "//cli:__subpackages__"] + _TESTS

ABOVE_HARNESS = [
    "//harness:__subpackages__",
    "//cli:__subpackages__",
] + _TESTS

ABOVE_CASES = ["//cases:__subpackages__"] + ABOVE_HARNESS

# As results and profile: no KVM.
ABOVE_REPORT = ["//cli:__subpackages__"] + _TESTS

# cases and harness may use results, and results may not use KVM: show and diff
# run anywhere.
ABOVE_RESULTS = [
    "//results:__subpackages__",
    "//profile:__subpackages__",
    "//report:__subpackages__",
    "//model:__subpackages__",
] + ABOVE_CASES

# As results: no KVM.
ABOVE_PROFILE = [
    "//profile:__subpackages__",
    "//report:__subpackages__",
] + ABOVE_HARNESS

# As results: no KVM.
ABOVE_MODEL = ["//model:__subpackages__"] + ABOVE_HARNESS

ABOVE_VMM = ["//vmm:__subpackages__"] + ABOVE_CASES

# Not cli: the command line has nothing to do with guests.
ABOVE_GUEST_BLOBS = [
    "//guest_blobs:__subpackages__",
    "//vmm:__subpackages__",
    "//cases:__subpackages__",
    "//harness:__subpackages__",
] + _TESTS
