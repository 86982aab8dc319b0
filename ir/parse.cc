// The parser: one function for each line of the grammar in docs/ir.md. It calls itself for bodies
// only. Whatever the text, the answer is a graph or an error that names line and column; laws
// beyond the types are the verifier's (ir/verify.cc).
#include <algorithm>
#include <charconv>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ir/status_macros.h"
#include "ir/text.h"

namespace broadloom {
namespace {

constexpr int kMaxDepth = 4;  // of bodies inside bodies

bool IsNameChar(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.'; }
bool IsNumberChar(char c) { return IsNameChar(c) || c == '+' || c == '-'; }

// Walks over the text. What starts with Take looks; what starts with Read insists.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : text_(text) {}

  size_t position() {
    SkipSpace();
    return at_;
  }
  char Peek() { return position() < text_.size() ? text_[at_] : '\0'; }
  bool AtEnd() { return position() == text_.size(); }

  bool Take(char c) {
    if (AtEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool TakeWord(absl::string_view word) {
    if (Run(position(), IsNameChar) != word) return false;
    at_ += word.size();
    return true;
  }
  absl::Status Read(char c) {
    return Take(c) ? absl::OkStatus() : Expected(absl::StrCat("'", std::string(1, c), "'"));
  }
  absl::StatusOr<absl::string_view> ReadName(absl::string_view what) {
    return ReadRun(IsNameChar, what);
  }
  absl::StatusOr<absl::string_view> ReadNumber(absl::string_view what) {
    return ReadRun(IsNumberChar, what);
  }
  absl::StatusOr<int64_t> ReadInt();
  absl::StatusOr<std::string> ReadQuoted();

  absl::Status Expected(absl::string_view what) {
    return Error(position(), "expected ", what, ", found ", Found());
  }
  template <typename... Parts>
  absl::Status Error(size_t position, const Parts&... parts) const {
    const absl::string_view before = text_.substr(0, position);
    const size_t line = std::count(before.begin(), before.end(), '\n') + 1;
    const size_t column = line == 1 ? position + 1 : position - before.rfind('\n');
    return absl::InvalidArgumentError(absl::StrCat(line, ":", column, ": ", parts...));
  }

 private:
  void SkipSpace() {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size());
      if (at_ == text_.size() || !absl::ascii_isspace(text_[at_])) return;
    }
  }
  absl::string_view Run(size_t from, bool (*accepts)(char)) const {
    const auto* begin = text_.begin() + from;
    return absl::string_view(begin, std::find_if_not(begin, text_.end(), accepts) - begin);
  }
  absl::StatusOr<absl::string_view> ReadRun(bool (*accepts)(char), absl::string_view what) {
    const absl::string_view run = Run(position(), accepts);
    if (run.empty()) return Expected(what);
    at_ += run.size();
    return run;
  }
  std::string Found() {
    if (AtEnd()) return "the end of the text";
    const absl::string_view run = Run(at_, IsNameChar);
    return absl::StrCat("'", absl::CEscape(run.empty() ? text_.substr(at_, 1) : run.substr(0, 40)),
                        "'");
  }

  absl::string_view text_;
  size_t at_ = 0;
};

absl::StatusOr<int64_t> Scanner::ReadInt() {
  const size_t start = position();
  BL_ASSIGN_OR_RETURN(const absl::string_view digits, ReadNumber("an integer"));
  int64_t value;
  if (!absl::SimpleAtoi(digits, &value))
    return Error(start, "'", digits, "' is not a 64-bit integer");
  // The far end of the range stands for symbols.
  if (Extent(value).is_symbol()) return Error(start, "'", digits, "' is out of range");
  return value;
}

absl::StatusOr<std::string> Scanner::ReadQuoted() {
  const size_t start = position();
  BL_RETURN_IF_ERROR(Read('"'));
  const size_t from = at_;
  while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n')
    at_ += text_[at_] == '\\' ? 2 : 1;
  if (at_ >= text_.size() || text_[at_] != '"') {
    at_ = std::min(at_, text_.size());
    return Error(start, "the text has no closing quote");
  }
  std::string value;
  if (!absl::CUnescape(text_.substr(from, at_++ - from), &value))
    return Error(start, "bad escape in the text");
  return value;
}

template <typename T>
bool ParseFloat(absl::string_view digits, T& value) {
  const bool negative = absl::ConsumePrefix(&digits, "-");
  const bool hex = absl::ConsumePrefix(&digits, "0x");
  const auto format = hex ? std::chars_format::hex : std::chars_format::general;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, format);
  if (negative) value = -value;
  return error == std::errc() && stop == end && !absl::StartsWith(digits, "-");
}

// nullopt where the text is no number of that dtype.
std::optional<Scalar> ParseScalar(DType dtype, absl::string_view digits) {
  float f32;
  double f64;
  uint64_t u64;
  int64_t i64;
  if (dtype.is_complex()) return std::nullopt;
  if (dtype == DType::kFloat32)
    return ParseFloat(digits, f32) ? std::optional(MakeScalar(dtype, f32)) : std::nullopt;
  if (dtype.is_floating())
    return ParseFloat(digits, f64) ? std::optional(MakeScalar(dtype, f64)) : std::nullopt;
  if (dtype == DType::kUInt64)
    return absl::SimpleAtoi(digits, &u64) ? std::optional(Scalar{dtype, u64}) : std::nullopt;
  if (!absl::SimpleAtoi(digits, &i64)) return std::nullopt;
  const Scalar scalar = MakeIntScalar(dtype, i64);
  return AsInt(scalar) == i64 ? std::optional(scalar) : std::nullopt;
}

std::string ContiguousLayout(size_t rank) {
  return rank == 0 ? "" : std::string(rank - 1, 'j') + "u";
}

class Parser {
 public:
  Parser(absl::string_view text, std::vector<size_t>* positions)
      : scan_(text), positions_(positions) {}
  absl::StatusOr<Graph> ParseText();

