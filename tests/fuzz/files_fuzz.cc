// Broken files must end in an error that says so, never in a crash or in more memory than their
// bytes can hold. Mutates .npy and .npz files, tables and compressed text, for
// BROADLOOM_FUZZ_SECONDS (2) each from BROADLOOM_FUZZ_SEED (1).
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "frontend/files.h"
#include "frontend/files/elements.h"
#include "frontend/files/number_format.h"
#include "frontend/files/zip_reader.h"

namespace broadloom {
namespace {

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoll(value, nullptr, 10);
}

class Mutator {
 public:
  explicit Mutator(std::vector<std::string> seeds)
      : random_(FromEnvironment("BROADLOOM_FUZZ_SEED", 1)), seeds_(std::move(seeds)) {}

  std::string Next() {
    std::string bytes = seeds_[Below(seeds_.size())];
    for (size_t edits = Below(5); edits > 0 && !bytes.empty(); --edits) Edit(bytes);
    return bytes;
  }

 private:
  size_t Below(size_t n) { return random_() % n; }

  void Edit(std::string& bytes) {
    static const std::vector<std::string> kWords = {"0",
                                                    "-1",
                                                    "9223372036854775807",
                                                    "18446744073709551616",
                                                    "True",
                                                    "'",
                                                    "(",
                                                    ")",
                                                    ",",
                                                    "\n",
                                                    "\r",
                                                    "nan",
                                                    "1e999",
                                                    "'<f8'",
                                                    "|O",
                                                    "<V2",
                                                    ">c16",
                                                    "L",
                                                    "{",
                                                    "}",
                                                    std::string("\xff\xff\xff\xff", 4),
                                                    std::string(8, '\0'),
                                                    "PK\1\2",
                                                    "PK\3\4",
                                                    "PK\5\6",
                                                    "PK\6\6"};
    const size_t at = Below(bytes.size()), count = std::min(bytes.size() - at, 1 + Below(8));
    switch (Below(6)) {
      case 0: bytes[at] = static_cast<char>(random_()); break;
      case 1: bytes[at] = static_cast<char>(bytes[at] ^ 1 << Below(8)); break;
      case 2: bytes.replace(at, count, kWords[Below(kWords.size())]); break;
      case 3: bytes.erase(at, count); break;
      case 4: bytes.insert(at, bytes.substr(Below(bytes.size()), count)); break;
      default: bytes.resize(at);
    }
  }

  std::mt19937_64 random_;
  const std::vector<std::string> seeds_;
};

// Calls `read` with mutated bytes until time is over; tells how many were understood.
template <typename Read>
void Fuzz(std::vector<std::string> seeds, Read read) {
  Mutator mutator(std::move(seeds));
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::seconds(FromEnvironment("BROADLOOM_FUZZ_SECONDS", 2));
  const char* trace = std::getenv("BROADLOOM_FUZZ_TRACE");  // a crash leaves its bytes in this file
  int files = 0, understood = 0;
  while (std::chrono::steady_clock::now() < end && !testing::Test::HasFailure()) {
    const std::string bytes = mutator.Next();
    if (trace != nullptr) std::ofstream(trace, std::ios::binary) << bytes;
    ++files;
    try {
      read(bytes);
      ++understood;
    } catch (const Error& error) {
      EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
      EXPECT_NE(std::string(error.what()).find("fuzz"), std::string::npos) << error.what();
    }
  }
  std::printf("%d files, %d of them understood\n", files, understood);
  EXPECT_GT(understood, 10);
  EXPECT_LT(understood, files);
}

std::vector<Array> SomeArrays() {
  std::vector<Array> arrays;
  for (int i = 0; i <= static_cast<int>(DataType::complex128); ++i)
    arrays.push_back(arange(12).astype(static_cast<DataType>(i)).reshape({3, 4}));
  arrays.push_back(arrays[3].transpose());
  arrays.push_back(zeros({0, 5}));
  arrays.push_back(scalar(2.5, DataType::float64));
  return arrays;
}

std::string BytesOfFile(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  std::filesystem::remove(path);
  return bytes.str();
}

std::string TemporaryPath(const char* name) { return testing::TempDir() + "/files_fuzz_" + name; }

class MemoryAccess : public RandomAccess {
 public:
  explicit MemoryAccess(const std::string& bytes) : bytes_(bytes) {}
  int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
  int64_t ReadAt(int64_t position, char* to, int64_t bytes) override {
    const int64_t count = std::min(bytes, size() - position);
    std::memcpy(to, bytes_.data() + position, count);
    return count;
  }

