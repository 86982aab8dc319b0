#include "frontend/files/line_reader.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "frontend/error.h"

namespace broadloom {
namespace {

constexpr size_t kPiece = 256 << 10;
constexpr size_t kLongest = size_t{1} << 30;

}  // namespace

// Behind what is left.
void LineReader::Refill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const size_t kept = buffer_.size();
  if (kept > kLongest)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(input_.name(), ", line ", number_ + 1, ": longer than 1 GiB"));
  buffer_.resize(std::max(2 * kept, kPiece));  // so that a long line is not searched too often
  const int64_t count = input_.ReadUpTo(buffer_.data() + kept, buffer_.size() - kept);
  buffer_.resize(kept + count);
  interrupts_.Advance(count);
  is_at_end_ = count == 0;
}

size_t LineReader::EndOfLine() const {
  const absl::string_view text = rest();
  const size_t newline = text.find('\n'), carriage = text.substr(0, newline).find('\r');
  if (carriage == absl::string_view::npos) return newline;
  const bool may_be_half = carriage + 1 == text.size() && !is_at_end_;
  return may_be_half ? absl::string_view::npos : carriage;
}

bool LineReader::Next(absl::string_view& line) {
  size_t end = 0;
  while ((end = EndOfLine()) == absl::string_view::npos && !is_at_end_) Refill();
  const absl::string_view text = rest();
  if (text.empty()) return false;
  line = text.substr(0, end);
  const bool is_double = absl::StartsWith(text.substr(line.size()), "\r\n");
  begin_ += std::min(text.size(), line.size() + (is_double ? 2 : 1));
  ++number_;
  return true;
}

}  // namespace broadloom
