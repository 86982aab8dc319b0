// Values in words.
#include "frontend/calls/value.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace broadloom::calls {
namespace {

constexpr size_t kMostText = 40;

std::string InWords(const Number& number) {
  switch (number.kind()) {
    case Number::Kind::boolean: return number.integer() != 0 ? "True" : "False";
    case Number::Kind::integer: return absl::StrCat("the integer ", number.integer());
    case Number::Kind::natural:
      return absl::StrCat("the integer ", static_cast<uint64_t>(number.integer()));
    case Number::Kind::floating: return absl::StrCat("the number ", number.floating());
    case Number::Kind::complex: return "a complex number";
  }
  return "a number";
}

struct Words {
  std::string operator()(std::monostate) const { return "None"; }
  std::string operator()(const Array& array) const {
    const Sizes shape = array.shape();
    return absl::StrCat("an array of ", to_string(array.dtype()), " (", absl::StrJoin(shape, ", "),
                        shape.size() == 1 ? ",)" : ")");
  }
  std::string operator()(const Number& number) const { return InWords(number); }
  std::string operator()(const std::string& text) const {
    const bool is_long = text.size() > kMostText;
    return absl::StrCat("the text '", text.substr(0, kMostText), is_long ? "...'" : "'");
  }
  std::string operator()(DataType dtype) const {
    return absl::StrCat("the dtype ", to_string(dtype));
  }
  std::string operator()(const Slice&) const { return "a slice"; }
  std::string operator()(Ellipsis) const { return "Ellipsis"; }
  std::string operator()(const Sequence& sequence) const {
    return absl::StrCat("a ", sequence.is_list ? "list" : "tuple", " of ", sequence.items.size());
  }
};

}  // namespace

std::string Describe(const Value& value) { return std::visit(Words{}, value.held); }

}  // namespace broadloom::calls
