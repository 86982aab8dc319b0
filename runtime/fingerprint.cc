// XXH3_128bits, compiled in: no library to link. Refuses nothing.
#include "runtime/fingerprint.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "absl/strings/str_format.h"

namespace broadloom {

Fingerprint FingerprintOf(absl::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return {hash.high64, hash.low64};
}

std::string ToString(Fingerprint fingerprint) {
  return absl::StrFormat("%016x%016x", fingerprint.hi, fingerprint.lo);
}

}  // namespace broadloom
