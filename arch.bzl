"""The seam between shared code and architectures, in BUILD files.

`arch_target("NAME")` in package P stands for P/x86_64:NAME in a build for
x86-64, and for P/arm64:NAME in one for arm64. Shared code depends on P:NAME and
needs no #ifdef.

`arch_headers` in P/x86_64/BUILD gives headers a path that names no
architecture, "P/arch/HEADER". Shared code includes them by that path.

Other rules in such a folder that compile anything have `target_compatible_with`:
X86_64 or ARM64. So //... is what can be built for the platform.
"""

_ARCHITECTURES = {
    "//:x86_64": "x86_64",
    "//:arm64": "arm64",
}

X86_64 = ["@platforms//cpu:x86_64"]

ARM64 = ["@platforms//cpu:aarch64"]

def arch_of_folder():
    """Returns the constraints of the architecture whose folder this package is."""
    folder = native.package_name().split("/")[-1]
    return {"x86_64": X86_64, "arm64": ARM64}[folder]

def arch_target(name, visibility):
    """Makes an alias of the target `name` in the folder of the architecture.

    Args:
      name: the name of the alias and of the target.
      visibility: who may depend on the alias.
    """
    native.alias(
        name = name,
        actual = select(
            {
                cpu: "//%s/%s:%s" % (native.package_name(), folder, name)
                for cpu, folder in _ARCHITECTURES.items()
            },
            no_match_error = "exitbench is not written for this " +
                             "architecture: see arch.bzl",
        ),
        visibility = visibility,
    )

def arch_headers(hdrs, **kwargs):
    """Makes a cc_library whose headers are included as PACKAGE/arch/HEADER.

    Args:
      hdrs: headers in this package, which is PACKAGE/ARCHITECTURE.
      **kwargs: further arguments of the cc_library.
    """
    package = native.package_name()
    native.cc_library(
        hdrs = hdrs,
        include_prefix = package[:package.rindex("/")] + "/arch",
        strip_include_prefix = "/" + package,
        target_compatible_with = arch_of_folder(),
        **kwargs
    )
