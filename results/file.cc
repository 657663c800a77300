#include "results/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "results/proto_io.h"

namespace exitbench {
namespace {

absl::Status Errno(absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", path));
}

absl::StatusOr<std::string> ReadAll(int fd, const std::string& path) {
  std::string bytes;
  std::vector<char> chunk(1 << 16);
  for (;;) {
    const ssize_t n = read(fd, chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Errno("can't read", path);
    if (n == 0) return bytes;
    bytes.append(chunk.data(), static_cast<size_t>(n));
    if (bytes.size() > kMaxResultsFileBytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(path, ": larger than ", kMaxResultsFileBytes >> 20,
                       " MiB: no results file"));
    }
  }
}

absl::Status WriteAll(int fd, absl::string_view bytes,
                      const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Errno("can't write", path);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

std::string Folder(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Opens a new file beside `path`; its name goes to `temporary`.
absl::StatusOr<int> OpenTemporary(const std::string& path,
                                  std::string& temporary) {
  temporary = absl::StrCat(path, ".XXXXXX");
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return Errno("can't write in the folder of", path);
  // mkostemp makes 0600; results are no secret, the umask decides.
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(fd, 0666 & ~mask);
  return fd;
}

}  // namespace

absl::StatusOr<Results> ReadResults(const std::string& path) {
  int fd = STDIN_FILENO;
  if (path != "-") {
    fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return Errno("can't open", path);
  }
  absl::StatusOr<std::string> bytes = ReadAll(fd, path);
  if (path != "-") close(fd);
  EB_RETURN_IF_ERROR(bytes.status());
  absl::StatusOr<Results> results = Parse(*bytes);
  if (!results.ok()) {
    return absl::Status(results.status().code(),
                        absl::StrCat(path, ": ", results.status().message()));
  }
  return results;
}

absl::Status WriteResults(const std::string& path, const Results& results) {
  const std::string bytes = Serialize(results);
  if (path == "-") return WriteAll(STDOUT_FILENO, bytes, "standard output");
  std::string temporary;
  EB_ASSIGN_OR_RETURN(int fd, OpenTemporary(path, temporary));
  auto remove_temporary =
      absl::MakeCleanup([&temporary] { unlink(temporary.c_str()); });
  absl::Status status = WriteAll(fd, bytes, path);
  if (status.ok() && fsync(fd) != 0) status = Errno("can't fsync", path);
  if (close(fd) != 0 && status.ok()) status = Errno("can't close", path);
  EB_RETURN_IF_ERROR(status);
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    return Errno("can't rename to", path);
  }
  std::move(remove_temporary).Cancel();
  // Without this the rename itself may be lost in a crash.
  const int folder =
      open(Folder(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    fsync(folder);
    close(folder);
  }
  return absl::OkStatus();
}

absl::Status CheckWritable(const std::string& path) {
  if (path == "-") return absl::OkStatus();
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is not a regular file"));
  }
  std::string temporary;
  EB_ASSIGN_OR_RETURN(int fd, OpenTemporary(path, temporary));
  close(fd);
  unlink(temporary.c_str());
  return absl::OkStatus();
}

}  // namespace exitbench
