// Arrays in files: NumPy's .npy and .npz, tables of numbers as text, plain bytes.
//
//   save("x.npy", x);                              // what numpy.save writes
//   Array y = load("x.npy");                       // read
//   Array z = load("x.npy", {MapMode::read});      // mapped: pages are read when they are used
//   savez("both.npz", {{"x", x}, {"y", y}});
//   Array t = loadtxt("table.csv", {.delimiter = ",", .skiprows = 1});
//
// What is read is checked against the size of the file, and the budget is asked, before memory is
// taken. What is written goes to a temporary file in the same folder, which replaces the old one
// when it is complete: an error or a cancelled call leaves the old one.
//
// Errors: FileError where the system refuses, `invalid_argument` for contents that are not what
// the format says, `unimplemented` for dtypes and formats that arrays do not have (pickled objects,
// records, text, dates), `memory_budget` and `cancelled`. All name the file.
#ifndef BROADLOOM_FILES_H_
#define BROADLOOM_FILES_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "array.h"

namespace broadloom {

// The system could not open, read, write or map a file. Its code is `file`.
class FileError : public Error {
 public:
  FileError(const std::string& path, int number);  // of errno
  ~FileError() override;

  const std::string& path() const { return path_; }
  int number() const { return number_; }

 private:
  std::string path_;
  int number_;
};

// --- .npy ----------------------------------------------------------------------------------------
// How a file becomes an array's memory, as NumPy's mmap_mode: 'r' read-only; 'r+' writes go to the
// file; 'c' writes stay in memory; 'w+' a new file, of memmap alone. The mapping does not count
// against the budget and is released with the last array in it. As with any mapping a file must not
// shrink meanwhile.
enum class MapMode : uint8_t { read, update, copy, create };

struct LoadOptions {
  std::optional<MapMode> map = {};  // none: read into memory
  int64_t max_header_size = 10000;  // bytes
};
// Formats 1.0 to 3.0, all dtypes of arrays, both byte orders and both orders of elements. bfloat16
// is '<V2', as ml_dtypes has NumPy write it, or 'bfloat16'. Files of the other byte order cannot be
// mapped.
Array load(const std::string& path, const LoadOptions& options = {}, Context* context = nullptr);
// Format 1.0, byte by byte what numpy.save writes. ".npy" is appended where the path does not end
// so. A pending array is computed, by pieces and without keeping them where all of it does not fit.
void save(const std::string& path, const Array& x);

// --- .npz ----------------------------------------------------------------------------------------
bool is_npz(const std::string& path);  // whether it begins as a zip archive

// An archive, open for as long as a copy of this is. Members are read when they are asked for.
class Npz {
 public:
  explicit Npz(const std::string& path, Context* context = nullptr);

  const std::vector<std::string>& names() const;  // without ".npy", in the archive's order
  bool contains(const std::string& name) const;
  // Stored or deflated. Throws out_of_range where there is no such member.
  Array load(const std::string& name, int64_t max_header_size = 10000) const;
  Array operator[](const std::string& name) const { return load(name); }

 private:
  struct Archive;
  std::shared_ptr<Archive> archive_;
};

using NamedArrays = std::vector<std::pair<std::string, Array>>;
// ".npz" is appended where the path does not end so. Names are given once each.
void savez(const std::string& path, const NamedArrays& arrays);
void savez_compressed(const std::string& path, const NamedArrays& arrays);

// --- Text ----------------------------------------------------------------------------------------
// One row a line; empty lines are skipped. Files that are gzip's are decompressed on the way.
struct TextOptions {
  DataType dtype = DataType::float64;
  std::string delimiter = {};                 // one character; empty: white space
  std::vector<std::string> comments = {"#"};  // from any of them to the end of the line
  int64_t skiprows = 0;                       // lines at the beginning, whatever they hold
  std::vector<int64_t> usecols = {};          // from the end where negative; none: all
  std::optional<int64_t> max_rows = {};       // of numbers
  int ndmin = 0;                              // axes of extent 1 are dropped down to so many
  // genfromtxt: instead of an error what is no number, or is `missing`, becomes `filling`: without
  // a number NaN, -1 among integers.
  bool loose = false;
  std::vector<std::string> missing = {};
  std::optional<Number> filling = {};
};
// (rows, columns), without axes of extent 1 as ndmin says; (0,) where there are no rows. Memory:
// the result and a line. Errors name line and column.
Array loadtxt(const std::string& path, const TextOptions& options = {}, Context* context = nullptr);
// The same of text at hand, called `name` in messages.
Array parsetxt(const std::string& text, const TextOptions& options = {},
               const std::string& name = "text", Context* context = nullptr);

// As numpy.savetxt of one or two axes. `fmt` holds one numeric printf conversion for all columns,
// or one for each: d i u o x X e E f F g G with flags, width and precision. A path that ends in
// ".gz" is compressed.
struct TextFormat {
  std::vector<std::string> fmt = {"%.18e"};  // several: one for each column
  std::string delimiter = " ", newline = "\n";
  std::string header = {}, footer = {}, comments = "# ";
};
void savetxt(const std::string& path, const Array& x, const TextFormat& format = {});

// --- Plain bytes ---------------------------------------------------------------------------------
// `count` elements from byte `offset` on; -1: all that there are.
Array fromfile(const std::string& path, DataType dtype = DataType::float64, int64_t count = -1,
               int64_t offset = 0, Context* context = nullptr);
void tofile(const std::string& path, const Array& x);  // the elements in C order
// A file mapped from `offset` on, which is a multiple of the alignment of the dtype. No shape: all
// elements that there are. With a shape `update` extends a file that is too short. `fortran`: the
// first axis is the closest one.
Array memmap(const std::string& path, DataType dtype = DataType::uint8,
             MapMode mode = MapMode::update, int64_t offset = 0,
             const std::optional<Sizes>& shape = {}, bool fortran = false,
             Context* context = nullptr);

// Called by threads that read or write files, between pieces of some MiB; may throw, which stops
// the call. The Python module looks for Ctrl-C in it.
using InterruptHandler = std::function<void()>;
void set_interrupt_handler(InterruptHandler handler);

}  // namespace broadloom

#endif  // BROADLOOM_FILES_H_
