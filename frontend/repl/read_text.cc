#include "frontend/repl/read_text.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "frontend/error.h"

namespace broadloom::repl {
namespace {

[[noreturn]] void Refuse(const std::string& path) {
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat("cannot read ", path == "-" ? "the standard input" : path, ": ",
                           std::strerror(errno)));
}

}  // namespace

std::string ReadText(const std::string& path) {
  const int file = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) Refuse(path);
  std::string text;
  ssize_t count = 0;
  do {
    char chunk[1 << 16];
    count = read(file, chunk, sizeof chunk);
    if (count > 0) text.append(chunk, static_cast<size_t>(count));
  } while (count > 0 || (count < 0 && errno == EINTR));
  const int number = errno;
  if (file != STDIN_FILENO) close(file);
  errno = number;
  if (count < 0) Refuse(path);
  return text;
}

}  // namespace broadloom::repl