 private:
  struct Scope {
    Graph graph;
    int depth;
    absl::flat_hash_map<absl::string_view, NodeId> names = {};
  };

  absl::StatusOr<Graph> ParseGraph(int depth);
  absl::StatusOr<bool> TakeFinite(Attrs& attrs, size_t start) const;
  void NotePosition(const Scope& scope, NodeId id, size_t position);
  absl::Status ParseOperand(Scope& scope);
  absl::Status ParseStatement(Scope& scope);
  absl::StatusOr<NodeId> ParseOperation(Scope& scope);
  absl::StatusOr<std::vector<NodeId>> ParseUses(const Scope& scope);
  absl::Status ParseBody(const Scope& scope, Attrs& attrs);
  absl::Status ParseAttrs(Attrs& attrs);
  absl::StatusOr<AttrValue> ParseValue(AttrName name);
  absl::StatusOr<ValueType> ParseType();
  absl::StatusOr<DType> ParseDTypeName();
  absl::StatusOr<Scalar> ParseTypedNumber();
  absl::StatusOr<Extent> ParseExtent();
  template <typename List, typename ReadItem>
  absl::StatusOr<List> ParseList(ReadItem read_item);
  absl::StatusOr<Shape> ParseShape() {
    return ParseList<Shape>([this] { return ParseExtent(); });
  }

  absl::StatusOr<absl::string_view> ParseNewName(const Scope& scope);
  absl::Status CheckNode(const Graph& graph, Op op, const Inputs& inputs, const Attrs& attrs,
                         size_t position) const;
  absl::Status CheckType(const ValueType& type, size_t position) const;

