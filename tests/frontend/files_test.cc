// Files for C++: what Python's tests (tests/python/test_files.py) do not see.
#include "frontend/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "frontend/files/gzip.h"
#include "frontend/files/line_reader.h"
#include "frontend/files/npy_header.h"
#include "frontend/files/number_format.h"
#include "frontend/files/numbers.h"
#include "tests/frontend/array_testing.h"

namespace broadloom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FilesTest : public ::testing::Test {
 protected:
  FilesTest() {
    folder_ = testing::TempDir() + "/files_test_" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
  }
  ~FilesTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& each : std::filesystem::directory_iterator(folder_))
      names.push_back(each.path().filename());
    return names;
  }
  static std::string Text(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  std::shared_ptr<Context> context_ = MakeTestContext(false);
  std::string folder_;
};

TEST_F(FilesTest, SaveAndLoad) {
  const Array x = array({1.0, 2.0, 3.0, 4.0}, context_.get());
  save(Path("x"), reshape(x, {2, 2}) + 1);
  const Array y = load(Path("x.npy"), {}, context_.get());
  EXPECT_EQ(&y.context(), context_.get());
  EXPECT_THAT(Values(y), ElementsAre(2, 3, 4, 5));
  EXPECT_THAT(Values(load(Path("x.npy"), {MapMode::read}, context_.get())[{1}]), ElementsAre(4, 5));
  assign(y, 0);
  EXPECT_THAT(Values(y), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(Names(), ElementsAre("x.npy"));
}

TEST_F(FilesTest, WhatIsReadIsCounted) {
  constexpr int64_t kBytes = 1 << 20;
  save(Path("x.npy"), zeros({kBytes / 8}));
  const int64_t before = memory_info(context_.get()).live;
  const Array x = load(Path("x.npy"), {}, context_.get());
  EXPECT_EQ(memory_info(context_.get()).live - before, kBytes);
  const Array mapped = load(Path("x.npy"), {MapMode::copy}, context_.get());
  EXPECT_EQ(memory_info(context_.get()).live - before, kBytes);
}

TEST_F(FilesTest, Archives) {
  const Array x = array({1.0, 2.0}, context_.get());
  savez_compressed(Path("two"), {{"x", x}, {"y", x * 2}});
  const Npz archive(Path("two.npz"), context_.get());
  EXPECT_THAT(archive.names(), ElementsAre("x", "y"));
  EXPECT_TRUE(is_npz(Path("two.npz")));
  EXPECT_THAT(Values(archive["y"]), ElementsAre(2, 4));
  EXPECT_FALSE(archive.contains("z"));
  ExpectError(ErrorCode::out_of_range, "no member 'z'", [&] { archive["z"]; });
  ExpectError(ErrorCode::invalid_argument, "an .npz archive", [&] { load(Path("two.npz")); });
  ExpectError(ErrorCode::invalid_argument, "the name 'x'",
              [&] { savez(Path("two"), {{"x", x}, {"x", x}}); });
  ExpectError(ErrorCode::invalid_argument, "no name of a member",
              [&] { savez(Path("two"), {{std::string(70000, 'x'), x}}); });
  EXPECT_THAT(Values(archive["x"]), ElementsAre(1, 2)) << "the old file is there";
}

TEST_F(FilesTest, ErrorsOfTheSystemKeepTheirNumber) {
  try {
    load(Path("none.npy"));
    FAIL();
  } catch (const FileError& error) {
    EXPECT_EQ(error.number(), ENOENT);
    EXPECT_EQ(error.path(), Path("none.npy"));
    EXPECT_EQ(error.code(), ErrorCode::file);
    EXPECT_THAT(error.what(), testing::HasSubstr("No such file"));
  }
}

TEST_F(FilesTest, WhatIsStoppedLeavesTheOldFile) {
  save(Path("x.npy"), scalar(1.0, DataType::float64));
  const std::string old = Text(Path("x.npy"));
  const Array x = zeros({4, 1 << 20}).eval();
  set_interrupt_handler([] { throw Error(ErrorCode::cancelled, "stopped"); });
  for (const auto write : {savez, savez_compressed})
    ExpectError(ErrorCode::cancelled, "stopped", [&] { write(Path("x.npz"), {{"x", x}}); });
  ExpectError(ErrorCode::cancelled, "stopped", [&] { save(Path("x.npy"), x); });
  ExpectError(ErrorCode::cancelled, "stopped", [&] { savetxt(Path("x.npy"), x); });
  set_interrupt_handler(nullptr);
  EXPECT_EQ(Text(Path("x.npy")), old);
  save(Path("x.npy"), x);
  set_interrupt_handler([] { cancel_evaluations(); });
  ExpectError(ErrorCode::cancelled, "cancelled", [&] { load(Path("x.npy")); });
  set_interrupt_handler(nullptr);
  EXPECT_THAT(Names(), ElementsAre("x.npy"));
}

TEST_F(FilesTest, Pipes) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  std::fstream both(Path("pipe"));  // so that nobody waits for the other end
  tofile(Path("pipe"), array({1.0, 2.0}));
  double number = 0;
  both.read(reinterpret_cast<char*>(&number), sizeof(number));
  EXPECT_EQ(number, 1);
  EXPECT_THAT(Names(), ElementsAre("pipe"));
}

