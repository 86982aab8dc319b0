// One line a thread.
#include "frontend/source.h"

#include <utility>

#include "frontend/array.h"

namespace broadloom {
namespace {
thread_local SourceLine current_line;
}  // namespace

const std::string& TextOf(const SourceLine& line) {
  static const auto& nothing = *new std::string;
  return line == nullptr ? nothing : *line;
}

const SourceLine& CurrentLine() { return current_line; }
void SetCurrentLine(SourceLine line) { current_line = std::move(line); }
const std::string& CurrentSource() { return TextOf(current_line); }

void set_source(std::string source) {
  SetCurrentLine(source.empty() ? nullptr : std::make_shared<const std::string>(std::move(source)));
}

}  // namespace broadloom
