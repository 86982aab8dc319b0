#include "frontend/files/npy_header.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "frontend/bytes.h"
#include "frontend/layout.h"
#include "frontend/unwrap.h"
#include "ir/status_macros.h"

namespace broadloom {
namespace {

constexpr absl::string_view kMagic = "\x93NUMPY";

struct Code {
  absl::string_view text;
  DType::Kind kind;
};
constexpr Code kCodes[] = {
    {"b1", DType::kBool},      {"i1", DType::kInt8},        {"i2", DType::kInt16},
    {"i4", DType::kInt32},     {"i8", DType::kInt64},       {"u1", DType::kUInt8},
    {"u2", DType::kUInt16},    {"u4", DType::kUInt32},      {"u8", DType::kUInt64},
    {"f2", DType::kFloat16},   {"f4", DType::kFloat32},     {"f8", DType::kFloat64},
    {"c8", DType::kComplex64}, {"c16", DType::kComplex128}, {"V2", DType::kBFloat16},
};

// What a dtype is that arrays do not have.
absl::string_view MeaningOf(absl::string_view code) {
  switch (code.empty() ? '\0' : code[0]) {
    case 'O': return "pickled objects";
    case 'S':
    case 'a':
    case 'U':
    case 'T': return "text";
    case 'M':
    case 'm': return "dates and times";
    case 'V': return "plain bytes or records";
    default: return "no dtype of arrays";
  }
}

// The characters of a Python literal, from the left.
class Scanner {
 public:
  Scanner(absl::string_view text, bool python2) : rest_(text), python2_(python2) {}

