#include "frontend/files/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>

#include "absl/strings/str_cat.h"
#include "frontend/files.h"
#include "frontend/files/interrupts.h"

namespace broadloom {
namespace {

// Behind symbolic links, which stay; a file that is not there yet is its own.
std::string TargetOf(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real == nullptr ? path : real.get();
}

// A new file, of a name that no other has.
Descriptor CreateBeside(const std::string& path, std::string& temporary) {
  std::random_device random;
  for (;;) {
    temporary = absl::StrCat(path, ".", absl::Hex(random(), absl::kZeroPad8), ".tmp");
    try {
      return Descriptor(temporary, O_WRONLY | O_CREAT | O_EXCL);
    } catch (const FileError& error) {
      if (error.number() != EEXIST) throw FileError(path, error.number());
    }
  }
}

}  // namespace

FileOutput::FileOutput(const std::string& path) : path_(path), target_(TargetOf(path)) {
  struct stat facts;
  const bool is_there = stat(target_.c_str(), &facts) == 0;
  if (is_there && S_ISDIR(facts.st_mode)) throw FileError(path_, EISDIR);
  if (is_there && !S_ISREG(facts.st_mode)) {
    descriptor_ = Descriptor(path_, O_WRONLY);
    return;
  }
  if (is_there && access(target_.c_str(), W_OK) != 0) throw FileError(path_, errno);
  descriptor_ = CreateBeside(target_, temporary_);
  if (is_there) static_cast<void>(fchmod(descriptor_.number(), facts.st_mode & 07777));
}

FileOutput::~FileOutput() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void FileOutput::Fail() const { throw FileError(path_, errno); }

void FileOutput::Write(const char* from, int64_t bytes) {
  constexpr int64_t kMost = int64_t{1} << 20;  // of one call, which cannot be interrupted
  while (bytes > 0) {
    const ssize_t done = write(descriptor_.number(), from, std::min(bytes, kMost));
    if (done < 0 && errno != EINTR) Fail();
    if (done < 0) {
      CallInterruptHandler();
      continue;
    }
    from += done;
    bytes -= done;
  }
}

void FileOutput::WriteAt(int64_t position, const char* from, int64_t bytes) {
  while (bytes > 0) {
    const ssize_t done = pwrite(descriptor_.number(), from, bytes, position);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) Fail();
    from += done;
    position += done;
    bytes -= done;
  }
}

void FileOutput::Commit() {
  if (const int error = descriptor_.Close(); error != 0) throw FileError(path_, error);
  if (temporary_.empty()) return;
  if (rename(temporary_.c_str(), target_.c_str()) != 0) Fail();
  temporary_.clear();
}

}  // namespace broadloom
