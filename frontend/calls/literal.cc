// Defaults of parameters, which the tables of this folder write.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "frontend/calls/arguments.h"
#include "frontend/error.h"

namespace broadloom::calls {
namespace {

Value ParseTuple(absl::string_view text) {
  Sequence sequence;
  for (absl::string_view part : absl::StrSplit(text, ", ", absl::SkipEmpty()))
    sequence.items.push_back(ParseLiteral(absl::StripSuffix(part, ",")));
  return sequence;
}

}  // namespace

Value ParseLiteral(absl::string_view text) {
  if (text == "None") return {};
  if (text == "True" || text == "False") return Number(text == "True");
  if (absl::ConsumePrefix(&text, "'")) return std::string(absl::StripSuffix(text, "'"));
  if (absl::ConsumePrefix(&text, "(")) return ParseTuple(absl::StripSuffix(text, ")"));
  int64_t integer;
  if (absl::SimpleAtoi(text, &integer)) return Number(integer);
  double floating;
  if (absl::SimpleAtod(text, &floating)) return Number(floating);
  throw Error(ErrorCode::internal, absl::StrCat("no literal: ", text));
}

}  // namespace broadloom::calls
