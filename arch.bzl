"""The seam between shared code and architectures, in BUILD files.

`arch_target("NAME")` in package P is P/x86_64:NAME when built for x86-64. Its
headers are included by a path that names no architecture, so shared code needs
no #ifdef: P/x86_64/BUILD gives them one (`arch_headers`).
"""

_ARCHITECTURES = {
    "//:x86_64": "x86_64",
}

def arch_target(name, visibility):
    """An alias of the target of that name of the architecture built for.

    Args:
      name: of the alias and of the target.
      visibility: of the alias.
    """
    native.alias(
        name = name,
        actual = select(
            {
                cpu: "//%s/%s:%s" % (native.package_name(), folder, name)
                for cpu, folder in _ARCHITECTURES.items()
            },
            no_match_error = "exitbench is not written for this architecture: see arch.bzl",
        ),
        visibility = visibility,
    )

def arch_headers(hdrs, **kwargs):
    """A cc_library whose headers are included as PACKAGE/arch/HEADER.

    Args:
      hdrs: of package PACKAGE/ARCHITECTURE.
      **kwargs: of the cc_library.
    """
    package = native.package_name()
    native.cc_library(
        hdrs = hdrs,
        include_prefix = package[:package.rindex("/")] + "/arch",
        strip_include_prefix = "/" + package,
        **kwargs
    )
