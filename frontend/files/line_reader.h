// The lines of a text, one at a time.
#ifndef BROADLOOM_FRONTEND_FILES_LINE_READER_H_
#define BROADLOOM_FRONTEND_FILES_LINE_READER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "frontend/files/input.h"
#include "frontend/files/interrupts.h"

namespace broadloom {

// Lines end in \n, \r\n or \r. Holds one line, and at the least 256 KiB. Throws `invalid_argument`
// for a line of more than 1 GiB.
class LineReader {
 public:
  LineReader(Input& input, Context& context) : input_(input), interrupts_(context) {}

  // Without its end; valid until the next call. False: there is none.
  bool Next(absl::string_view& line);
  int64_t number() const { return number_; }  // of the last line, from 1

 private:
  absl::string_view rest() const { return absl::string_view(buffer_).substr(begin_); }
  size_t EndOfLine() const;  // in the rest; npos: it is not there yet
  void Refill();

  Input& input_;
  Interrupts interrupts_;
  std::string buffer_;
  size_t begin_ = 0;
  int64_t number_ = 0;
  bool is_at_end_ = false;
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_FILES_LINE_READER_H_
