// One recursion over the axes. A row is broken before an element that would not fit; a line that
// would stay empty is not broken.
#include "frontend/format/layout.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "frontend/format/float_column.h"

namespace broadloom::format {
namespace {

constexpr char kLeftOut[] = "...";

std::string WithoutTrailingSpaces(std::string text) {
  absl::StripTrailingAsciiWhitespace(&text);
  return text;
}

// Words one after another, in lines.
class Paragraph {
 public:
  Paragraph(const std::string& indent, int64_t width)
      : indent_(indent), line_(indent), width_(width) {}

  void Add(const std::string& word) {
    const int64_t length = WidthOf(line_), longer = length + WidthOf(word);
    if (longer > width_ && length > static_cast<int64_t>(indent_.size())) {
      absl::StrAppend(&text_, WithoutTrailingSpaces(line_), "\n");
      line_ = indent_;
    }
    line_ += word;
  }
  void Separate(const std::string& separator) { line_ += separator; }
  std::string Text() const { return (text_ + line_).substr(indent_.size()); }

 private:
  const std::string indent_;
  std::string text_, line_;
  const int64_t width_;
};

class Layout {
 public:
  Layout(const Frame& frame, const Sizes& shown, const std::vector<std::string>& texts)
      : frame_(frame), shown_(shown), texts_(texts) {}

  // The part of the array that begins so far into the texts, from this axis on.
  std::string Part(size_t axis, int64_t place, const std::string& indent, int64_t width) const {
    if (axis == frame_.shape.size()) return texts_[place];
    const bool is_row = axis + 1 == frame_.shape.size();
    return absl::StrCat("[", is_row ? Row(place, indent, width) : Rows(axis, place, indent, width),
                        "]");
  }

 private:
  bool IsCut(size_t axis) const {
    return frame_.edgeitems && (frame_.shape[axis] - 1) / 2 >= *frame_.edgeitems;
  }

  // Calls item(i) with the places of an axis, and cut() where some are left out. The last one is
  // always shown.
  template <typename Item, typename Cut>
  void Walk(size_t axis, Item item, Cut cut) const {
    const int64_t extent = shown_[axis];
    const int64_t leading = IsCut(axis) ? *frame_.edgeitems : 0;
    const int64_t trailing = IsCut(axis) ? std::max(leading, int64_t{1}) : extent;
    for (int64_t i = 0; i < leading; ++i) item(i);
    if (IsCut(axis)) cut();
    for (int64_t i = extent - trailing; i < extent; ++i) item(i);
  }

  std::string Row(int64_t place, const std::string& indent, int64_t width) const {
    const std::string& separator = frame_.separator;
    const int64_t end = std::max<int64_t>(WidthOf(WithoutTrailingSpaces(separator)), 1);
    Paragraph row(indent, width - end);
    const size_t axis = frame_.shape.size() - 1;
    const int64_t last = shown_[axis] - 1;
    Walk(
        axis,
        [&](int64_t i) {
          row.Add(texts_[place * shown_[axis] + i]);
          if (i < last) row.Separate(separator);
        },
        [&] {
          row.Add(kLeftOut);
          row.Separate(separator);
        });
    return row.Text();
  }

  // Each on a line of its own; empty lines between matrices.
  std::string Rows(size_t axis, int64_t place, const std::string& indent, int64_t width) const {
    const std::string end = WithoutTrailingSpaces(frame_.separator) +
                            std::string(frame_.shape.size() - axis - 1, '\n') + indent;
    std::string text;
    Walk(
        axis,
        [&](int64_t i) {
          text += Part(axis + 1, place * shown_[axis] + i, indent + " ", width - 1);
          if (i + 1 < shown_[axis]) text += end;
        },
        [&] { text += kLeftOut + end; });
    return text;
  }

  const Frame& frame_;
  const Sizes& shown_;
  const std::vector<std::string>& texts_;
};

}  // namespace

std::string LaidOut(const Frame& frame, const Sizes& shown, const std::vector<std::string>& texts) {
  return Layout(frame, shown, texts).Part(0, 0, std::string(frame.indent, ' '), frame.linewidth);
}

}  // namespace broadloom::format
