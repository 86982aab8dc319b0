// Tables of numbers, written as text.
#include <algorithm>
#include <complex>
#include <cstring>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "frontend/convert.h"
#include "frontend/files.h"
#include "frontend/files/elements.h"
#include "frontend/files/gzip.h"
#include "frontend/files/interrupts.h"
#include "frontend/files/number_format.h"
#include "frontend/files/output.h"

namespace broadloom {
namespace {

// As NumPy puts them together: one format for each column with delimiters between, a complex column
// by two; or one format that has conversions for the whole row.
std::string RowFormat(const TextFormat& format, int64_t columns, bool is_complex) {
  if (format.fmt.size() != 1) {
    if (static_cast<int64_t>(format.fmt.size()) != columns)
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat("savetxt: fmt has ", format.fmt.size(), " formats, the array has ",
                               columns, " columns"));
    return absl::StrJoin(format.fmt, format.delimiter);
  }
  const std::string& one = format.fmt[0];
  if (std::count(one.begin(), one.end(), '%') > 1) return one;
  const std::string column = is_complex ? absl::StrCat(" (", one, "+", one, "j)") : one;
  return absl::StrJoin(std::vector<std::string>(columns, column), format.delimiter);
}

NumberFormat CheckedFormat(const TextFormat& format, int64_t columns, bool is_complex) {
  NumberFormat row = Unwrap(ParseNumberFormat(RowFormat(format, columns, is_complex)));
  const int64_t numbers = is_complex ? 2 * columns : columns;
  if (static_cast<int64_t>(row.conversions.size()) != numbers)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("savetxt: fmt has ", row.conversions.size(), " conversions for the ",
                             numbers, " numbers of a row"));
  return row;
}

// One number: of float64, int64 or uint64.
using AppendFn = absl::Status (*)(const Conversion&, const char* from, std::string& to);

template <typename T>
T Loaded(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

absl::Status AppendFloat(const Conversion& conversion, const char* from, std::string& to) {
  return AppendNumber(conversion, Loaded<double>(from), to);
}
absl::Status AppendSigned(const Conversion& conversion, const char* from, std::string& to) {
  const auto value = Loaded<int64_t>(from);
  const auto bits = static_cast<uint64_t>(value);
  AppendNumber(conversion, value < 0, value < 0 ? 0 - bits : bits, to);
  return absl::OkStatus();
}
absl::Status AppendUnsigned(const Conversion& conversion, const char* from, std::string& to) {
  AppendNumber(conversion, false, Loaded<uint64_t>(from), to);
  return absl::OkStatus();
}

// Of what Widened makes.
AppendFn AppendOf(DataType dtype) {
  if (dtype == DataType::int64) return AppendSigned;
  return dtype == DataType::uint64 ? AppendUnsigned : AppendFloat;
}

// Receives the elements in C order, any number of bytes at a time, and writes rows.
class RowWriter : public Output {
 public:
  RowWriter(Output& to, const NumberFormat& row, std::string newline, DataType dtype)
      : to_(to),
        row_(row),
        newline_(std::move(newline)),
        is_complex_(dtype == DataType::complex128),
        append_(AppendOf(dtype)) {}

  void Write(const char* from, int64_t bytes) override {
    for (const char* each = from; each < from + bytes; each += 8) Add(each);
  }
  void AddEmptyRows(int64_t rows) {
    for (int64_t i = 0; i < rows; ++i) EndRow();
  }
  void Finish() { Flush(); }

 private:
  void Add(const char* number) {
    text_ += row_.before[column_];
    const size_t begin = text_.size();
    Unwrap(append_(row_.conversions[column_], number, text_));
    if (is_complex_ && begin > 0 && text_.compare(begin - 1, 2, "+-") == 0)
      text_.erase(begin - 1, 1);  // "1-2j"
    if (++column_ == row_.conversions.size()) EndRow();
  }
  void EndRow() {
    constexpr size_t kPiece = 256 << 10;
    column_ = 0;
    absl::StrAppend(&text_, row_.rest, newline_);
    if (text_.size() >= kPiece) Flush();
  }
  void Flush() {
    to_.Write(text_.data(), static_cast<int64_t>(text_.size()));
    text_.clear();
  }

  Output& to_;
  const NumberFormat& row_;
  const std::string newline_;
  const bool is_complex_;
  const AppendFn append_;
  size_t column_ = 0;
  std::string text_;
};

// Each line of it behind the mark of comments.
void WriteComment(Output& to, const TextFormat& format, const std::string& text) {
  if (text.empty()) return;
  const std::string marked = absl::StrReplaceAll(text, {{"\n", "\n" + format.comments}});
  const std::string lines = absl::StrCat(format.comments, marked, format.newline);
  to.Write(lines.data(), static_cast<int64_t>(lines.size()));
}

// 64-bit numbers that stand for all dtypes.
Array Widened(const Array& x) {
  const DType dtype = ToDType(x.dtype());
  if (dtype.is_complex()) return astype(x, DataType::complex128);
  if (dtype.is_floating()) return astype(x, DataType::float64);
  return astype(x, dtype == DType::kUInt64 ? DataType::uint64 : DataType::int64);
}

void WriteTable(Output& to, const Array& x, const NumberFormat& row, const TextFormat& format) {
  WriteComment(to, format, format.header);
  FitsWhenComputed(x);
  const Array own = NewNameOf(x);
  Interrupts interrupts(x.context());
  constexpr int64_t kPiece = int64_t{1} << 16;  // numbers that are widened at a time
  const int64_t rows = x.shape()[0], columns = static_cast<int64_t>(row.conversions.size());
  const int64_t some = std::max<int64_t>(1, kPiece / std::max<int64_t>(1, columns));
  for (int64_t i = 0; i < rows; i += some) {
    const Array wide = Widened(index(own, {Slice{i, std::min(i + some, rows)}}));
    RowWriter writer(to, row, format.newline, wide.dtype());
    WriteElements(writer, wide, false);
    if (columns == 0) writer.AddEmptyRows(wide.shape()[0]);
    writer.Finish();
    interrupts.Advance(wide.nbytes());
  }
  WriteComment(to, format, format.footer);
}

}  // namespace

void savetxt(const std::string& path, const Array& x, const TextFormat& format) {
  if (x.ndim() == 0 || x.ndim() > 2)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("savetxt: an array of 1 or 2 axes is needed, not ", x.ndim()));
  const int64_t columns = x.ndim() == 1 ? 1 : x.shape()[1];
  const NumberFormat row = CheckedFormat(format, columns, x.dtype() >= DataType::complex64);
  FileOutput file(path);
  if (absl::EndsWith(path, ".gz")) {
    GzipOutput compressed(file);
    WriteTable(compressed, x, row, format);
    compressed.Finish();
  } else {
    WriteTable(file, x, row, format);
  }
  file.Commit();
}

}  // namespace broadloom
