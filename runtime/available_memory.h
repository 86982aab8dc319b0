// How much memory this process may still take.
#ifndef BROADLOOM_RUNTIME_AVAILABLE_MEMORY_H_
#define BROADLOOM_RUNTIME_AVAILABLE_MEMORY_H_

#include <cstdint>
#include <string>

namespace broadloom {

// The least of what the machine has available, what each enclosing cgroup (v1 or v2) has left, and
// what RLIMIT_AS leaves. A reading is up to 50 ms old; callers on many threads never wait for each
// other.
int64_t AvailableMemory();

// The same, read now (some 50 us).
int64_t ReadAvailableMemory();

// What /proc and /sys below `root` say, without RLIMIT_AS; INT64_MAX where they say nothing. For
// tests.
int64_t ReadAvailableMemory(const std::string& root);

}  // namespace broadloom

#endif  // BROADLOOM_RUNTIME_AVAILABLE_MEMORY_H_
