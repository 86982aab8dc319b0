// Hand-made machine code for tests.
#ifndef BROADLOOM_TESTS_RUNTIME_TEST_IMAGE_H_
#define BROADLOOM_TESTS_RUNTIME_TEST_IMAGE_H_

#include <string>

#include "runtime/kernel.h"

namespace broadloom {

// One phase: mov eax, 7; ret.
inline Image ReturnSeven() {
  Image image;
  image.bytes = std::string("\xB8\x07\x00\x00\x00\xC3", 6);
  image.phases = {{"seven", 0, 6}};
  return image;
}

// A phase that jumps to the function `import` (jmp [rip + 2]; two bytes of padding; the slot): C++
// posing as a kernel.
inline void AddTrampoline(const std::string& import, Image& image) {
  const uint64_t at = image.bytes.size();
  image.bytes += std::string("\xFF\x25\x02\x00\x00\x00\xCC\xCC", 8) + std::string(8, '\0');
  image.phases.push_back({"call_" + import, at, 6});
  image.imports.push_back({import, at + 8});
}

}  // namespace broadloom

#endif  // BROADLOOM_TESTS_RUNTIME_TEST_IMAGE_H_
