#include "runtime/available_memory.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "runtime/read_file.h"

namespace broadloom {
namespace {

// A made-up /proc and /sys.
class FakeSystem : public testing::Test {
 protected:
  FakeSystem() : root_(absl::StrCat(testing::TempDir(), "/available_memory_", getpid())) {}
  ~FakeSystem() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path file(root_ + path);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  int64_t Read() const { return ReadAvailableMemory(root_); }

  const std::string root_;
};

TEST_F(FakeSystem, SilenceIsNoLimit) { EXPECT_EQ(Read(), std::numeric_limits<int64_t>::max()); }

TEST_F(FakeSystem, ReadsMeminfo) {
  Write("/proc/meminfo", "MemTotal:       2000 kB\nMemAvailable:   1000 kB\n");
  EXPECT_EQ(Read(), 1000 * 1024);
}

TEST_F(FakeSystem, CgroupV2LimitsOfEveryAncestorBind) {
  Write("/proc/self/cgroup", "0::/a/b\n");
  Write("/sys/fs/cgroup/a/b/memory.max", "max\n");
  Write("/sys/fs/cgroup/a/memory.max", "1000\n");
  Write("/sys/fs/cgroup/a/memory.current", "700\n");
  EXPECT_EQ(Read(), 300);
  Write("/sys/fs/cgroup/a/memory.stat", "anon 500\ninactive_file 150\nactive_file 50\n");
  EXPECT_EQ(Read(), 500);
  Write("/sys/fs/cgroup/memory.max", "10\n");  // as seen from inside a container
  EXPECT_EQ(Read(), 10);
}

TEST_F(FakeSystem, CgroupV1LimitBinds) {
  Write("/proc/self/cgroup", "9:name=systemd:/\n4:cpu,memory:/job\n0::/\n");
  Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  Write("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "5000\n");
  Write("/sys/fs/cgroup/memory/job/memory.usage_in_bytes", "6000\n");
  EXPECT_EQ(Read(), 0);
  Write("/sys/fs/cgroup/memory/job/memory.stat", "inactive_file 1\ntotal_inactive_file 2000\n");
  EXPECT_EQ(Read(), 1000);
}

TEST_F(FakeSystem, NonsenseIsNoLimit) {
  Write("/proc/meminfo", "MemAvailable: soon\n");
  Write("/proc/self/cgroup", "x\n::\n0::nowhere\n");
  EXPECT_EQ(Read(), std::numeric_limits<int64_t>::max());
}

TEST(AvailableMemory, AddressSpaceLimitBinds) {
  const pid_t child = fork();
  if (child == 0) {
    const int64_t pages = ParseBytes(ReadFile("/proc/self/statm").value()).value();
    rlimit limit;
    limit.rlim_cur = limit.rlim_max = pages * sysconf(_SC_PAGESIZE) + (64 << 20);
    if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(1);
    _exit(ReadAvailableMemory() <= 64 << 20 ? 0 : 2);
  }
  int status;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(AvailableMemory, IsPlausibleOnManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < 1000; ++i) EXPECT_GT(AvailableMemory(), 1 << 20);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(ReadFile, ParsesNumbersWithUnits) {
  EXPECT_EQ(ParseBytes(" 32K\n"), 32 << 10);
  EXPECT_EQ(ParseBytes("7 kB"), 7 << 10);
  EXPECT_EQ(ParseBytes("2M"), 2 << 20);
  EXPECT_EQ(ParseBytes("3G"), int64_t{3} << 30);
  EXPECT_EQ(ParseBytes("17"), 17);
  for (const char* text : {"", "max", "-3", "99999999999999999999", "9223372036854775807K"}) {
    EXPECT_EQ(ParseBytes(text), std::nullopt) << text;
  }
  EXPECT_EQ(FindBytes("ab 1\nb 2\n", "b "), 2);
  EXPECT_EQ(FindBytes("ab 1\n", "b "), std::nullopt);
  EXPECT_EQ(ReadFile("/no/such/file"), std::nullopt);
  EXPECT_EQ(ReadFile("/proc"), std::nullopt);
}

}  // namespace
}  // namespace broadloom