 private:
  const std::string& bytes_;
};

TEST(FilesFuzz, NpyFiles) {
  std::vector<std::string> seeds;
  for (const Array& x : SomeArrays()) {
    const std::string path = TemporaryPath("x.npy");
    save(path, x);
    seeds.push_back(BytesOfFile(path));
  }
  Fuzz(std::move(seeds), [](const std::string& bytes) {
    MemoryInput input("fuzz", bytes);
    const FileElements elements = ReadNpyHeader(input, 10000);
    const Array x = ReadElements(input, elements, default_context());
    EXPECT_LE(x.nbytes(), static_cast<int64_t>(bytes.size()));
  });
}

TEST(FilesFuzz, NpzFiles) {
  std::vector<std::string> seeds;
  NamedArrays arrays;
  for (const Array& x : SomeArrays()) arrays.emplace_back(std::to_string(arrays.size()), x);
  for (const auto write : {savez, savez_compressed}) {
    const std::string path = TemporaryPath("x.npz");
    write(path, arrays);
    seeds.push_back(BytesOfFile(path));
    write(path, {arrays[3]});
    seeds.push_back(BytesOfFile(path));
  }
  Fuzz(std::move(seeds), [](const std::string& bytes) {
    ZipReader reader("fuzz", std::make_unique<MemoryAccess>(bytes));
    for (const ZipReader::Member& member : reader.members()) {
      const Array x = reader.Load(member, 10000, default_context());
      EXPECT_LE(x.nbytes(), 1100 * static_cast<int64_t>(bytes.size()));
    }
  });
}

TEST(FilesFuzz, Tables) {
  const std::vector<std::string> seeds = {
      "1 2 3\n4 5 6\n",        "# c\n1.5e300,nan,-inf\r\n2,3,4\r5,6,7\n",
      "1+2j (3-4j)\n5j 1e5\n", "18446744073709551615\n-9223372036854775808\n",
      "  \n\t7\n\n",           "a,b\n1,\n,2\n"};
  int round = 0;
  Fuzz(seeds, [&](const std::string& bytes) {
    TextOptions options;
    options.dtype = static_cast<DataType>(++round % (static_cast<int>(DataType::complex128) + 1));
    if (round % 2 == 0) options.delimiter = ",";
    options.loose = round % 3 == 0;
    if (options.loose) options.filling = 1;
    options.ndmin = round % 4 % 3;
    if (round % 5 == 0) options.usecols = {-1, 0};
    const Array x = parsetxt(bytes, options, "fuzz");
    EXPECT_LE(x.size(), 2 * static_cast<int64_t>(bytes.size()) + 2);
  });
}

TEST(FilesFuzz, CompressedText) {
  const std::string path = TemporaryPath("x.txt.gz");
  savetxt(path, arange(300).reshape({100, 3}));
  const std::string seed = BytesOfFile(path);
  Fuzz({seed, seed + seed}, [](const std::string& bytes) {
    const auto input = Decompressed(std::make_unique<MemoryInput>("fuzz", bytes));
    std::string text(1 << 20, '\0');
    EXPECT_LE(input->ReadUpTo(text.data(), 1 << 20), 1100 * static_cast<int64_t>(bytes.size()));
  });
}

TEST(FilesFuzz, Formats) {
  Fuzz({"%.18e", "%-8.3f|%d", "%%%+#010.4g", "%x %o", "%5d,"}, [](const std::string& bytes) {
    const absl::StatusOr<NumberFormat> format = ParseNumberFormat(bytes);
    if (!format.ok()) throw Error(ErrorCode::invalid_argument, "fuzz");
    std::string text;
    for (const Conversion& conversion : format->conversions) {
      AppendNumber(conversion, true, 12345, text);
      AppendNumber(conversion, -1.7976931348623157e308, text).IgnoreError();
    }
    EXPECT_LE(text.size(), 2000 * bytes.size());
  });
}

}  // namespace
}  // namespace broadloom
