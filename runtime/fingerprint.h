// 128-bit names of texts.
#ifndef BROADLOOM_RUNTIME_FINGERPRINT_H_
#define BROADLOOM_RUNTIME_FINGERPRINT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace broadloom {

struct Fingerprint {
  uint64_t hi = 0, lo = 0;
  bool operator==(const Fingerprint&) const = default;
};

// XXH3. Fast and well spread, but no protection against somebody who wants a collision.
Fingerprint FingerprintOf(absl::string_view text);

// 32 hexadecimal digits, fit for a file name.
std::string ToString(Fingerprint fingerprint);

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_FINGERPRINT_H_
