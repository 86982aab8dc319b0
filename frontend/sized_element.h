// Elements as bytes: what is moved without being looked at.
#ifndef BROADLOOM_FRONTEND_SIZED_ELEMENT_H_
#define BROADLOOM_FRONTEND_SIZED_ELEMENT_H_

#include <cstdint>

namespace broadloom {

struct Element16 {
  uint64_t parts[2];
};

// Calls f with an element of so many bytes; false where no dtype has as many.
template <typename F>
bool WithSizedElement(int64_t bytes, F&& f) {
  switch (bytes) {
    case 1: f(uint8_t{}); return true;
    case 2: f(uint16_t{}); return true;
    case 4: f(uint32_t{}); return true;
    case 8: f(uint64_t{}); return true;
    case 16: f(Element16{}); return true;
    default: return false;
  }
}

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SIZED_ELEMENT_H_
