"""guest_blobs: .S files to flat binaries, embedded, with a C++ name each."""

load("//:arch.bzl", "arch_of_folder")

# By folder: what stands before the names of the compiler and of binutils. On
# Debian for arm64 the native tools have these names too.
_TOOL_PREFIX = {
    "arm64": "aarch64-linux-gnu-",
    "x86_64": "",
}

_SYMBOLS = ["%d_%d" % (stamp, event) for stamp in range(3) for event in range(2)] + ["marked"]

def _basename(src):
    return src.split("/")[-1][:-len(".S")]

def _declaration(blob):
    lines = []
    for suffix in _SYMBOLS:
        symbol = "eb_blob_%s_%s" % (blob, suffix)
        lines.append(
            "extern const unsigned char %s_begin[], %s_end[];" % (symbol, symbol),
        )
    return lines

def _images(blob, event):
    return ", ".join([
        "{eb_blob_%s_%d_%d_begin, eb_blob_%s_%d_%d_end}" %
        (blob, stamp, event, blob, stamp, event)
        for stamp in range(3)
    ])

def guest_blobs(name, srcs, base, most_bytes, visibility):
    """A cc_library of flat binaries.

    For the architecture whose folder it is called in. Header
    "guest_blobs/`name`.h", whatever the architecture, declares
    exitbench::blobs::FILE, a GuestBlob, for each FILE.S of `srcs`.

    Args:
      name: of the library and of its header.
      srcs: the .S files, one payload each, in any folder. Their names differ.
      base: guest-physical address they are linked at.
      most_bytes: a larger binary fails the build.
      visibility: of the library.
    """
    blobs = [_basename(src) for src in srcs]
    prefix = _TOOL_PREFIX[native.package_name().split("/")[-1]]
    objects = []
    for src, blob in zip(srcs, blobs):
        native.genrule(
            name = name + "_" + blob,
            srcs = [src, "//guest_blobs:abi.h", "abi.h", "flat.lds"] + native.glob(["include/*.inc"]),
            outs = [name + "_" + blob + ".o"],
            tools = ["//guest_blobs:assemble.sh"],
            cmd = "TOOL_PREFIX=%s $(location //guest_blobs:assemble.sh) $(location %s) %s %s %s $(location flat.lds) $@" %
                  (prefix, src, blob, base, most_bytes),
            target_compatible_with = arch_of_folder(),
        )
        objects.append(name + "_" + blob + ".o")

    guard = "EXITBENCH_GUEST_BLOBS_" + name.upper() + "_H_"
    header = [
        "// The payloads, by the name of their source. Made by guest_blobs().",
        "#ifndef " + guard,
        "#define " + guard,
        "#include \"guest_blobs/blob.h\"",
        "namespace exitbench::blobs {",
    ] + ["extern const GuestBlob %s;" % blob for blob in blobs] + [
        "}  // namespace exitbench::blobs",
        "#endif",
    ]
    source = ["#include \"guest_blobs/%s.h\"" % name, "extern \"C\" {"]
    for blob in blobs:
        source += _declaration(blob)
    source += ["}", "namespace exitbench::blobs {"]
    for blob in blobs:
        source.append(
            "const GuestBlob %s = {\"%s\", {%s}, {%s}, {eb_blob_%s_marked_begin, eb_blob_%s_marked_end}};" %
            (blob, blob, _images(blob, 1), _images(blob, 0), blob, blob),
        )
    source.append("}  // namespace exitbench::blobs")
    _write(name + "_header", name + ".h", header)
    _write(name + "_source", name + ".cc", source)
    native.cc_library(
        name = name,
        srcs = [name + ".cc"] + objects,
        hdrs = [name + ".h"],
        include_prefix = "guest_blobs",
        strip_include_prefix = "/" + native.package_name(),
        target_compatible_with = arch_of_folder(),
        visibility = visibility,
        deps = ["//guest_blobs:blob"],
    )

def _write(name, out, lines):
    native.genrule(
        name = name,
        outs = [out],
        cmd = "cat >$@ <<'END_OF_FILE'\n" + "\n".join(lines) + "\nEND_OF_FILE",
    )
