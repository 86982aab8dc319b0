#include "frontend/files/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "frontend/files.h"
#include "frontend/files/interrupts.h"

namespace broadloom {

FileError::FileError(const std::string& path, int number)
    : Error(ErrorCode::file, absl::StrCat(path, ": ", std::generic_category().message(number))),
      path_(path),
      number_(number) {}
FileError::~FileError() = default;

int64_t Input::ReadUpTo(char* to, int64_t bytes) {
  int64_t done = 0;
  while (done < bytes) {
    const int64_t read = Read(to + done, bytes - done);
    if (read == 0) break;
    done += read;
  }
  return done;
}

Descriptor::Descriptor(const std::string& path, int flags) {
  if (path.find('\0') != std::string::npos)
    throw Error(ErrorCode::invalid_argument, "a path holds a null character");
  number_ = open(path.c_str(), flags | O_CLOEXEC, 0666);
  if (number_ < 0) throw FileError(path, errno);
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() { Close(); }

int Descriptor::Close() {
  const int number = std::exchange(number_, -1);
  return number < 0 || close(number) == 0 ? 0 : errno;
}

FileInput::FileInput(const std::string& path) : Input(path), descriptor_(path, O_RDONLY) {
  struct stat facts;
  if (fstat(descriptor_.number(), &facts) != 0) throw FileError(path, errno);
  if (S_ISDIR(facts.st_mode)) throw FileError(path, EISDIR);
  if (S_ISREG(facts.st_mode)) size_ = facts.st_size;
}

int64_t FileInput::Read(char* to, int64_t bytes) {
  constexpr int64_t kMost = int64_t{1} << 20;
  ssize_t done = -1;
  while (done < 0) {
    done = size_.has_value() ? pread(descriptor_.number(), to, std::min(bytes, kMost), position_)
                             : read(descriptor_.number(), to, std::min(bytes, kMost));
    if (done < 0 && errno != EINTR) throw FileError(name(), errno);
    if (done < 0) CallInterruptHandler();
  }
  position_ += done;
  return done;
}

std::optional<int64_t> FileInput::Remaining() const {
  if (!size_.has_value()) return std::nullopt;
  return std::max<int64_t>(0, *size_ - position_);
}

int64_t FileInput::size() const {
  if (!size_.has_value())
    throw Error(ErrorCode::invalid_argument, absl::StrCat(name(), ": not a regular file"));
  return *size_;
}

void FileInput::Seek(int64_t position) {
  size();
  position_ = position;
}

int64_t MemoryInput::Read(char* to, int64_t bytes) {
  const size_t count = std::min(static_cast<size_t>(bytes), rest_.size());
  std::memcpy(to, rest_.data(), count);
  rest_.remove_prefix(count);
  return static_cast<int64_t>(count);
}

}  // namespace broadloom