TEST(NpyHeader, AsNumPyWritesIt) {
  const std::string header = NpyHeader({DType::kFloat32, {3, 4}, true});
  EXPECT_EQ(header.size(), 128);
  EXPECT_EQ(header.substr(0, 10), std::string("\x93NUMPY\1\0v\0", 10));
  EXPECT_EQ(header.substr(10, 60), "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4), }  ");
  EXPECT_EQ(header.back(), '\n');
}

TEST(NpyHeader, LongIntegersAreOfOldFormats) {
  constexpr char kDict[] = "{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L)}";
  EXPECT_EQ(ParseNpyDict(kDict, true)->shape, (Shape{2, 3}));
  EXPECT_FALSE(ParseNpyDict(kDict, false).ok());
}

TEST(Numbers, AreWhole) {
  double value = 0;
  char* const to = reinterpret_cast<char*>(&value);
  const NumberParser parse = ParserOf(DType::kFloat64);
  EXPECT_TRUE(parse(" 0.1 ", to));
  EXPECT_EQ(value, 0.1);
  EXPECT_TRUE(parse("+1e-400", to));
  EXPECT_EQ(value, 0);
  for (const char* text : {"", " ", "+", "-", "+-1", "1e", "0x1", "1 2", "1d5", "nan()", "e5", "."})
    EXPECT_FALSE(parse(text, to)) << text;
}

TEST(LineReader, EndsOfLines) {
  for (const size_t padding : {size_t{0}, size_t{(256 << 10) - 4}, size_t{(256 << 10) - 2}}) {
    const std::string first(padding, 'x'), text = first + "a\r\nb\rc\n\n\r\nd";
    MemoryInput input("text", text);
    LineReader lines(input, default_context());
    std::vector<std::string> found;
    for (absl::string_view line; lines.Next(line);) found.emplace_back(line);
    EXPECT_THAT(found, ElementsAre(first + "a", "b", "c", "", "", "d"));
    EXPECT_EQ(lines.number(), 6);
  }
}

TEST(NumberFormat, AsPython) {
  const auto format = [](const char* text, double value) {
    std::string result;
    const absl::StatusOr<NumberFormat> parsed = ParseNumberFormat(text);
    EXPECT_TRUE(AppendNumber(parsed->conversions[0], value, result).ok());
    return result;
  };
  EXPECT_EQ(format("%05f", INFINITY), "00inf");
  EXPECT_EQ(format("%6.1e", -INFINITY), "  -inf");
  EXPECT_EQ(format("%d", 1e20), "100000000000000000000");
  EXPECT_EQ(format("%d", -0.5), "0");
  EXPECT_EQ(format("%.1000f", 0.5).size(), 1002);
  std::string result;
  AppendNumber(ParseNumberFormat("%#o")->conversions[0], true, 8, result);
  EXPECT_EQ(result, "-0o10");
}

}  // namespace
}  // namespace broadloom
