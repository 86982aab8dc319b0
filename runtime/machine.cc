// Reads caches, CPUs and memory: sysfs first, then cpuid (containers often have no sysfs), then a
// modest guess.
#include "runtime/machine.h"

#include <cpuid.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/read_file.h"

namespace broadloom {
namespace {

constexpr int kMaxCaches = 16;

// Bytes of the data or unified cache at each level, 0 where unknown.
struct Caches {
  int64_t level[5] = {};
  void Add(int64_t number, int64_t bytes) {
    if (number >= 1 && number <= 4) level[number] = std::max(level[number], bytes);
  }
  bool empty() const { return level[1] == 0; }
};

Caches CachesFromSysfs(const std::string& root) {
  Caches caches;
  for (int i = 0; i < kMaxCaches; ++i) {
    const std::string folder = absl::StrCat(root, "/sys/devices/system/cpu/cpu0/cache/index", i);
    const std::optional<std::string> type = ReadFile(folder + "/type");
    if (!type || absl::StartsWith(*type, "Instruction")) continue;
    const auto number = ParseBytes(ReadFile(folder + "/level").value_or(""));
    const auto bytes = ParseBytes(ReadFile(folder + "/size").value_or(""));
    caches.Add(number.value_or(0), bytes.value_or(0));
  }
  return caches;
}

// Intel's leaf 4 and AMD's 0x8000001D have the same layout.
Caches CachesFromCpuid(unsigned leaf) {
  Caches caches;
  unsigned a, b, c, d;
  for (unsigned i = 0; i < kMaxCaches && __get_cpuid_count(leaf, i, &a, &b, &c, &d); ++i) {
    const unsigned type = a & 31;  // 0 none, 1 data, 2 instruction, 3 unified
    if (type == 0) break;
    if (type == 2) continue;
    const int64_t ways = (b >> 22) + 1, partitions = ((b >> 12) & 1023) + 1, line = (b & 4095) + 1;
    caches.Add((a >> 5) & 7, ways * partitions * line * (int64_t{c} + 1));
  }
  return caches;
}

int CountCpus() {
  cpu_set_t set;  // 1024 CPUs; a larger machine makes the call fail
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return CPU_COUNT(&set);
  return std::max<int>(1, sysconf(_SC_NPROCESSORS_ONLN));
}

int64_t OrElse(int64_t value, int64_t fallback) { return value > 0 ? value : fallback; }

}  // namespace

Machine ReadMachine(const std::string& root) {
  Caches caches = CachesFromSysfs(root);
  if (caches.empty()) caches = CachesFromCpuid(4);
  if (caches.empty()) caches = CachesFromCpuid(0x8000001D);
  Machine machine;
  const int64_t* level = caches.level;
  machine.l1 = OrElse(level[1], 32 << 10);
  machine.l2 = OrElse(level[2], 512 << 10);
  machine.llc = OrElse(std::max(level[3], level[4]), caches.empty() ? 8 << 20 : machine.l2);
  machine.cpus = CountCpus();
  const int64_t memory = sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
  machine.total_memory = OrElse(memory, int64_t{1} << 30);
  return machine;
}

const Machine& ThisMachine() {
  static const Machine machine = ReadMachine("");
  return machine;
}

}  // namespace broadloom