  absl::Status Expect(char c) {
    if (Takes(c)) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("'", std::string(1, c), "' is missing"));
  }
  bool Takes(char c) {
    SkipSpace();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool Sees(char c) {
    SkipSpace();
    return !rest_.empty() && rest_[0] == c;
  }
  bool IsAtEnd() {
    SkipSpace();
    return rest_.empty();
  }
  absl::StatusOr<std::string> String();
  absl::StatusOr<bool> Bool();
  absl::StatusOr<Shape> Tuple();

 private:
  void SkipSpace() {
    while (!rest_.empty() && absl::ascii_isspace(rest_[0])) rest_.remove_prefix(1);
  }
  absl::string_view Word();
  absl::StatusOr<int64_t> Extent();

  absl::string_view rest_;
  const bool python2_;
};

// No text of a header needs an escape.
absl::StatusOr<std::string> Scanner::String() {
  const char quote = Sees('"') ? '"' : '\'';
  BL_RETURN_IF_ERROR(Expect(quote));
  const size_t end = rest_.find(quote);
  const absl::string_view text = rest_.substr(0, end);
  if (end == absl::string_view::npos || absl::StrContains(text, '\\'))
    return absl::InvalidArgumentError("a string does not end");
  rest_.remove_prefix(end + 1);
  return std::string(text);
}

absl::string_view Scanner::Word() {
  SkipSpace();
  size_t end = 0;
  while (end < rest_.size() && (absl::ascii_isalnum(rest_[end]) || rest_[end] == '-')) ++end;
  const absl::string_view word = rest_.substr(0, end);
  rest_.remove_prefix(end);
  return word;
}

absl::StatusOr<bool> Scanner::Bool() {
  const absl::string_view word = Word();
  if (word == "True") return true;
  if (word == "False") return false;
  return absl::InvalidArgumentError("fortran_order is neither True nor False");
}

absl::StatusOr<int64_t> Scanner::Extent() {
  absl::string_view word = Word();
  if (python2_ && absl::EndsWith(word, "L")) word.remove_suffix(1);
  int64_t extent = 0;
  if (!absl::SimpleAtoi(word, &extent) || extent < 0)
    return absl::InvalidArgumentError(
        absl::StrCat("an extent of the shape is ", word.empty() ? "missing" : word));
  return extent;
}

absl::StatusOr<Shape> Scanner::Tuple() {
  BL_RETURN_IF_ERROR(Expect('('));
  Shape shape;
  bool comma = true;
  while (!Takes(')')) {
    if (!comma) return absl::InvalidArgumentError("the shape is no tuple of numbers");
    if (static_cast<int>(shape.size()) == kMaxRank)
      return absl::UnimplementedError(absl::StrCat("arrays have at most ", kMaxRank, " axes"));
    BL_ASSIGN_OR_RETURN(const int64_t extent, Extent());
    shape.push_back(extent);
    comma = Takes(',');
  }
  if (shape.size() == 1 && !comma)
    return absl::InvalidArgumentError("the shape is a number, not a tuple");
  return shape;
}

absl::Status ParseValue(absl::string_view key, Scanner& scanner, FileElements& elements) {
  if (key == "descr") {
    if (scanner.Sees('[') || scanner.Sees('(') || scanner.Sees('{'))
      return absl::UnimplementedError("records (a structured dtype) are not supported");
    BL_ASSIGN_OR_RETURN(const std::string descr, scanner.String());
    return ParseDescr(descr, elements);
  }
  if (key == "fortran_order") {
    BL_ASSIGN_OR_RETURN(elements.fortran_order, scanner.Bool());
    return absl::OkStatus();
  }
  if (key == "shape") {
    BL_ASSIGN_OR_RETURN(elements.shape, scanner.Tuple());
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("there is a key '", absl::CEscape(key), "'"));
}

[[noreturn]] void Fail(const Input& input, const absl::Status& status) {
  throw Error(CodeOf(status.code()), absl::StrCat(input.name(), ": ", status.message()));
}

std::string ReadExactly(Input& input, int64_t bytes, const char* what) {
  std::string text(bytes, '\0');
  if (input.ReadUpTo(text.data(), bytes) != bytes)
    Fail(input, absl::InvalidArgumentError(absl::StrCat("the file ends within ", what)));
  return text;
}

uint32_t LittleEndian(absl::string_view bytes) {
  uint32_t number = 0;
  for (size_t i = bytes.size(); i-- > 0;) number = number << 8 | static_cast<uint8_t>(bytes[i]);
  return number;
}

}  // namespace

int64_t FileElements::bytes() const { return BytesOf(shape, dtype); }

Dims StridesOf(const FileElements& elements) {
  Dims strides = DenseStrides(elements.shape, elements.dtype.size());
  if (!elements.fortran_order) return strides;
  Shape reversed(elements.shape.rbegin(), elements.shape.rend());
  strides = DenseStrides(reversed, elements.dtype.size());
  std::reverse(strides.begin(), strides.end());
  return strides;
}

absl::Status ParseDescr(absl::string_view descr, FileElements& elements) {
  absl::string_view code = descr;
  const bool has_order = !code.empty() && absl::StrContains("<>|=", code[0]);
  const char order = has_order ? code[0] : '=';
  if (has_order) code.remove_prefix(1);
  elements.swapped = order == '>';
  if (descr == "bfloat16") code = "V2";
  const auto* const known = std::find_if(std::begin(kCodes), std::end(kCodes),
                                         [&](const Code& each) { return each.text == code; });
  // NumPy's own void has no byte order.
  const bool is_void = code == "V2" && descr != "bfloat16" && order != '<';
  if (known == std::end(kCodes) || is_void)
    return absl::UnimplementedError(
        absl::StrCat("dtype '", absl::CEscape(descr), "' is not supported: ", MeaningOf(code)));
  elements.dtype = known->kind;
  if (order == '|' && elements.dtype.size() > 1)
    return absl::InvalidArgumentError(absl::StrCat("dtype '", descr, "' has no byte order"));
  if (elements.dtype.size() == 1) elements.swapped = false;
  return absl::OkStatus();
}

absl::StatusOr<FileElements> ParseNpyDict(absl::string_view text, bool python2) {
  Scanner scanner(text, python2);
  FileElements elements;
  std::vector<std::string> keys;
  BL_RETURN_IF_ERROR(scanner.Expect('{'));
  bool comma = true;
  while (!scanner.Takes('}')) {
    if (!comma) return absl::InvalidArgumentError("',' is missing");
    BL_ASSIGN_OR_RETURN(const std::string key, scanner.String());
    if (std::find(keys.begin(), keys.end(), key) != keys.end())
      return absl::InvalidArgumentError(absl::StrCat("'", key, "' is given twice"));
    BL_RETURN_IF_ERROR(scanner.Expect(':'));
    BL_RETURN_IF_ERROR(ParseValue(key, scanner, elements));
    keys.push_back(key);
    comma = scanner.Takes(',');
  }
  if (!scanner.IsAtEnd()) return absl::InvalidArgumentError("something follows the dict");
  if (keys.size() != 3)
    return absl::InvalidArgumentError("descr, fortran_order or shape is missing");
  return elements;
}

FileElements ReadNpyHeader(Input& input, int64_t max_header_size) {
  const std::string magic = ReadExactly(input, kMagic.size(), "its magic string");
  if (magic != kMagic)
    Fail(input, absl::InvalidArgumentError("the file does not begin as .npy files do"));
  const std::string version = ReadExactly(input, 2, "its version");
  const int major = static_cast<uint8_t>(version[0]), minor = static_cast<uint8_t>(version[1]);
  if (major < 1 || major > 3 || minor != 0)
    Fail(input, absl::UnimplementedError(
                    absl::StrCat(".npy of version ", major, ".", minor, " is not known")));
  const int64_t length = LittleEndian(ReadExactly(input, major == 1 ? 2 : 4, "its header"));
  if (length > max_header_size)
    Fail(input, absl::InvalidArgumentError(absl::StrCat("the header is ", length,
                                                        " bytes long, more than max_header_size, ",
                                                        max_header_size)));
  const std::string text = ReadExactly(input, length, "its header");
  absl::StatusOr<FileElements> elements = ParseNpyDict(text, major < 3);
  if (!elements.ok())
    Fail(input, absl::Status(elements.status().code(),
                             absl::StrCat(".npy header: ", elements.status().message())));
  return *std::move(elements);
}

// NumPy leaves room for an axis that grows, and begins elements at a multiple of 64 bytes.
std::string NpyHeader(const FileElements& elements) {
  constexpr size_t kDigitsOfGrowingAxis = 21, kAlignment = 64;
  const auto* const code = std::find_if(std::begin(kCodes), std::end(kCodes),
                                        [&](const Code& c) { return elements.dtype == c.kind; });
  const Shape& shape = elements.shape;
  const std::string extents = absl::StrJoin(shape, ", ", [](std::string* out, const auto& extent) {
    absl::StrAppend(out, extent.value());
  });
  std::string dict = absl::StrCat("{'descr': '", elements.dtype.size() == 1 ? "|" : "<", code->text,
                                  "', 'fortran_order': ", elements.fortran_order ? "True" : "False",
                                  ", 'shape': (", extents, shape.size() == 1 ? ",), }" : "), }");
  if (!shape.empty()) {
    const int64_t grows = (elements.fortran_order ? shape.back() : shape.front()).value();
    dict.append(kDigitsOfGrowingAxis - absl::StrCat(grows).size(), ' ');
  }
  const size_t before = kMagic.size() + 4;  // the version, the length
  dict.append(kAlignment - (before + dict.size() + 1) % kAlignment, ' ').append("\n");
  std::string header(kMagic);
  for (const size_t byte : {size_t{1}, size_t{0}, dict.size() & 255, dict.size() >> 8})
    header.push_back(static_cast<char>(byte));
  return header + dict;
}

}  // namespace broadloom
