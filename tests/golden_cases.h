// The cases of the .bl files below tests/. A file is cases separated by lines `---`:
//
//     # What the case shows.
//     # run: fold-constants,canonicalize    or: all
//     # symbols: s0=5 s1=3            optional: extents, in order of first appearance in the input
//     # not-idempotent: the reason    optional: a second run changes the result
//     graph @case(...) {...}
//     # expect:                       or `# error: part of the message`, and no graph
//     graph @case(...) {...}
#ifndef BROADLOOM_TESTS_GOLDEN_CASES_H_
#define BROADLOOM_TESTS_GOLDEN_CASES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "passes/pass.h"

namespace broadloom {

struct GoldenCase {
  std::string head;  // everything before the expectation, the line `# expect:` included
  std::string input;
  std::string expected;
  std::string error;
  std::vector<Pass> passes;
  std::vector<int64_t> symbols;
  bool idempotent = true;
};

std::string ReadText(const std::string& path);
bool Blesses();  // BROADLOOM_BLESS=1: expectations are rewritten

std::vector<std::string> GoldenFiles();  // relative to tests/
std::vector<GoldenCase> ReadGoldenFile(
    const std::string& file);  // fails the test where it is ill-formed

}  // namespace broadloom

#endif  // BROADLOOM_TESTS_GOLDEN_CASES_H_
