// The grammar of subscripts. Spaces mean nothing; letters are labels; one "..." may stand in each
// operand and in the output.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "frontend/einsum/terms.h"

namespace broadloom {
namespace {

[[noreturn]] void Fail(const std::string& why) {
  throw Error(ErrorCode::invalid_argument, "einsum: " + why);
}

// The labels before and after an ellipsis.
struct Half {
  Labels before, after;
  bool has_ellipsis = false;

  int64_t size() const { return static_cast<int64_t>(before.size() + after.size()); }
};

Half ParseTerm(const std::string& term, const std::string& where) {
  Half half;
  for (size_t i = 0; i < term.size(); ++i) {
    if (term[i] == ' ') continue;
    if (absl::ascii_isalpha(term[i])) {
      (half.has_ellipsis ? half.after : half.before).push_back(term[i]);
    } else if (term.compare(i, 3, "...") == 0 && !half.has_ellipsis) {
      half.has_ellipsis = true;
      i += 2;
    } else if (term[i] == '.') {
      Fail(absl::StrCat("a '.' that is not part of an ellipsis ('...') in ", where));
    } else {
      const auto goes_on = [&](size_t at) { return (term[at] & 0xc0) == 0x80; };  // in UTF-8
      size_t end = i + 1;
      while (end < term.size() && goes_on(end)) ++end;
      Fail(absl::StrCat("invalid subscript '", term.substr(i, end - i), "' in ", where,
                        ", subscripts must be letters"));
    }
  }
  return half;
}

Labels Joined(const Half& half, int64_t ellipsis) {
  Labels labels = half.before;
  for (int64_t i = ellipsis - 1; i >= 0 && half.has_ellipsis; --i)
    labels.push_back(kEllipsisLabel + static_cast<Label>(i));
  labels.insert(labels.end(), half.after.begin(), half.after.end());
  return labels;
}

// How many axes an operand's ellipsis stands for.
int64_t EllipsisSize(const Half& half, const Sizes& shape, size_t operand) {
  const int64_t left = static_cast<int64_t>(shape.size()) - half.size();
  if (left < 0)
    Fail(absl::StrCat("the subscripts have ", half.size(), " labels for operand ", operand,
                      " of shape (", absl::StrJoin(shape, ", "), ")"));
  if (left > 0 && !half.has_ellipsis)
    Fail(absl::StrCat("operand ", operand, " of shape (", absl::StrJoin(shape, ", "),
                      ") has more dimensions than subscripts, and no '...' for them"));
  return left;
}

// Labels that occur once, in alphabetical order.
Labels ImplicitOutput(const std::vector<Half>& inputs) {
  std::map<Label, int> count;
  for (const Half& half : inputs) {
    for (Label label : half.before) ++count[label];
    for (Label label : half.after) ++count[label];
  }
  Labels once;
  for (const auto& [label, times] : count) {
    if (times == 1) once.push_back(label);
  }
  return once;
}

void CheckOutput(const Labels& output, const std::vector<Labels>& inputs) {
  const Labels known = Union(inputs);
  for (Label label : output) {
    if (!Contains(known, label))
      Fail(absl::StrCat("output subscript '", TextOf({label}), "' never appeared in an input"));
    if (std::count(output.begin(), output.end(), label) > 1)
      Fail(absl::StrCat("output subscript '", TextOf({label}), "' appears more than once"));
  }
}

struct Sides {
  std::string inputs;
  std::optional<std::string> output;
};

Sides Split(const std::string& subscripts) {
  const size_t arrow = subscripts.find_first_of("->");
  if (arrow == std::string::npos) return {subscripts, std::nullopt};
  const std::string output = subscripts.substr(std::min(arrow + 2, subscripts.size()));
  if (subscripts.compare(arrow, 2, "->") != 0 || output.find_first_of("->") != std::string::npos)
    Fail("the subscripts can only contain one '->'");
  return {subscripts.substr(0, arrow), output};
}

}  // namespace

bool Contains(const Labels& labels, Label label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

Labels Union(const std::vector<Labels>& terms) {
  Labels all;
  for (const Labels& term : terms) {
    for (Label label : term) {
      if (!Contains(all, label)) all.push_back(label);
    }
  }
  return all;
}

std::string TextOf(const Labels& labels) {
  std::string text;
  for (Label label : labels) {
    if (label < kEllipsisLabel)
      text += static_cast<char>(label);
    else
      absl::StrAppend(&text, "{", label - kEllipsisLabel, "}");
  }
  return text;
}

Subscripts ParseSubscripts(const std::string& subscripts, const std::vector<Sizes>& shapes) {
  if (shapes.empty())
    Fail("must specify the einstein sum subscripts string and at least one operand");
  const Sides sides = Split(subscripts);
  const std::vector<std::string> terms = absl::StrSplit(sides.inputs, ',');
  if (terms.size() != shapes.size())
    Fail(absl::StrCat("subscripts for ", terms.size(), " operands, but ", shapes.size(),
                      " were given"));
  std::vector<Half> halves;
  std::vector<int64_t> sizes;
  for (size_t i = 0; i < terms.size(); ++i) {
    halves.push_back(ParseTerm(terms[i], absl::StrCat("operand ", i)));
    sizes.push_back(EllipsisSize(halves[i], shapes[i], i));
  }
  const int64_t longest = *std::max_element(sizes.begin(), sizes.end());
  Half output{{}, ImplicitOutput(halves), true};
  if (sides.output.has_value()) output = ParseTerm(*sides.output, "the output");
  if (longest > 0 && !output.has_ellipsis)
    Fail("the output has more dimensions than subscripts, and no '...' for them");
  Subscripts parsed;
  for (size_t i = 0; i < halves.size(); ++i) parsed.inputs.push_back(Joined(halves[i], sizes[i]));
  parsed.output = Joined(output, longest);
  CheckOutput(parsed.output, parsed.inputs);
  return parsed;
}

Extents ExtentsOf(const Subscripts& subscripts, const std::vector<Sizes>& shapes) {
  Extents extents;
  for (size_t i = 0; i < shapes.size(); ++i) {
    Extents own;
    for (size_t axis = 0; axis < shapes[i].size(); ++axis) {
      const Label label = subscripts.inputs[i][axis];
      const int64_t extent = shapes[i][axis];
      const int64_t before = own.emplace(label, extent).first->second;
      if (before != extent)
        Fail(absl::StrCat("dimensions in operand ", i, " for collapsing index '", TextOf({label}),
                          "' don't match (", before, " != ", extent, ")"));
      int64_t& all = extents.emplace(label, extent).first->second;
      if (all == 1) all = extent;
      if (extent != 1 && extent != all)
        Fail(absl::StrCat("operands could not be broadcast together: label '", TextOf({label}),
                          "' has extent ", all, ", but ", extent, " in operand ", i));
    }
  }
  return extents;
}

}  // namespace broadloom
