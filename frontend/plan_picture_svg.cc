// The picture as SVG, laid out here: layers are rows, boxes of a row stand side by side near what
// they come from, arrows are curves behind them.
#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "frontend/plan_picture.h"

namespace broadloom {
namespace {

// Pixels. Letters are of a monospaced font.
constexpr double kLetter = 7.3, kLine = 17, kPadding = 10, kColumnGap = 36, kRowGap = 56,
                 kMargin = 16;

struct Place {
  double x = 0, y = 0, width = 0, height = 0;  // of the upper left corner
  double middle() const { return x + width / 2; }
};

class Layout {
 public:
  explicit Layout(const PlanPicture& picture) : picture_(picture), places_(picture.boxes.size()) {
    for (size_t i = 0; i < places_.size(); ++i) MeasureBox(picture.boxes[i], places_[i]);
    int layers = 0;
    for (const PlanPicture::Box& box : picture.boxes) layers = std::max(layers, box.layer + 1);
    std::vector<std::vector<int>> rows(layers);
    for (size_t i = 0; i < places_.size(); ++i)
      rows[picture.boxes[i].layer].push_back(static_cast<int>(i));
    for (std::vector<int>& row : rows) PlaceRow(row);
    for (Place& place : places_) place.x += kMargin + width_ / 2;
  }

  const std::vector<Place>& places() const { return places_; }
  double width() const { return width_ + 2 * kMargin; }
  double height() const { return y_ - kRowGap + kMargin; }

 private:
  static void MeasureBox(const PlanPicture::Box& box, Place& place) {
    size_t longest = 0;
    for (const std::string& line : box.lines) longest = std::max(longest, line.size());
    place.width = static_cast<double>(longest) * kLetter + 2 * kPadding;
    place.height = static_cast<double>(box.lines.size()) * kLine + 2 * kPadding;
  }

  // Where the boxes that it comes from stand, on average.
  double WantedMiddle(int box) const {
    double sum = 0;
    int count = 0;
    for (const PlanPicture::Arrow& arrow : picture_.arrows) {
      if (arrow.to == box) sum += places_[arrow.from].middle(), ++count;
    }
    return count == 0 ? 0 : sum / count;
  }

  // Its middle at x = 0.
  void PlaceRow(std::vector<int>& row) {
    std::stable_sort(row.begin(), row.end(),
                     [&](int a, int b) { return WantedMiddle(a) < WantedMiddle(b); });
    double width = -kColumnGap, height = 0;
    for (int box : row) {
      width += places_[box].width + kColumnGap;
      height = std::max(height, places_[box].height);
    }
    double x = -width / 2;
    for (int box : row) {
      places_[box].x = x, places_[box].y = y_;
      x += places_[box].width + kColumnGap;
    }
    width_ = std::max(width_, width);
    y_ += height + kRowGap;
  }

  const PlanPicture& picture_;
  std::vector<Place> places_;
  double y_ = kMargin, width_ = 0;
};

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}});
}

std::string Text(double x, double y, absl::string_view style, absl::string_view text) {
  return absl::StrFormat("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, y, style,
                         Escaped(text));
}

// Where arrows leave and reach their boxes: side by side, in the order of what is at their other
// ends.
class Ends {
 public:
  Ends(const PlanPicture& picture, const std::vector<Place>& places)
      : arrows_(picture.arrows), places_(places) {}

  double LeavesAt(const PlanPicture::Arrow& arrow) const {
    return Spread(arrow, &PlanPicture::Arrow::from, &PlanPicture::Arrow::to);
  }
  double ReachesAt(const PlanPicture::Arrow& arrow) const {
    return Spread(arrow, &PlanPicture::Arrow::to, &PlanPicture::Arrow::from);
  }

 private:
  double Spread(const PlanPicture::Arrow& arrow, int PlanPicture::Arrow::* here,
                int PlanPicture::Arrow::* there) const {
    int count = 0, before = 0;
    for (const PlanPicture::Arrow& other : arrows_) {
      if (other.*here != arrow.*here) continue;
      const double own = places_[arrow.*there].middle(), its = places_[other.*there].middle();
      before += its < own || (its == own && &other < &arrow);
      ++count;
    }
    const Place& box = places_[arrow.*here];
    return box.x + box.width * (before + 1) / (count + 1);
  }

  const std::vector<PlanPicture::Arrow>& arrows_;
  const std::vector<Place>& places_;
};

std::string Draw(const PlanPicture::Arrow& arrow, const std::vector<Place>& places,
                 const Ends& ends) {
  const Place &from = places[arrow.from], &to = places[arrow.to];
  const double x1 = ends.LeavesAt(arrow), x2 = ends.ReachesAt(arrow);
  const double y1 = from.y + from.height, y2 = to.y - 2, bend = (y2 - y1) / 2;
  std::string svg =
      absl::StrFormat("<path d=\"M%.1f,%.1f C%.1f,%.1f %.1f,%.1f %.1f,%.1f\" class=\"arrow%s\"/>\n",
                      x1, y1, x1, y1 + bend, x2, y2 - bend, x2, y2, arrow.dashed ? " dashed" : "");
  if (!arrow.label.empty()) svg += Text((x1 + x2) / 2 + 6, y1 + bend + 4, "label", arrow.label);
  return svg;
}

std::string Draw(const PlanPicture::Box& box, const Place& place) {
  const bool is_step = box.kind == PlanPicture::Kind::step;
  std::string svg = absl::StrFormat(
      "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%d\" class=\"%s\"/>\n",
      place.x, place.y, place.width, place.height, is_step ? 3 : 14, is_step ? "step" : "array");
  double y = place.y + kPadding + 12;
  for (size_t i = 0; i < box.lines.size(); ++i, y += kLine)
    svg += Text(place.x + kPadding, y, i == 0 ? "title" : "line", box.lines[i]);
  return svg;
}

constexpr char kStyle[] = R"(<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4"
 markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#57606a"/></marker>
<style>
text { font: 12px monospace; fill: #1f2328 }
.title { font-weight: bold }
.label { fill: #57606a; stroke: white; stroke-width: 3px; paint-order: stroke }
.step { fill: #ddf4ff; stroke: #0969da }
.array { fill: #f6f8fa; stroke: #8c959f }
.arrow { fill: none; stroke: #57606a; stroke-width: 1.2; marker-end: url(#head) }
.dashed { stroke-dasharray: 5 3 }
</style></defs>
)";

}  // namespace

std::string ToSvg(const PlanPicture& picture) {
  const Layout layout(picture);
  const double width = layout.width(), height = std::max(layout.height(), 2 * kMargin);
  std::string svg = absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
      "viewBox=\"0 0 %.0f %.0f\">\n%s<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
      width, height, width, height, kStyle);
  const Ends ends(picture, layout.places());
  for (const PlanPicture::Arrow& arrow : picture.arrows) svg += Draw(arrow, layout.places(), ends);
  for (size_t i = 0; i < picture.boxes.size(); ++i)
    svg += Draw(picture.boxes[i], layout.places()[i]);
  return svg + "</svg>\n";
}

}  // namespace broadloom
