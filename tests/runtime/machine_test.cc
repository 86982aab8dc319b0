#include "runtime/machine.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace broadloom {
namespace {

class FakeSysfs : public testing::Test {
 protected:
  FakeSysfs() : root_(absl::StrCat(testing::TempDir(), "/machine_", getpid())) {}
  ~FakeSysfs() override { std::filesystem::remove_all(root_); }

  void AddCache(int index, int level, const char* type, const char* size) {
    const auto folder = std::filesystem::path(
        absl::StrCat(root_, "/sys/devices/system/cpu/cpu0/cache/index", index));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "level") << level << '\n';
    std::ofstream(folder / "type") << type << '\n';
    std::ofstream(folder / "size") << size << '\n';
  }

  const std::string root_;
};

TEST_F(FakeSysfs, ReadsCaches) {
  AddCache(0, 1, "Data", "48K");
  AddCache(1, 1, "Instruction", "64K");
  AddCache(2, 2, "Unified", "2048K");
  AddCache(3, 3, "Unified", "36M");
  const Machine machine = ReadMachine(root_);
  EXPECT_EQ(machine.l1, 48 << 10);
  EXPECT_EQ(machine.l2, 2 << 20);
  EXPECT_EQ(machine.llc, 36 << 20);
}

TEST_F(FakeSysfs, WithoutAThirdLevelTheSecondIsTheLast) {
  AddCache(0, 1, "Data", "32K");
  AddCache(1, 2, "Unified", "1M");
  EXPECT_EQ(ReadMachine(root_).llc, 1 << 20);
}

TEST_F(FakeSysfs, FallsBackWhereSysfsIsMissingOrNonsense) {
  AddCache(0, 17, "Data", "32K");
  AddCache(1, 1, "Data", "big");
  const Machine machine = ReadMachine(root_);  // from cpuid, or the defaults
  EXPECT_GE(machine.l1, 8 << 10);
  EXPECT_LE(machine.l1, machine.l2);
  EXPECT_LE(machine.l2, machine.llc);
}

TEST(Machine, IsPlausible) {
  const Machine& machine = ThisMachine();
  EXPECT_GE(machine.cpus, 1);
  EXPECT_GE(machine.total_memory, 64 << 20);
  EXPECT_GT(machine.l1, 0);
  EXPECT_LE(machine.l1, machine.l2);
  EXPECT_LE(machine.l2, machine.llc);
  EXPECT_EQ(&machine, &ThisMachine());
}

}  // namespace
}  // namespace broadloom
