// broadloom-opt: IR text in, passes, IR text out.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "codegen/compile.h"
#include "ir/evaluate.h"
#include "ir/status_macros.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "passes/pass.h"
#include "passes/sample_inputs.h"

namespace broadloom {
namespace {

constexpr char kHelp[] = R"(broadloom-opt [options] file.bl
Reads one graph (docs/ir.md; `-` is the standard input), runs passes over it and prints the result.

  --list               the passes, in the order of the pipeline
  --passes=a,b         run these, in this order; nothing after `=`: none
  --stop-after=name    run the pipeline up to this pass
  --vector-bytes=32    the machine's vectors, 32 or 64
  --fast               a product and a sum may be rounded once
  --emit=text          print the graph, or of its kernels the LLVM IR (llvm), or the assembly (asm)
  --evaluate           also print the results of the reference evaluator for sample operands
  --symbols=5,3        with --evaluate: extents of the first symbols
)";

constexpr uint64_t kSeed = 1;
constexpr int64_t kPrintedElements = 8;
constexpr int64_t kMostElements = 1 << 24;

struct Command {
  bool help = false, list = false, evaluate = false;
  std::vector<Pass> passes = {Pipeline().begin(), Pipeline().end()};
  PassOptions options;
  std::string emit = "text";
  std::vector<int64_t> symbols;
  std::string file;
};

// --- The command line ----------------------------------------------------------------------------

absl::StatusOr<std::vector<Pass>> FindPasses(absl::string_view names) {
  std::vector<Pass> passes;
  for (absl::string_view name : absl::StrSplit(names, ',', absl::SkipEmpty())) {
    const auto found = std::find_if(Pipeline().begin(), Pipeline().end(),
                                    [&](const Pass& pass) { return pass.name == name; });
    if (found == Pipeline().end()) {
      return absl::InvalidArgumentError(absl::StrCat("no pass \"", name, "\"; see --list"));
    }
    passes.push_back(*found);
  }
  return passes;
}

absl::StatusOr<std::vector<int64_t>> ReadNumbers(absl::string_view text) {
  std::vector<int64_t> numbers;
  for (absl::string_view word : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    int64_t number;
    if (!absl::SimpleAtoi(word, &number) || number < 0) {
      return absl::InvalidArgumentError(absl::StrCat("\"", word, "\" is no extent"));
    }
    numbers.push_back(number);
  }
  return numbers;
}

absl::Status ReadOption(absl::string_view option, Command& command) {
  absl::string_view value = option;
  if (option == "--help") {
    command.help = true;
  } else if (option == "--list") {
    command.list = true;
  } else if (option == "--evaluate") {
    command.evaluate = true;
  } else if (absl::ConsumePrefix(&value, "--passes=")) {
    BL_ASSIGN_OR_RETURN(command.passes, FindPasses(value));
  } else if (absl::ConsumePrefix(&value, "--stop-after=")) {
    command.options.stop_after = std::string(value);
  } else if (absl::ConsumePrefix(&value, "--symbols=")) {
    BL_ASSIGN_OR_RETURN(command.symbols, ReadNumbers(value));
  } else if (value == "--fast") {
    command.options.fast = true;
  } else if (value == "--vector-bytes=32" || value == "--vector-bytes=64") {
    command.options.machine.vector_bytes = value == "--vector-bytes=32" ? 32 : 64;
  } else if (value == "--emit=text" || value == "--emit=llvm" || value == "--emit=asm") {
    command.emit = std::string(value.substr(value.find('=') + 1));
  } else {
    return absl::InvalidArgumentError(absl::StrCat("unknown option ", option, "; see --help"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Command> ReadCommand(absl::Span<char* const> arguments) {
  Command command;
  for (absl::string_view argument : arguments) {
    if (argument.size() > 1 && argument[0] == '-') {
      BL_RETURN_IF_ERROR(ReadOption(argument, command));
    } else if (command.file.empty()) {
      command.file = std::string(argument);
    } else {
      return absl::InvalidArgumentError("one file, please");
    }
  }
  const bool needs_file = !command.help && !command.list;
  if (needs_file && command.file.empty()) return absl::InvalidArgumentError("no file; see --help");
  return command;
}

// --- What it does --------------------------------------------------------------------------------

void PrintList() {
  for (const Pass& pass : Pipeline()) {
    std::printf("%-16s %s\n", std::string(pass.name).c_str(), std::string(pass.why_here).c_str());
  }
}

absl::StatusOr<std::string> ReadText(const std::string& file) {
  std::ostringstream text;
  if (file == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream stream(file);
    if (!stream) return absl::NotFoundError(absl::StrCat("cannot read ", file));
    text << stream.rdbuf();
  }
  return text.str();
}

// The code of every kernel, in order.
absl::StatusOr<std::string> EmitKernels(const Graph& graph, const Command& command) {
  const Target target = command.options.machine.vector_bytes == 64 ? Avx512Target() : Avx2Target();
  const std::vector<bool> live = LiveNodes(graph);
  std::string code;
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (!live[id] || graph.node(id).op != Op::k_kernel) continue;
    const std::string text = Print(graph.node(id).attrs.Body());
    BL_ASSIGN_OR_RETURN(const std::string kernel, EmitText(text, target, command.emit == "asm"));
    absl::StrAppend(&code, kernel, "\n");
  }
  if (code.empty())
    return absl::InvalidArgumentError("no kernels to emit: the passes that make them did not run");
  return code;
}

std::string Describe(const Tensor& tensor) {
  const Shape shape(tensor.shape.begin(), tensor.shape.end());
  std::string text = absl::StrCat("# ", tensor.dtype.code(), ToString(shape), ":");
  for (int64_t i = 0; i < std::min(tensor.size(), kPrintedElements); ++i) {
    const Scalar element = ElementOf(tensor, i);
    if (element.dtype.is_complex())
      absl::StrAppend(&text, " (", AsDouble(element), ", ", AsDouble(ImaginaryOf(element)), ")");
    else if (element.dtype.is_floating())
      absl::StrAppend(&text, " ", AsDouble(element));
    else
      absl::StrAppend(&text, " ", AsInt(element));
  }
  return absl::StrCat(text, tensor.size() > kPrintedElements ? " ...\n" : "\n");
}

absl::StatusOr<std::string> EvaluateSamples(const Graph& graph, const Command& command) {
  BL_ASSIGN_OR_RETURN(const Bindings bindings, SampleInputs(graph, kSeed, command.symbols));
  BL_RETURN_IF_ERROR(CheckSizes(graph, bindings.symbols, kMostElements));
  BL_ASSIGN_OR_RETURN(const std::vector<Tensor> results, Evaluate(graph, bindings));
  std::string text;
  for (const Tensor& result : results) text += Describe(result);
  return text;
}

absl::StatusOr<std::string> Run(const Command& command) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadText(command.file));
  BL_ASSIGN_OR_RETURN(const Graph input, Parse(text));
  BL_RETURN_IF_ERROR(Verify(input));
  BL_ASSIGN_OR_RETURN(const Graph graph, RunPasses(input, command.passes, command.options));
  BL_RETURN_IF_ERROR(Verify(graph));
  std::string out = Print(graph);
  if (command.emit != "text") {
    BL_ASSIGN_OR_RETURN(out, EmitKernels(graph, command));
  }
  if (command.evaluate) {
    BL_ASSIGN_OR_RETURN(const std::string values, EvaluateSamples(graph, command));
    out += values;
  }
  return out;
}

int Main(absl::Span<char* const> arguments) {
  const absl::StatusOr<Command> command = ReadCommand(arguments);
  if (command.ok() && command->help) return std::fputs(kHelp, stdout) < 0;
  if (command.ok() && command->list) return PrintList(), 0;
  const absl::StatusOr<std::string> out = command.ok() ? Run(*command) : command.status();
  if (out.ok()) return std::fputs(out->c_str(), stdout) < 0;
  std::fprintf(stderr, "broadloom-opt: %s\n", std::string(out.status().message()).c_str());
  return 1;
}

}  // namespace
}  // namespace broadloom

int main(int argc, char** argv) {
  return broadloom::Main(absl::MakeConstSpan(argv + 1, argc > 0 ? argc - 1 : 0));
}
