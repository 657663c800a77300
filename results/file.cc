#include "results/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "results/proto_io.h"

namespace exitbench {
namespace {

absl::Status Errno(absl::string_view what, const std::string& path) {
  const absl::Status status =
      absl::ErrnoToStatus(errno, absl::StrCat(what, " ", path));
  // These two say more here: of files that don't go together, and of another
  // schema version.
  return absl::IsFailedPrecondition(status) || absl::IsUnimplemented(status)
             ? absl::InvalidArgumentError(status.message())
             : status;
}

absl::StatusOr<std::string> ReadAll(int fd, const std::string& path) {
  // One byte more than a regular file has, so that its end shows at once.
  size_t room = 1 << 16;
  struct stat info;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
    room =
        std::min(static_cast<size_t>(info.st_size), kMaxResultsFileBytes) + 1;
  }
  std::string bytes;
  size_t used = 0;
  for (;;) {
    if (used == bytes.size()) bytes.resize(used + std::max(room, used));
    const ssize_t n = read(fd, bytes.data() + used, bytes.size() - used);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Errno("can't read", path);
    if (n == 0) break;
    used += static_cast<size_t>(n);
    if (used > kMaxResultsFileBytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(path, ": larger than ", kMaxResultsFileBytes >> 20,
                       " MiB: no results file"));
    }
  }
  bytes.resize(used);
  return bytes;
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

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  if (path == "-") return ReadAll(STDIN_FILENO, "standard input");
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Errno("can't open", path);
  absl::StatusOr<std::string> bytes = ReadAll(fd, path);
  close(fd);
  return bytes;
}

absl::StatusOr<Results> ReadResults(const std::string& path, Detail detail) {
  EB_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  absl::StatusOr<Results> results = Parse(bytes, detail);
  if (!results.ok()) {
    return absl::Status(results.status().code(),
                        absl::StrCat(path, ": ", results.status().message()));
  }
  return results;
}

absl::Status WriteResults(const std::string& path, const Results& results) {
  return WriteFile(path, Serialize(results));
}

absl::Status WriteFile(const std::string& path, absl::string_view bytes) {
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
