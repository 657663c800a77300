"""cc_proto: makes C++ code of one .proto file with Debian's protoc."""

def cc_proto(name, src, visibility, imports = [], deps = []):
    """Makes a cc_library of the code of `src`, and its descriptors.

    Bazel's own proto rules need protoc and its library as source. This calls
    the installed compiler instead.

    Args:
      name: the library. NAME_descriptors is a FileDescriptorSet of `src` and
        all its imports, with comments.
      src: the .proto file.
      visibility: of both.
      imports: the .proto files that `src` imports, except protobuf's own.
      deps: the libraries of their generated code.
    """
    base = src[:-len(".proto")]
    native.genrule(
        name = name + "_gen",
        srcs = [src] + imports,
        outs = [base + ".pb.h", base + ".pb.cc"],
        cmd = "protoc -I. --cpp_out=$(GENDIR) $(location %s)" % src,
    )
    native.genrule(
        name = name + "_descriptors",
        srcs = [src] + imports,
        outs = [base + ".descriptors"],
        cmd = ("protoc -I. --include_imports --include_source_info " +
               "--descriptor_set_out=$@ $(location %s)" % src),
        visibility = visibility,
    )
    native.cc_library(
        name = name,
        srcs = [base + ".pb.cc"],
        hdrs = [base + ".pb.h"],
        # Generated code; its warnings are not ours.
        copts = ["-w"],
        visibility = visibility,
        deps = deps + ["@debian//:protobuf"],
    )
