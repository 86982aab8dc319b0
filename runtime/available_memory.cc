// Reads /proc/meminfo, the limits of every cgroup around us, and RLIMIT_AS. What cannot be read
// limits nothing.
//
// A cgroup's usage includes the page cache, which the kernel gives up before it kills anybody; it
// counts as free here, as it does in MemAvailable.
#include "runtime/available_memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/read_file.h"

namespace broadloom {
namespace {

constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();
constexpr int64_t kNoCgroupLimit = int64_t{1} << 62;  // v1 writes "none" as a number about 2^63
constexpr int64_t kMaxAgeNanos = 50'000'000;

// The names of the same three things in the two versions of cgroups.
struct CgroupFiles {
  const char* limit;
  const char* usage;
  const char* cache[2];  // fields of memory.stat
};
constexpr CgroupFiles kV1 = {"/memory.limit_in_bytes",
                             "/memory.usage_in_bytes",
                             {"total_active_file ", "total_inactive_file "}};
constexpr CgroupFiles kV2 = {"/memory.max", "/memory.current", {"active_file ", "inactive_file "}};

int64_t ReadNumber(const std::string& path) {
  const std::optional<std::string> text = ReadFile(path);
  return text ? ParseBytes(*text).value_or(kUnlimited) : kUnlimited;
}

int64_t RoomInGroup(const std::string& folder, const CgroupFiles& files) {
  const int64_t limit = ReadNumber(folder + files.limit);
  if (limit >= kNoCgroupLimit) return kUnlimited;
  int64_t usage = ReadNumber(folder + files.usage);
  if (usage == kUnlimited) return limit;
  const std::string stat = ReadFile(folder + "/memory.stat").value_or("");
  for (const char* field : files.cache) usage -= FindBytes(stat, field).value_or(0);
  return std::clamp<int64_t>(limit - usage, 0, limit);
}

// A limit of any enclosing group binds. Inside a container `path` may be the host's: then only the
// mount itself exists.
int64_t RoomInGroups(const std::string& mount, std::string path, const CgroupFiles& files) {
  int64_t room = RoomInGroup(mount, files);
  while (path.size() > 1) {
    room = std::min(room, RoomInGroup(mount + path, files));
    path.resize(path.rfind('/'));
  }
  return room;
}

// Lines of /proc/self/cgroup: "4:memory,hugetlb:/path" in v1, "0::/path" in v2.
int64_t RoomInCgroups(const std::string& root) {
  const std::string mount = root + "/sys/fs/cgroup";
  int64_t room = kUnlimited;
  for (absl::string_view line :
       absl::StrSplit(ReadFile(root + "/proc/self/cgroup").value_or(""), '\n')) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3 || !absl::StartsWith(fields[2], "/")) continue;
    const std::string path(fields[2]);
    if (fields[1].empty()) room = std::min(room, RoomInGroups(mount, path, kV2));
    for (absl::string_view controller : absl::StrSplit(fields[1], ',')) {
      if (controller != "memory") continue;
      room = std::min(room, RoomInGroups(mount + "/memory", path, kV1));
    }
  }
  return room;
}

int64_t RoomInAddressSpace() {
  rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kUnlimited;
  const std::string statm =
      ReadFile("/proc/self/statm").value_or("");  // first number: pages mapped
  const int64_t used = ParseBytes(statm).value_or(0) * sysconf(_SC_PAGESIZE);
  return std::max<int64_t>(0, static_cast<int64_t>(limit.rlim_cur) - used);
}

int64_t NowNanos() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

int64_t ReadAvailableMemory(const std::string& root) {
  const std::string meminfo = ReadFile(root + "/proc/meminfo").value_or("");
  return std::min(FindBytes(meminfo, "MemAvailable:").value_or(kUnlimited), RoomInCgroups(root));
}

int64_t ReadAvailableMemory() { return std::min(ReadAvailableMemory(""), RoomInAddressSpace()); }

int64_t AvailableMemory() {
  static std::atomic<int64_t> reading{-1}, due{0};
  int64_t value = reading.load(std::memory_order_relaxed);
  int64_t expected = due.load(std::memory_order_relaxed);
  const int64_t now = NowNanos();
  // Whoever moves `due` reads; the others go on with the old value, and nobody waits, not even in a
  // forked child.
  if (value >= 0 &&
      (now < expected || !due.compare_exchange_strong(expected, now + kMaxAgeNanos))) {
    return value;
  }
  value = ReadAvailableMemory();
  reading.store(value, std::memory_order_relaxed);
  return value;
}

}  // namespace broadloom
