#include "results/file/file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "results/file/proto_io.h"

namespace exitbench {
namespace {

absl::Status Errno(absl::string_view what, const std::string& path) {
  const absl::Status status =
      absl::ErrnoToStatus(errno, absl::StrCat(what, " ", path));
  // Callers take these two codes for files that can't be joined, and for
  // another schema version.
  return absl::IsFailedPrecondition(status) || absl::IsUnimplemented(status)
             ? absl::InvalidArgumentError(status.message())
             : status;
}

absl::Status TooLarge(const std::string& path) {
  return absl::ResourceExhaustedError(absl::StrCat(path, ": larger than ",
                                                   kMaxResultsFileBytes >> 20,
                                                   " MiB: no results file"));
}

absl::StatusOr<std::string> ReadAll(int fd, const std::string& path) {
  // One byte more than a regular file has, so that one more read finds its end.
  size_t room = 1 << 16;
  struct stat info;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
    const size_t size = static_cast<size_t>(info.st_size);
    if (size > kMaxResultsFileBytes) return TooLarge(path);
    room = size + 1;
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
    if (used > kMaxResultsFileBytes) return TooLarge(path);
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

// Only a regular file of the user's may be replaced. Renaming over a link or a
// device would destroy it.
absl::Status CheckTarget(const std::string& path) {
  struct stat info;
  if (lstat(path.c_str(), &info) != 0) return absl::OkStatus();
  if (S_ISLNK(info.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        " is a symbolic link: name the file itself ('-' is standard "
        "output)"));
  }
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is not a regular file"));
  }
  // In a folder with the sticky bit, like /tmp, only its owner may replace a
  // file.
  struct stat folder;
  if (geteuid() != 0 && stat(Folder(path).c_str(), &folder) == 0 &&
      (folder.st_mode & S_ISVTX) && folder.st_uid != geteuid() &&
      info.st_uid != geteuid()) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, " belongs to another user"));
  }
  return absl::OkStatus();
}

// A new file in the folder of `path`.
struct NewFile {
  int fd = -1;
  // Empty: the file has no name yet, and disappears if we are killed.
  std::string name;
};

std::string RandomName(const std::string& path) {
  constexpr absl::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";
  unsigned char random[8];
  std::string name = path + ".";
  if (getrandom(random, sizeof(random), 0) != sizeof(random)) return name;
  for (unsigned char byte : random) name += kLetters[byte % kLetters.size()];
  return name;
}

absl::StatusOr<NewFile> OpenNew(const std::string& path) {
  NewFile file;
  // Link() names the file through /proc.
  if (access("/proc/self/fd", X_OK) == 0) {
    file.fd =
        open(Folder(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (file.fd >= 0) return file;
  }
  // Not every file system supports files without a name.
  do {
    file.name = RandomName(path);
    file.fd = open(file.name.c_str(),
                   O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0666);
  } while (file.fd < 0 && errno == EEXIST);
  if (file.fd < 0) return Errno("can't write in the folder of", path);
  return file;
}

// Returns 0, or -1 with errno.
int Link(int fd, const std::string& to) {
  return linkat(AT_FDCWD, absl::StrCat("/proc/self/fd/", fd).c_str(), AT_FDCWD,
                to.c_str(), AT_SYMLINK_FOLLOW);
}

// Renames `file`, which is complete and on disk, to `path`.
absl::Status PutInPlace(NewFile& file, const std::string& path) {
  if (file.name.empty()) {
    if (Link(file.fd, path) == 0) return absl::OkStatus();
    // There is a file already. Only a rename replaces it in one step.
    do {
      if (errno != EEXIST) return Errno("can't write", path);
      file.name = RandomName(path);
    } while (Link(file.fd, file.name) != 0);
  }
  if (rename(file.name.c_str(), path.c_str()) != 0) {
    return Errno("can't rename to", path);
  }
  file.name.clear();
  return absl::OkStatus();
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
  const std::string bytes = Serialize(results);
  // A good file must not be replaced by one that can't be read.
  absl::Status opens = bytes.size() > kMaxResultsFileBytes
                           ? TooLarge("it")
                           : Parse(bytes).status();
  if (!opens.ok()) {
    return absl::Status(
        opens.code(),
        absl::StrCat("won't write ", path, ", it would not open again (",
                     opens.message(), "): begin a new file"));
  }
  return WriteFile(path, bytes);
}

absl::Status WriteFile(const std::string& path, absl::string_view bytes) {
  if (path == "-") return WriteAll(STDOUT_FILENO, bytes, "standard output");
  EB_RETURN_IF_ERROR(CheckTarget(path));
  EB_ASSIGN_OR_RETURN(NewFile file, OpenNew(path));
  const auto clean_up = absl::MakeCleanup([&file] {
    if (!file.name.empty()) unlink(file.name.c_str());
    if (file.fd >= 0) close(file.fd);
  });
  EB_RETURN_IF_ERROR(WriteAll(file.fd, bytes, path));
  if (fsync(file.fd) != 0) return Errno("can't fsync", path);
  EB_RETURN_IF_ERROR(PutInPlace(file, path));
  if (close(std::exchange(file.fd, -1)) != 0) {
    return Errno("can't close", path);
  }
  // Without this a crash may undo the rename.
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
  EB_RETURN_IF_ERROR(CheckTarget(path));
  EB_ASSIGN_OR_RETURN(NewFile file, OpenNew(path));
  if (!file.name.empty()) unlink(file.name.c_str());
  close(file.fd);
  return absl::OkStatus();
}

}  // namespace exitbench
