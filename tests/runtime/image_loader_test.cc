#include "runtime/image_loader.h"

#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "runtime/read_file.h"
#include "tests/runtime/test_image.h"

namespace broadloom {
namespace {

void* NoSymbols(absl::string_view) { return nullptr; }

int32_t Answer(const Args*, int64_t begin, int64_t end, void*) {
  return static_cast<int32_t>(begin * 100 + end);
}

void* ResolveAnswer(absl::string_view name) {
  return name == "answer" ? reinterpret_cast<void*>(&Answer) : nullptr;
}

// The permissions of the mapping that holds `address`, as /proc/self/maps writes them.
std::string PermissionsOf(const void* address) {
  const std::string maps = ReadFile("/proc/self/maps").value();
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  for (size_t line = 0; line < maps.size(); line = maps.find('\n', line) + 1) {
    char* next;
    const uintptr_t begin = std::strtoull(maps.c_str() + line, &next, 16);
    const uintptr_t end = std::strtoull(next + 1, &next, 16);
    if (begin <= wanted && wanted < end) return std::string(next + 1, 4);
  }
  return "none";
}

TEST(ImageLoader, RunsCode) {
  const auto kernel = LoadImage(ReturnSeven(), NoSymbols);
  ASSERT_TRUE(kernel.ok()) << kernel.status();
  EXPECT_EQ((*kernel)->phases(), 1);
  EXPECT_EQ((*kernel)->bytes(), sysconf(_SC_PAGESIZE));
  EXPECT_EQ((*kernel)->phase(0)(nullptr, 0, 0, nullptr), 7);
}

TEST(ImageLoader, FillsImports) {
  Image image = ReturnSeven();
  image.bytes.resize(16);
  AddTrampoline("answer", image);
  const auto kernel = LoadImage(image, ResolveAnswer);
  ASSERT_TRUE(kernel.ok()) << kernel.status();
  EXPECT_EQ((*kernel)->phase(0)(nullptr, 3, 4, nullptr), 7);
  EXPECT_EQ((*kernel)->phase(1)(nullptr, 3, 4, nullptr), 304);
}

TEST(ImageLoader, CodeIsNotWritableAndGoesAway) {
  auto kernel = LoadImage(ReturnSeven(), NoSymbols).value();
  const void* code = reinterpret_cast<const void*>(kernel->phase(0));
  EXPECT_EQ(PermissionsOf(code), "r-xp");
  kernel.reset();
  EXPECT_NE(PermissionsOf(code), "r-xp");
}

TEST(ImageLoader, NamesAnUnknownImport) {
  Image image;
  AddTrampoline("no_such_function", image);
  const absl::Status status = LoadImage(image, ResolveAnswer).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(absl::StrContains(status.message(), "no_such_function")) << status;
}

TEST(ImageLoader, RefusesWhatLiesOutside) {
  const auto refuses = [](const Image& image) {
    return LoadImage(image, ResolveAnswer).status().code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(refuses(Image()));
  for (uint64_t offset : {uint64_t{1}, uint64_t{6}, ~uint64_t{0}}) {
    Image image = ReturnSeven();
    image.phases[0].offset = offset;
    EXPECT_TRUE(refuses(image)) << offset;
  }
  Image image;
  AddTrampoline("answer", image);
  for (uint64_t offset : {uint64_t{9}, ~uint64_t{0} - 3}) {
    image.imports[0].offset = offset;
    EXPECT_TRUE(refuses(image)) << offset;
  }
}

TEST(ImageLoader, WritesPerfMap) {
  const auto kernel = LoadImage(ReturnSeven(), NoSymbols, {.perf_map = true});
  ASSERT_TRUE(kernel.ok());
  const std::string path = absl::StrCat("/tmp/perf-", getpid(), ".map");
  const std::string map = ReadFile(path).value_or("no file");
  const auto address = reinterpret_cast<uintptr_t>((*kernel)->phase(0));
  EXPECT_TRUE(absl::StrContains(map, absl::StrCat(absl::Hex(address), " 6 seven\n"))) << map;
  unlink(path.c_str());
}

TEST(ImageLoader, MalformedDebugObjectDoesNotHinderTheKernel) {
  Image image = ReturnSeven();
  image.debug_object = "not an ELF file";
  const auto kernel = LoadImage(image, NoSymbols, {.gdb = true});
  ASSERT_TRUE(kernel.ok());
  EXPECT_EQ((*kernel)->phase(0)(nullptr, 0, 0, nullptr), 7);
}

}  // namespace
}  // namespace broadloom
