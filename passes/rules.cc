// What is not here is not exact: x * 0, x - x, x / x and 0 / x meet NaN and infinity, x + 0 loses
// the sign of -0, and sums in another order round otherwise. A rule must not make code slower.
#include "passes/rules.h"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <cstdlib>
#include <string>

namespace broadloom {
namespace {

// clang-format off
constexpr Rule kRules[] = {
    // Constants stand right.
    {"add(c, x)",                          "add(x, c)"},
    {"multiply(c, x)",                     "multiply(x, c)"},
    {"equal(c, x)",                        "equal(x, c)"},
    {"not_equal(c, x)",                    "not_equal(x, c)"},
    {"less(c, x)",                         "greater(x, c)"},
    {"less_equal(c, x)",                   "greater_equal(x, c)"},
    {"greater(c, x)",                      "less(x, c)"},
    {"greater_equal(c, x)",                "less_equal(x, c)"},
    {"maximum(c, x)",                      "maximum(x, c)",             When::kIntegral},
    {"minimum(c, x)",                      "minimum(x, c)",             When::kIntegral},
    {"logical_and(c, p)",                  "logical_and(p, c)"},
    {"logical_or(c, p)",                   "logical_or(p, c)"},
    {"logical_xor(c, p)",                  "logical_xor(p, c)"},
    {"bitwise_and(c, x)",                  "bitwise_and(x, c)"},
    {"bitwise_or(c, x)",                   "bitwise_or(x, c)"},
    {"bitwise_xor(c, x)",                  "bitwise_xor(x, c)"},

    // Neutral numbers. -0 is the neutral one of float addition, and 0 of integers.
    {"add(x, -0)",                         "x"},
    {"subtract(x, 0)",                     "x"},
    {"multiply(x, 1)",                     "x"},
    {"divide(x, 1)",                       "x"},
    {"floor_divide(x, 1)",                 "x",                         When::kIntegral},
    {"pow(x, 1)",                          "x",                         When::kInteger},
    {"bitwise_or(x, 0)",                   "x"},
    {"bitwise_xor(x, 0)",                  "x"},
    {"bitwise_and(x, -1)",                 "x"},
    {"bitwise_left_shift(x, 0)",           "x"},
    {"bitwise_right_shift(x, 0)",          "x"},
    {"logical_and(p, 1)",                  "p"},
    {"logical_or(p, 0)",                   "p"},
    {"logical_xor(p, 0)",                  "p"},
    {"logical_xor(p, 1)",                  "logical_not(p)"},

    // Signs.
    {"negative(negative(x))",              "x"},
    {"multiply(x, -1)",                    "negative(x)"},
    {"divide(x, -1)",                      "negative(x)"},
    {"subtract(x, negative(y))",           "add(x, y)"},
    {"add(x, negative(y))",                "subtract(x, y)"},
    {"add(negative(x), y)",                "subtract(y, x)"},
    {"multiply(negative(x), negative(y))", "multiply(x, y)"},
    {"divide(negative(x), negative(y))",   "divide(x, y)"},
    {"negative(subtract(x, y))",           "subtract(y, x)",            When::kInteger},
    {"abs(negative(x))",                   "abs(x)",                    When::kSigned},
    {"abs(abs(x))",                        "abs(x)"},
    {"abs(multiply(x, x))",                "multiply(x, x)",            When::kFloat},

    // Products. Powers of integers only: the power of a float rounds otherwise. Where NumPy takes a
    // product or a root (exponents 2, -1 and 0.5 that are one number), the frontend has written one.
    {"square(x)",                          "multiply(x, x)"},
    {"pow(x, 2)",                          "multiply(x, x)",            When::kInteger},
    {"divide(x, c)",                       "multiply(x, divide(1, c))", When::kPowerOfTwo},

    // Twice is once.
    {"invert(invert(x))",                  "x"},
    {"logical_not(logical_not(p))",        "p"},
    {"positive(x)",                        "x"},
    {"floor(x)",                           "x",                         When::kIntegral},
    {"ceil(x)",                            "x",                         When::kIntegral},
    {"trunc(x)",                           "x",                         When::kIntegral},
    {"round(x)",                           "x",                         When::kInteger},
    {"floor(floor(x))",                    "floor(x)"},
    {"floor(ceil(x))",                     "ceil(x)"},
    {"floor(trunc(x))",                    "trunc(x)"},
    {"floor(round(x))",                    "round(x)"},
    {"ceil(floor(x))",                     "floor(x)"},
    {"ceil(ceil(x))",                      "ceil(x)"},
    {"ceil(trunc(x))",                     "trunc(x)"},
    {"ceil(round(x))",                     "round(x)"},
    {"trunc(floor(x))",                    "floor(x)"},
    {"trunc(ceil(x))",                     "ceil(x)"},
    {"trunc(trunc(x))",                    "trunc(x)"},
    {"trunc(round(x))",                    "round(x)"},
    {"round(floor(x))",                    "floor(x)"},
    {"round(ceil(x))",                     "ceil(x)"},
    {"round(trunc(x))",                    "trunc(x)"},
    {"round(round(x))",                    "round(x)"},
    {"sign(sign(x))",                      "sign(x)"},

    // Equal operands.
    {"maximum(x, x)",                      "x"},
    {"minimum(x, x)",                      "x"},
    {"bitwise_and(x, x)",                  "x"},
    {"bitwise_or(x, x)",                   "x"},
    {"logical_and(p, p)",                  "p"},
    {"logical_or(p, p)",                   "p"},
    {"where(p, x, x)",                     "x"},

    // Conditions.
    {"where(logical_not(p), x, y)",        "where(p, y, x)"},
    {"where(logical_not(p), c, x)",        "where(p, x, c)"},
    {"where(logical_not(p), x, c)",        "where(p, c, x)"},
    {"where(p, 1, 0)",                     "astype(p)"},
    {"logical_not(equal(x, y))",           "not_equal(x, y)"},
    {"logical_not(not_equal(x, y))",       "equal(x, y)"},
    {"logical_not(less(x, y))",            "greater_equal(x, y)",       When::kIntegral},
    {"logical_not(less_equal(x, y))",      "greater(x, y)",             When::kIntegral},
    {"logical_not(greater(x, y))",         "less_equal(x, y)",          When::kIntegral},
    {"logical_not(greater_equal(x, y))",   "less(x, y)",                When::kIntegral},
    {"isnan(negative(x))",                 "isnan(x)"},
    {"isnan(abs(x))",                      "isnan(x)"},
    {"isinf(negative(x))",                 "isinf(x)"},
    {"isinf(abs(x))",                      "isinf(x)"},

    // Conversions.
    {"astype(astype(x))",                  "astype(x)",                 When::kLossless},
};
// clang-format on

class TermParser {
 public:
  explicit TermParser(absl::string_view text) : text_(text) {}

  Term Parse() {
    const std::string word = Word();
    Term term;
    if (At('(')) {
      term.op = ParseOp(word).value();
      do {
        ++at_;
        term.args.push_back(Parse());
      } while (At(','));
      ++at_;  // the closing parenthesis
    } else if (std::isalpha(static_cast<unsigned char>(word[0]))) {
      term.kind = Term::kLetter;
      term.letter = word[0];
    } else {
      term.kind = Term::kNumber;
      term.number = std::strtod(word.c_str(), nullptr);
    }
    return term;
  }

 private:
  bool At(char c) const { return at_ < text_.size() && text_[at_] == c; }

  std::string Word() {
    while (At(' ')) ++at_;
    const size_t end = std::min(text_.find_first_of("(),", at_), text_.size());
    std::string word(text_.substr(at_, end - at_));
    assert(!word.empty());
    at_ = end;
    return word;
  }

  absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace

absl::Span<const Rule> Rules() { return kRules; }

Term ParseTerm(absl::string_view text) { return TermParser(text).Parse(); }

}  // namespace broadloom
