// Commands that read and write files. What a file holds goes by its name.
#include <algorithm>
#include <map>
#include <optional>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "frontend/files.h"
#include "frontend/repl/commands.h"
#include "frontend/repl/display.h"
#include "frontend/repl/read_text.h"

namespace broadloom::repl {
namespace {

enum class Format { npy, npz, csv, text, bytes };

Format FormatOf(absl::string_view path) {
  const auto ends = [&](absl::string_view end) { return absl::EndsWithIgnoreCase(path, end); };
  if (ends(".npy")) return Format::npy;
  if (ends(".npz")) return Format::npz;
  if (ends(".csv") || ends(".csv.gz")) return Format::csv;
  if (ends(".txt") || ends(".txt.gz") || ends(".tsv") || ends(".dat")) return Format::text;
  if (ends(".raw") || ends(".bin")) return Format::bytes;
  Fail(absl::StrCat(path,
                    ": the name of the file must end in .npy, .npz, .csv, .txt, .raw or .bin"));
}

// The letters of "data/my table.csv" that a name may have: "my_table".
std::string NameFrom(absl::string_view path) {
  const size_t slash = path.rfind('/');
  std::string name(path.substr(slash == absl::string_view::npos ? 0 : slash + 1));
  name.resize(std::min(name.find('.'), name.size()));
  for (char& byte : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(byte))) byte = '_';
  }
  if (name.empty() || absl::ascii_isdigit(static_cast<unsigned char>(name[0]))) name.insert(0, "_");
  return name;
}

// What stands behind the file: "dtype=float32".
class LoadArguments {
 public:
  explicit LoadArguments(absl::string_view arguments) {
    std::vector<std::string> places;
    for (const Word& word : WordsOf(arguments)) {
      const size_t equals = word.text.find('=');
      if (equals == std::string::npos)
        places.push_back(word.text);
      else
        options_[word.text.substr(0, equals)] = word.text.substr(equals + 1);
    }
    if (places.empty() || places.size() > 2) Fail("':load [NAME] FILE', with options behind it");
    file_ = places.back();
    if (places.size() == 2) name_ = places[0];
    if (name_ != "" && name_ != NameFrom(name_)) Fail(absl::StrCat("'", name_, "' is no name"));
  }

  const std::string& file() const { return file_; }
  const std::string& name() const { return name_; }
  std::string NameOr(const std::string& other) const { return name_.empty() ? other : name_; }

  std::optional<std::string> Take(const std::string& option) {
    const auto found = options_.find(option);
    if (found == options_.end()) return std::nullopt;
    std::string value = found->second;
    options_.erase(found);
    return value;
  }
  DataType TakeDtype(std::optional<DataType> without) {
    const std::optional<std::string> text = Take("dtype");
    if (!text.has_value() && without.has_value()) return *without;
    if (!text.has_value()) Fail(file_ + ": plain bytes need a dtype: 'dtype=float32'");
    const std::optional<DataType> dtype = parse_dtype(*text);
    if (!dtype.has_value()) Fail(absl::StrCat("there is no dtype '", *text, "'"));
    return *dtype;
  }
  int64_t TakeNumber(const std::string& option, int64_t without) {
    const std::optional<std::string> text = Take(option);
    int64_t number = without;
    if (text.has_value() && !absl::SimpleAtoi(*text, &number))
      Fail(absl::StrCat(option, "=", *text, ": is no number"));
    return number;
  }
  void CheckAllTaken() const {
    if (options_.empty()) return;
    Fail(absl::StrCat(options_.begin()->first, "=: ", file_, " takes no such option"));
  }

 private:
  std::string file_, name_;
  std::map<std::string, std::string> options_;
};

void Keep(Shell& shell, const std::string& name, const Array& array) {
  shell.session.Set(name, array);
  shell.Print(absl::StrCat(name, "  ", FactsOf(array), "\n"));
}

void LoadNpy(Shell& shell, LoadArguments& arguments) {
  LoadOptions options;
  const std::string map = arguments.Take("map").value_or("");
  arguments.CheckAllTaken();
  if (map == "r")
    options.map = MapMode::read;
  else if (map == "c")
    options.map = MapMode::copy;
  else if (!map.empty())
    Fail("map= is r (read only) or c (writes stay in memory)");
  Keep(shell, arguments.NameOr(NameFrom(arguments.file())),
       load(arguments.file(), options, &shell.context()));
}

