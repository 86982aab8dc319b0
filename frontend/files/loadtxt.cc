// Tables of numbers as text.
#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "frontend/bytes.h"
#include "frontend/convert.h"
#include "frontend/files.h"
#include "frontend/files/growing_buffer.h"
#include "frontend/files/line_reader.h"
#include "frontend/files/npy_header.h"
#include "frontend/files/numbers.h"

namespace broadloom {
namespace {

void CheckOptions(const std::string& name, const TextOptions& options) {
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorCode::invalid_argument, absl::StrCat(name, ": ", what));
  };
  const std::string& delimiter = options.delimiter;
  if (delimiter.size() > 1 || delimiter == "\n" || delimiter == "\r")
    fail(absl::StrCat("the delimiter must be one character, not '", absl::CEscape(delimiter), "'"));
  for (const std::string& comment : options.comments)
    if (comment.empty() || comment == delimiter)
      fail("comments must begin with some text, and not the delimiter");
  if (options.skiprows < 0 || options.max_rows.value_or(0) < 0)
    fail("skiprows and max_rows must not be negative");
  if (options.ndmin < 0 || options.ndmin > 2)
    fail(absl::StrCat("ndmin must be 0, 1 or 2, not ", options.ndmin));
}

// What stands for numbers that are none.
std::string FillingOf(const TextOptions& options) {
  const DType dtype = ToDType(options.dtype);
  std::string element(dtype.size(), '\0');
  const Number otherwise =
      dtype.is_integer() ? Number(-1) : Number(std::numeric_limits<double>::quiet_NaN());
  const Scalar scalar = ScalarOf(options.filling.value_or(otherwise), dtype);
  const uint64_t words[2] = {scalar.bits, scalar.high};
  std::copy_n(reinterpret_cast<const char*>(words), dtype.size(), element.data());
  return element;
}

class TableReader {
 public:
  TableReader(Input& input, const TextOptions& options, Context& context)
      : name_(input.name()),
        options_(options),
        lines_(input, context),
        context_(context),
        dtype_(ToDType(options.dtype)),
        parse_(ParserOf(dtype_)),
        table_(context) {
    CheckOptions(name_, options);
    if (options.loose) filling_ = FillingOf(options);
  }

  Array Read() {
    absl::string_view line;
    for (int64_t i = 0; i < options_.skiprows && lines_.Next(line); ++i) {
    }
    while (rows_ < options_.max_rows.value_or(INT64_MAX) && lines_.Next(line)) AddLine(line);
    return Result();
  }

 private:
  void AddLine(absl::string_view line) {
    for (const std::string& comment : options_.comments) line = line.substr(0, line.find(comment));
    if (IsEmpty(line)) return;
    fields_.clear();
    Split(line);
    AddRow();
  }

  bool IsEmpty(absl::string_view line) const {
    const bool by_space = options_.delimiter.empty() || options_.loose;
    return by_space ? absl::StripLeadingAsciiWhitespace(line).empty() : line.empty();
  }

  void Split(absl::string_view line) {
    if (options_.delimiter.empty()) return SplitAtSpace(line);
    for (;;) {
      const size_t end = line.find(options_.delimiter[0]);
      fields_.push_back(line.substr(0, end));
      if (end == absl::string_view::npos) return;
      line.remove_prefix(end + 1);
    }
  }

  void SplitAtSpace(absl::string_view line) {
    for (;;) {
      line = absl::StripLeadingAsciiWhitespace(line);
      if (line.empty()) return;
      const auto* const end = std::find_if(line.begin(), line.end(), absl::ascii_isspace);
      fields_.emplace_back(line.data(), end - line.begin());
      line.remove_prefix(end - line.begin());
    }
  }

  void AddRow() {
    const auto fields = static_cast<int64_t>(fields_.size());
    if (rows_ == 0) columns_ = options_.usecols.empty() ? fields : ColumnsWanted();
    if (options_.usecols.empty() && fields != columns_)
      Fail(absl::StrCat(fields, " columns, where there were ", columns_,
                        " before; usecols can choose among them"));
    char* to = table_.Append(columns_ * dtype_.size());
    for (int64_t i = 0; i < columns_; ++i, to += dtype_.size())
      Store(options_.usecols.empty() ? i : Chosen(options_.usecols[i], fields), to);
    ++rows_;
  }

  int64_t ColumnsWanted() const { return static_cast<int64_t>(options_.usecols.size()); }

  int64_t Chosen(int64_t column, int64_t fields) const {
    const int64_t chosen = column < 0 ? column + fields : column;
    if (chosen < 0 || chosen >= fields)
      Fail(absl::StrCat("there is no column ", column, " among ", fields));
    return chosen;
  }

  void Store(int64_t column, char* to) const {
    const absl::string_view field = fields_[column];
    const bool is_missing = options_.loose && IsMissing(absl::StripAsciiWhitespace(field));
    if (!is_missing && parse_(field, to)) return;
    if (!options_.loose)
      Fail(absl::StrCat("column ", column + 1, ": '", absl::CHexEscape(field.substr(0, 40)),
                        field.size() > 40 ? "...' is no " : "' is no ", to_string(options_.dtype)));
    std::copy(filling_.begin(), filling_.end(), to);
  }

  bool IsMissing(absl::string_view field) const {
    return std::find(options_.missing.begin(), options_.missing.end(), field) !=
           options_.missing.end();
  }

  [[noreturn]] void Fail(const std::string& what) const {
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(name_, ", line ", lines_.number(), ": ", what));
  }

  // Without axes of extent 1, but for so many as are wanted.
  Array Result() {
    if (rows_ == 0) columns_ = std::max<int64_t>(1, ColumnsWanted());
    Shape shape = {rows_, columns_};
    if (options_.ndmin < 2)
      shape.erase(std::remove(shape.begin(), shape.end(), Extent(1)), shape.end());
    if (options_.ndmin == 1 && shape.empty()) shape = {1};
    const Dims strides = StridesOf({dtype_, shape});
    Array result(MakeReady(context_, dtype_, shape, {table_.Finish(), 0, strides}));
    result.set_scalar(false);
    return result;
  }

  const std::string& name_;
  const TextOptions& options_;
  LineReader lines_;
  Context& context_;
  const DType dtype_;
  const NumberParser parse_;
  GrowingBuffer table_;
  std::string filling_;
  std::vector<absl::string_view> fields_;
  int64_t rows_ = 0, columns_ = 0;
};

}  // namespace

Array loadtxt(const std::string& path, const TextOptions& options, Context* context) {
  const std::unique_ptr<Input> input = Decompressed(std::make_unique<FileInput>(path));
  return TableReader(*input, options, OrDefault(context)).Read();
}

Array parsetxt(const std::string& text, const TextOptions& options, const std::string& name,
               Context* context) {
  MemoryInput input(name, text);
  return TableReader(input, options, OrDefault(context)).Read();
}

}  // namespace broadloom