  Scanner scan_;
  std::vector<size_t>* const positions_;                 // may be null
  absl::flat_hash_map<absl::string_view, int> symbols_;  // shared by a graph and its bodies
};

absl::StatusOr<Graph> Parser::ParseText() {
  BL_ASSIGN_OR_RETURN(Graph graph, ParseGraph(0));
  if (!scan_.AtEnd()) return scan_.Expected("the end of the text");
  return graph;
}

absl::StatusOr<Graph> Parser::ParseGraph(int depth) {
  if (depth > kMaxDepth) return scan_.Error(scan_.position(), "bodies are nested too deeply");
  if (!scan_.TakeWord("graph")) return scan_.Expected("'graph'");
  BL_RETURN_IF_ERROR(scan_.Read('@'));
  BL_ASSIGN_OR_RETURN(const absl::string_view name, scan_.ReadName("the graph's name"));
  Scope scope{Graph(std::string(name)), depth};
  BL_RETURN_IF_ERROR(scan_.Read('('));
  if (scan_.Peek() != ')') {
    do BL_RETURN_IF_ERROR(ParseOperand(scope));
    while (scan_.Take(','));
  }
  BL_RETURN_IF_ERROR(scan_.Read(')'));
  BL_RETURN_IF_ERROR(scan_.Read('{'));
  while (scan_.Peek() == '%') BL_RETURN_IF_ERROR(ParseStatement(scope));
  if (!scan_.TakeWord("return")) return scan_.Expected("a statement or 'return'");
  BL_ASSIGN_OR_RETURN(std::vector<NodeId> outputs, ParseUses(scope));
  scope.graph.set_outputs(std::move(outputs));
  BL_RETURN_IF_ERROR(scan_.Read('}'));
  if (scan_.Peek() == '{') BL_RETURN_IF_ERROR(ParseAttrs(scope.graph.attrs()));
  return std::move(scope.graph);
}

absl::StatusOr<absl::string_view> Parser::ParseNewName(const Scope& scope) {
  const size_t start = scan_.position();
  BL_RETURN_IF_ERROR(scan_.Read('%'));
  BL_ASSIGN_OR_RETURN(const absl::string_view name, scan_.ReadName("a name"));
  if (scope.names.contains(name)) return scan_.Error(start, "%", name, " is defined twice");
  return name;
}

// Out of an operand's attributes.
absl::StatusOr<bool> Parser::TakeFinite(Attrs& attrs, size_t start) const {
  const int64_t is_finite = attrs.IntOr(AttrName::k_finite, 1);
  const bool given = attrs.Has(AttrName::k_finite);
  attrs.Erase(AttrName::k_finite);
  if (is_finite != 1) return scan_.Error(start, "finite is 1 or not there");
  return given;
}

// Equal nodes are one, at the first one's place.
void Parser::NotePosition(const Scope& scope, NodeId id, size_t position) {
  if (positions_ != nullptr && scope.depth == 0 && id == static_cast<NodeId>(positions_->size()))
    positions_->push_back(position);
}

absl::Status Parser::ParseOperand(Scope& scope) {
  const size_t position = scan_.position();
  BL_ASSIGN_OR_RETURN(const absl::string_view name, ParseNewName(scope));
  BL_RETURN_IF_ERROR(scan_.Read(':'));
  if (scan_.TakeWord("scalar")) {
    BL_ASSIGN_OR_RETURN(const DType dtype, ParseDTypeName());
    Attrs attrs;
    const size_t start = scan_.position();
    if (scan_.Peek() == '{') BL_RETURN_IF_ERROR(ParseAttrs(attrs));
    BL_ASSIGN_OR_RETURN(const bool is_finite, TakeFinite(attrs, start));
    if (!attrs.empty()) return scan_.Error(start, "a scalar takes no attribute but finite");
    BL_ASSIGN_OR_RETURN(const NodeId id, scope.graph.AddScalar(dtype, is_finite));
    NotePosition(scope, id, position);
    scope.names[name] = id;
    return absl::OkStatus();
  }
  BL_ASSIGN_OR_RETURN(ValueType type, ParseType());
  Attrs attrs;
  attrs.Set(AttrName::k_layout, ContiguousLayout(type.shape.size()));
  const size_t start = scan_.position();
  if (scan_.Peek() == '{') BL_RETURN_IF_ERROR(ParseAttrs(attrs));
  BL_ASSIGN_OR_RETURN(const bool is_finite, TakeFinite(attrs, start));
  if (std::next(attrs.begin()) != attrs.end())
    return scan_.Error(start, "an operand takes no attributes but layout and finite");
  BL_ASSIGN_OR_RETURN(
      const NodeId id,
      scope.graph.AddParam(std::move(type), attrs.Text(AttrName::k_layout), is_finite));
  NotePosition(scope, id, position);
  scope.names[name] = id;
  return absl::OkStatus();
}

absl::Status Parser::ParseStatement(Scope& scope) {
  BL_ASSIGN_OR_RETURN(const absl::string_view name, ParseNewName(scope));
  std::optional<ValueType> given;
  size_t type_position = 0;
  if (scan_.Take(':')) {
    type_position = scan_.position();
    BL_ASSIGN_OR_RETURN(given, ParseType());
  }
  BL_RETURN_IF_ERROR(scan_.Read('='));
  BL_ASSIGN_OR_RETURN(const NodeId id, ParseOperation(scope));
  const ValueType& type = scope.graph.node(id).type;
  if (given.has_value() && *given != type) {
    return scan_.Error(type_position, "%", name, " is ", ToString(type), ", not ",
                       ToString(*given));
  }
  scope.names[name] = id;
  return absl::OkStatus();
}

absl::StatusOr<NodeId> Parser::ParseOperation(Scope& scope) {
  const size_t start = scan_.position();
  BL_ASSIGN_OR_RETURN(const absl::string_view name, scan_.ReadName("an operation"));
  const std::optional<Op> op = ParseOp(name);
  if (!op.has_value()) return scan_.Error(start, "there is no operation '", name, "'");
  BL_ASSIGN_OR_RETURN(const std::vector<NodeId> uses, ParseUses(scope));
  Inputs inputs(uses.begin(), uses.end());
  Attrs attrs;
  if (*op == Op::k_kernel) BL_RETURN_IF_ERROR(ParseBody(scope, attrs));
  if (scan_.Peek() == '{') BL_RETURN_IF_ERROR(ParseAttrs(attrs));
  BL_RETURN_IF_ERROR(CheckNode(scope.graph, *op, inputs, attrs, start));
  const absl::StatusOr<NodeId> id = scope.graph.Add(*op, std::move(inputs), std::move(attrs));
  if (!id.ok()) return scan_.Error(start, id.status().message());
  BL_RETURN_IF_ERROR(CheckType(scope.graph.node(*id).type, start));
  NotePosition(scope, *id, start);
  return *id;
}

// What Graph::Add takes for granted.
absl::Status Parser::CheckNode(const Graph& graph, Op op, const Inputs& inputs, const Attrs& attrs,
                               size_t position) const {
  if (op == Op::k_param || op == Op::k_scalar)
    return scan_.Error(position, "operands belong in the header");
  if (op == Op::k_kernel && attrs.Body().outputs().empty())
    return scan_.Error(position, "the body returns nothing");
  if (op != Op::k_result) return absl::OkStatus();
  if (inputs.size() != 1 || graph.node(inputs[0]).op != Op::k_kernel) {
    return scan_.Error(position, "result takes one operand, a kernel");
  }
  return attrs.Has(AttrName::k_index) ? absl::OkStatus()
                                      : scan_.Error(position, "result lacks the attribute index");
}

absl::Status Parser::ParseBody(const Scope& scope, Attrs& attrs) {
  BL_RETURN_IF_ERROR(scan_.Read('{'));
  BL_ASSIGN_OR_RETURN(Graph body, ParseGraph(scope.depth + 1));
  BL_RETURN_IF_ERROR(scan_.Read('}'));
  attrs.Set(AttrName::k_body, std::make_shared<const Graph>(std::move(body)));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<NodeId>> Parser::ParseUses(const Scope& scope) {
  std::vector<NodeId> uses;
  if (scan_.Peek() != '%') return uses;
  do {
    const size_t start = scan_.position();
    BL_RETURN_IF_ERROR(scan_.Read('%'));
    BL_ASSIGN_OR_RETURN(const absl::string_view name, scan_.ReadName("a name"));
    const auto found = scope.names.find(name);
    if (found == scope.names.end()) return scan_.Error(start, "%", name, " is not defined");
    uses.push_back(found->second);
  } while (scan_.Take(','));
  return uses;
}

absl::Status Parser::ParseAttrs(Attrs& attrs) {
  BL_RETURN_IF_ERROR(scan_.Read('{'));
  if (scan_.Take('}')) return absl::OkStatus();
  uint64_t seen = 0;
  do {
    const size_t start = scan_.position();
    BL_ASSIGN_OR_RETURN(const absl::string_view text, scan_.ReadName("an attribute"));
    const std::optional<AttrName> name = ParseAttrName(text);
    if (!name.has_value()) return scan_.Error(start, "there is no attribute '", text, "'");
    const uint64_t bit = uint64_t{1} << static_cast<int>(*name);
    if (seen & bit) return scan_.Error(start, "the attribute ", text, " is given twice");
    seen |= bit;
    BL_RETURN_IF_ERROR(scan_.Read('='));
    BL_ASSIGN_OR_RETURN(AttrValue value, ParseValue(*name));
    attrs.Set(*name, std::move(value));
  } while (scan_.Take(','));
  return scan_.Read('}');
}

absl::StatusOr<AttrValue> Parser::ParseValue(AttrName name) {
  switch (InfoOf(name).kind) {
    case AttrKind::kInt: return scan_.ReadInt();
    case AttrKind::kInts: return ParseList<Axes>([this] { return scan_.ReadInt(); });
    case AttrKind::kDim: return ParseExtent();
    case AttrKind::kDims: return ParseShape();
    case AttrKind::kScalar: return ParseTypedNumber();
    case AttrKind::kDType: return ParseDTypeName();
    case AttrKind::kText: return scan_.ReadQuoted();
    case AttrKind::kGraph: break;
  }
  return scan_.Expected("a body in braces of its own");
}

absl::StatusOr<Scalar> Parser::ParseTypedNumber() {
  BL_ASSIGN_OR_RETURN(const DType dtype, ParseDTypeName());
  BL_RETURN_IF_ERROR(scan_.Read(':'));
  const size_t start = scan_.position();
  BL_ASSIGN_OR_RETURN(const absl::string_view digits, scan_.ReadNumber("a number"));
  const std::optional<Scalar> scalar = ParseScalar(dtype, digits);
  if (!scalar.has_value()) return scan_.Error(start, "'", digits, "' is no ", dtype.name());
  return *scalar;
}

template <typename List, typename ReadItem>
absl::StatusOr<List> Parser::ParseList(ReadItem read_item) {
  absl::StatusOr<List> list(absl::in_place);
  BL_RETURN_IF_ERROR(scan_.Read('['));
  if (scan_.Take(']')) return list;
  do {
    BL_ASSIGN_OR_RETURN(auto item, read_item());
    list->push_back(item);
  } while (scan_.Take(','));
  BL_RETURN_IF_ERROR(scan_.Read(']'));
  return list;
}

absl::StatusOr<Extent> Parser::ParseExtent() {
  if (!absl::ascii_isalpha(scan_.Peek()) && scan_.Peek() != '_') return scan_.ReadInt();
  BL_ASSIGN_OR_RETURN(const absl::string_view name, scan_.ReadName("an extent"));
  return Extent::Symbol(symbols_.emplace(name, symbols_.size()).first->second);
}

absl::StatusOr<DType> Parser::ParseDTypeName() {
  const size_t start = scan_.position();
  BL_ASSIGN_OR_RETURN(const absl::string_view name, scan_.ReadName("a dtype"));
  const std::optional<DType> dtype = ParseDType(name);
  if (!dtype.has_value()) return scan_.Error(start, "there is no dtype '", name, "'");
  return *dtype;
}

absl::StatusOr<ValueType> Parser::ParseType() {
  const size_t start = scan_.position();
  BL_ASSIGN_OR_RETURN(const DType dtype, ParseDTypeName());
  BL_ASSIGN_OR_RETURN(Shape shape, ParseShape());
  ValueType type{dtype, std::move(shape)};
  BL_RETURN_IF_ERROR(CheckType(type, start));
  return type;
}

absl::Status Parser::CheckType(const ValueType& type, size_t position) const {
  constexpr int kMost = 2 * kMaxRank;  // what a gather picks from has axes of its own
  if (type.shape.size() > kMost) return scan_.Error(position, "more than ", kMost, " axes");
  for (Extent extent : type.shape) {
    if (!extent.is_symbol() && extent.value() < 0)
      return scan_.Error(position, "negative extent ", extent.value());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Graph> Parse(absl::string_view text, std::vector<size_t>* positions) {
  return Parser(text, positions).ParseText();
}

}  // namespace broadloom
