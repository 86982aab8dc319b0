// What array.h has no names for: NumPy's text of an array, with the facts that the elements do not
// tell.
#include "frontend/format.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "frontend/format/elements.h"
#include "frontend/format/float_column.h"
#include "frontend/format/layout.h"
#include "frontend/format/shown.h"

namespace broadloom {
namespace {

void Check(const PrintOptions& options) {
  const auto refuse = [](const std::string& message) {
    throw Error(ErrorCode::invalid_argument, message);
  };
  if (options.edgeitems < 0)
    refuse(absl::StrCat("edgeitems must be >= 0, not ", options.edgeitems));
  if (options.sign != '-' && options.sign != '+' && options.sign != ' ')
    refuse(absl::StrCat("sign must be one of ' ', '+' and '-', not '", std::string(1, options.sign),
                        "'"));
}

// As Python writes a tuple.
std::string TupleOf(const Sizes& shape) {
  return absl::StrCat("(", absl::StrJoin(shape, ", "), shape.size() == 1 ? ",)" : ")");
}

// The dtypes that NumPy gives to Python's numbers.
bool IsImplied(DataType dtype) {
  return dtype == DataType::bool_ || dtype == DataType::int64 || dtype == DataType::float64 ||
         dtype == DataType::complex128;
}

// Of an array's text: what it does not show.
std::vector<std::string> FactsBeside(const Array& x, const PrintOptions& options) {
  const bool hides_shape = x.size() == 0 ? x.shape() != Sizes{0} : x.size() > options.threshold;
  std::vector<std::string> facts;
  if (hides_shape) facts.push_back("shape=" + TupleOf(x.shape()));
  if (!IsImplied(x.dtype()) || x.size() == 0)
    facts.push_back(absl::StrCat("dtype=", to_string(x.dtype())));
  return facts;
}

}  // namespace

std::string array2string(const Array& x, const PrintOptions& options,
                         const Surroundings& surroundings) {
  Check(options);
  if (x.size() == 0) return "[]";
  const bool is_long = x.size() > options.threshold;
  const format::Shown shown =
      is_long ? format::ShowEdges(x, options.edgeitems) : format::ShowAll(x);
  const int64_t prefix = format::WidthOf(surroundings.prefix);
  const int64_t suffix = format::WidthOf(surroundings.suffix);
  const std::optional<int64_t> edgeitems =
      is_long ? std::optional(options.edgeitems) : std::nullopt;
  return format::LaidOut(
      {x.shape(), edgeitems, options.linewidth - suffix, surroundings.separator, prefix + 1},
      shown.shape, format::TextsOf(shown, options));
}

std::string array_str(const Array& x, const PrintOptions& options) {
  return x.ndim() == 0 ? scalar_str(x) : array2string(x, options);
}

std::string array_repr(const Array& x, const PrintOptions& options, const std::string& name) {
  const std::string prefix = name + "(";
  const std::string text = prefix + array2string(x, options, {", ", prefix, ")"});
  const std::vector<std::string> facts = FactsBeside(x, options);
  if (facts.empty()) return text + ")";
  const std::string beside = absl::StrJoin(facts, ", ") + ")";
  const int64_t last_line =
      format::WidthOf(text.substr(text.rfind('\n') + 1)) + 1;  // npos + 1 is 0
  const bool fits = last_line + 1 + static_cast<int64_t>(beside.size()) <= options.linewidth;
  const std::string space = fits ? " " : "\n" + std::string(format::WidthOf(prefix), ' ');
  return absl::StrCat(text, ",", space, beside);
}

std::ostream& operator<<(std::ostream& stream, const Array& x) { return stream << array_str(x); }

}  // namespace broadloom
