"""cc_proto: C++ code of one .proto file, by Debian's protoc."""

def cc_proto(name, src, visibility):
    """A cc_library of the generated code of `src`.

    Bazel's own proto rules want protoc and its library as source, so this
    calls the installed compiler instead.
    """
    base = src[:-len(".proto")]
    native.genrule(
        name = name + "_gen",
        srcs = [src],
        outs = [base + ".pb.h", base + ".pb.cc"],
        cmd = "protoc -I. --cpp_out=$(GENDIR) $(SRCS)",
    )
    native.cc_library(
        name = name,
        srcs = [base + ".pb.cc"],
        hdrs = [base + ".pb.h"],
        # Generated code; its warnings are not ours.
        copts = ["-w"],
        visibility = visibility,
        deps = ["@debian//:protobuf"],
    )
