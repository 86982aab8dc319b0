#include "frontend/repl/display.h"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "frontend/bytes.h"
#include "frontend/format.h"
#include "frontend/format/sparkline.h"

namespace broadloom::repl {
namespace {

// As in Python: in quotes, with \ before what could not stand there.
std::string Quoted(const std::string& text) {
  const bool has_single = text.find('\'') != std::string::npos;
  const char quote = has_single && text.find('"') == std::string::npos ? '"' : '\'';
  std::string quoted(1, quote);
  for (const char byte : text) {
    if (byte == '\n')
      quoted += "\\n";
    else if (byte == '\t')
      quoted += "\\t";
    else if (static_cast<unsigned char>(byte) < ' ' || byte == '\x7f')
      quoted += absl::StrFormat("\\x%02x", static_cast<unsigned char>(byte));
    else if (byte == quote || byte == '\\')
      quoted += {'\\', byte};
    else
      quoted += byte;
  }
  return quoted + quote;
}

class Text {
 public:
  explicit Text(const PrintOptions& options) : options_(options) {}

  std::string Of(const calls::Value& value) const {
    return std::visit([this](const auto& held) { return (*this)(held); }, value.held);
  }

  std::string operator()(std::monostate) const { return "None"; }
  std::string operator()(const std::string& text) const { return Quoted(text); }
  std::string operator()(DataType dtype) const { return to_string(dtype); }
  std::string operator()(Ellipsis) const { return "Ellipsis"; }
  std::string operator()(const Array& array) const {
    return array.ndim() == 0 ? scalar_str(array) : array_repr(array, options_);
  }
  std::string operator()(const Number& number) const {
    switch (number.kind()) {
      case Number::Kind::boolean: return number.integer() != 0 ? "True" : "False";
      case Number::Kind::integer: return absl::StrCat(number.integer());
      case Number::Kind::natural: return absl::StrCat(static_cast<uint64_t>(number.integer()));
      case Number::Kind::floating: return scalar_str(scalar(number, DataType::float64));
      case Number::Kind::complex: return scalar_str(scalar(number, DataType::complex128));
    }
    return "";
  }
  std::string operator()(const Slice& slice) const {
    const auto part = [](const std::optional<int64_t>& number) {
      return number.has_value() ? absl::StrCat(*number) : "None";
    };
    return absl::StrCat("slice(", part(slice.start), ", ", part(slice.stop), ", ", part(slice.step),
                        ")");
  }
  std::string operator()(const calls::Sequence& sequence) const {
    std::vector<std::string> items;
    for (const calls::Value& item : sequence.items) items.push_back(Of(item));
    const bool is_single = items.size() == 1;
    const std::string inside = absl::StrJoin(items, ", ");
    return sequence.is_list ? absl::StrCat("[", inside, "]")
                            : absl::StrCat("(", inside, is_single ? ",)" : ")");
  }

 private:
  const PrintOptions& options_;
};

constexpr int kWidestPicture = 64, kFewest = 8;
constexpr int64_t kMostToCompute = 1 << 24;  // elements of a pending array, for its picture alone

bool HasPicture(const Array& array, const Terminal& terminal) {
  const bool is_complex =
      array.dtype() == DataType::complex64 || array.dtype() == DataType::complex128;
  return terminal.has_unicode && !is_complex && (array.ndim() == 1 || array.ndim() == 2) &&
         array.size() >= kFewest && array.shape().back() > 1 &&
         (array.is_evaluated() || array.size() <= kMostToCompute);
}

std::string PictureOf(const Array& array, const Terminal& terminal) {
  const int width = std::min(kWidestPicture, terminal.Width());
  return array.ndim() == 1 ? Sparkline(array, width)
                           : HeatStrip(array, width, terminal.has_true_colour);
}

}  // namespace

std::string Shown(const calls::Value& value, const Terminal& terminal) {
  PrintOptions options;
  options.linewidth = terminal.Width();
  std::string text = Text(options).Of(value);
  const Array* array = value.As<Array>();
  if (array != nullptr && HasPicture(*array, terminal))
    absl::StrAppend(&text, "\n", PictureOf(*array, terminal));
  return text;
}

std::string ShapeText(const Sizes& shape) {
  return absl::StrCat("(", absl::StrJoin(shape, ", "), shape.size() == 1 ? ",)" : ")");
}

std::string FactsOf(const Array& array) {
  return absl::StrCat(to_string(array.dtype()), " ", ShapeText(array.shape()), "  ",
                      HumanBytes(array.nbytes()), array.is_evaluated() ? "" : "  pending");
}

std::string SecondsText(double seconds) {
  if (seconds >= 1) return absl::StrFormat("%.3g s", seconds);
  return seconds >= 1e-3 ? absl::StrFormat("%.3g ms", 1e3 * seconds)
                         : absl::StrFormat("%.3g us", 1e6 * seconds);
}

}  // namespace broadloom::repl