void LoadNpz(Shell& shell, LoadArguments& arguments) {
  arguments.CheckAllTaken();
  const Npz archive(arguments.file(), &shell.context());
  const std::vector<std::string>& names = archive.names();
  if (arguments.name().empty()) {
    for (const std::string& name : names) Keep(shell, NameFrom(name), archive.load(name));
    return;
  }
  if (!archive.contains(arguments.name()) && names.size() != 1) {
    Fail(absl::StrCat(arguments.file(), " has no member ", arguments.name(), ", but ",
                      absl::StrJoin(names, ", ")));
  }
  const bool by_name = archive.contains(arguments.name());
  Keep(shell, arguments.name(), archive.load(by_name ? arguments.name() : names[0]));
}

void LoadText(Shell& shell, LoadArguments& arguments, bool has_commas) {
  TextOptions options;
  options.dtype = arguments.TakeDtype(DataType::float64);
  options.delimiter = arguments.Take("delimiter").value_or(has_commas ? "," : "");
  options.skiprows = arguments.TakeNumber("skip", 0);
  arguments.CheckAllTaken();
  Keep(shell, arguments.NameOr(NameFrom(arguments.file())),
       loadtxt(arguments.file(), options, &shell.context()));
}

void LoadBytes(Shell& shell, LoadArguments& arguments) {
  const DataType dtype = arguments.TakeDtype(std::nullopt);
  std::optional<Sizes> shape;
  if (const auto text = arguments.Take("shape"); text.has_value()) {
    shape.emplace();
    for (absl::string_view extent : absl::StrSplit(*text, ',', absl::SkipEmpty())) {
      if (!absl::SimpleAtoi(extent, &shape->emplace_back()) || shape->back() < 0)
        Fail(absl::StrCat("shape=", *text, ": '", extent, "' is no extent"));
    }
  }
  const int64_t offset = arguments.TakeNumber("offset", 0);
  arguments.CheckAllTaken();
  Keep(shell, arguments.NameOr(NameFrom(arguments.file())),
       memmap(arguments.file(), dtype, MapMode::read, offset, shape, false, &shell.context()));
}

Array OneOf(const NamedArrays& arrays, absl::string_view file) {
  if (arrays.size() != 1) Fail(absl::StrCat(file, " takes one array; an .npz file takes several"));
  return arrays[0].second;
}

void SaveText(const std::string& file, const Array& array, const char* delimiter) {
  TextFormat format;
  format.delimiter = delimiter;
  savetxt(file, array, format);
}

}  // namespace

void Load(Shell& shell, absl::string_view text) {
  LoadArguments arguments(text);
  switch (FormatOf(arguments.file())) {
    case Format::npy: return LoadNpy(shell, arguments);
    case Format::npz: return LoadNpz(shell, arguments);
    case Format::csv: return LoadText(shell, arguments, true);
    case Format::text: return LoadText(shell, arguments, false);
    case Format::bytes: return LoadBytes(shell, arguments);
  }
}

void Save(Shell& shell, absl::string_view arguments) {
  const std::vector<Word> words = WordsOf(arguments);
  if (words.size() < 2) Fail("':save NAME ... FILE'");
  const std::string& file = words.back().text;
  NamedArrays arrays;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    const calls::Value* value = shell.session.Find(words[i].text);
    const Array* array = value == nullptr ? nullptr : value->As<Array>();
    if (array == nullptr) Fail(absl::StrCat("there is no array '", words[i].text, "'"));
    arrays.emplace_back(words[i].text, *array);
  }
  switch (FormatOf(file)) {
    case Format::npy: return save(file, OneOf(arrays, file));
    case Format::npz: return savez(file, arrays);
    case Format::csv: return SaveText(file, OneOf(arrays, file), ",");
    case Format::text: return SaveText(file, OneOf(arrays, file), " ");
    case Format::bytes: return tofile(file, OneOf(arrays, file));
  }
}

void RunFile(Shell& shell, absl::string_view file) {
  const std::vector<Word> words = WordsOf(file);
  if (words.size() != 1) Fail("':run FILE'");
  const std::string& name = words[0].text;
  if (shell.depth == Shell::kMostNested)
    Fail(absl::StrCat(name, ": files run one another too deeply"));
  const std::string text = ReadText(name);
  ++shell.depth;
  const absl::Cleanup leave = [&] { --shell.depth; };
  try {
    RunText(shell, text);
  } catch (const script::ScriptError& error) {
    if (error.code() == ErrorCode::cancelled) throw;
    const auto [line, column] = script::LineAndColumnOf(text, error.place().begin);
    throw Error(error.code(), absl::StrCat(name, ":", line, ":", column, ": ", error.what()));
  }
}

}  // namespace broadloom::repl
