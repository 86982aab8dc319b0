#include "tests/golden_cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace broadloom {
namespace {

// The lines of the file, each with its end.
std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (std::string& line : lines) line += '\n';
  return lines;
}

std::vector<Pass> FindPasses(absl::string_view names) {
  std::vector<Pass> passes;
  for (absl::string_view name : absl::StrSplit(names, ',')) {
    name = absl::StripAsciiWhitespace(name);
    const size_t count = passes.size();
    for (const Pass& pass : Pipeline()) {
      if (pass.name == name || name == "all") passes.push_back(pass);
    }
    if (passes.size() == count) ADD_FAILURE() << "no pass \"" << std::string(name) << "\"";
  }
  return passes;
}

std::vector<int64_t> ReadSymbols(absl::string_view text) {
  std::vector<int64_t> symbols;
  for (absl::string_view entry : absl::StrSplit(text, ' ', absl::SkipWhitespace())) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(entry, '=');
    int64_t number = 0;
    const bool ok =
        parts.first == absl::StrCat("s", symbols.size()) && absl::SimpleAtoi(parts.second, &number);
    if (!ok)
      ADD_FAILURE() << "symbols: " << std::string(text) << ": give s0=5 s1=3 ... in this order";
    symbols.push_back(number);
  }
  return symbols;
}

GoldenCase ReadCase(const std::vector<std::string>& lines) {
  GoldenCase c;
  bool in_expectation = false;
  for (const std::string& line : lines) {
    absl::string_view text = line;
    if (in_expectation) {
      c.expected += line;
      continue;
    }
    c.head += line;
    if (!absl::ConsumePrefix(&text, "# ")) {
      c.input += line;
    } else if (absl::ConsumePrefix(&text, "run:")) {
      c.passes = FindPasses(text);
    } else if (absl::ConsumePrefix(&text, "symbols:")) {
      c.symbols = ReadSymbols(text);
    } else if (absl::ConsumePrefix(&text, "error:")) {
      c.error = std::string(absl::StripAsciiWhitespace(text));
    } else if (absl::StartsWith(text, "not-idempotent:")) {
      c.idempotent = false;
    } else if (absl::StartsWith(text, "expect:")) {
      in_expectation = true;
    }
  }
  return c;
}

}  // namespace

std::string ReadText(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

bool Blesses() {
  const char* value = std::getenv("BROADLOOM_BLESS");
  return value != nullptr && absl::string_view(value) == "1";
}

std::vector<GoldenCase> ReadGoldenFile(const std::string& file) {
  const std::string text = ReadText(absl::StrCat(BROADLOOM_GOLDEN_DIR "/", file));
  std::vector<GoldenCase> cases;
  std::vector<std::string> lines;
  for (const std::string& line : Lines(text + "\n---\n")) {
    if (line != "---\n") {
      lines.push_back(line);
    } else {
      while (!lines.empty() && lines.back() == "\n") lines.pop_back();
      cases.push_back(ReadCase(lines));
      lines.clear();
    }
  }
  return cases;
}

std::vector<std::string> GoldenFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(BROADLOOM_GOLDEN_DIR)) {
    if (entry.path().extension() == ".bl") {
      files.push_back(std::filesystem::relative(entry.path(), BROADLOOM_GOLDEN_DIR).string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace broadloom
