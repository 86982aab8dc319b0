// Layers: an input lies above the first step that reads it, a step below all that it waits for.
#include "frontend/plan_picture.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "frontend/bytes.h"

namespace broadloom {
namespace {

constexpr size_t kLineLength = 40;  // of a list of operations

std::vector<std::string> Wrapped(const std::string& words) {
  std::vector<std::string> lines;
  for (absl::string_view word : absl::StrSplit(words, ' ', absl::SkipEmpty())) {
    if (lines.empty() || lines.back().size() + 1 + word.size() > kLineLength)
      lines.emplace_back(word);
    else
      absl::StrAppend(&lines.back(), " ", word);
  }
  return lines;
}

class PictureMaker {
 public:
  PictureMaker(const PlanSteps& steps, NameOfMemory name_of) : steps_(steps), name_of_(name_of) {}

  PlanPicture Make() && {
    box_of_array_.assign(steps_.arrays.size(), -1);
    box_of_step_.assign(steps_.steps.size(), -1);
    for (size_t step = 0; step < steps_.steps.size(); ++step) AddStep(step);
    for (size_t array = 0; array < steps_.arrays.size(); ++array) {
      if (steps_.arrays[array].is_output) AddOutput(static_cast<int>(array));
    }
    return std::move(picture_);
  }

 private:
  int AddBox(PlanPicture::Kind kind, std::vector<std::string> lines, int layer) {
    picture_.boxes.push_back({kind, std::move(lines), layer});
    return static_cast<int>(picture_.boxes.size()) - 1;
  }

  std::string TypeAndBytes(const PlanSteps::Array& array) const {
    return absl::StrCat(array.type, "  ", HumanBytes(array.bytes));
  }

  int LayerBelow(const std::vector<int>& arrays) const {
    int layer = 1;
    for (int array : arrays) {
      if (const int step = steps_.arrays[array].step; step >= 0)
        layer = std::max(layer, picture_.boxes[box_of_step_[step]].layer + 1);
    }
    return layer;
  }

  // The box that the array comes from.
  int SourceOf(int array, int layer_below) {
    const PlanSteps::Array& source = steps_.arrays[array];
    if (source.step >= 0) return box_of_step_[source.step];
    if (box_of_array_[array] < 0) {
      std::vector<std::string> lines;
      if (std::string name = name_of_(source.memory); !name.empty()) lines.push_back(name);
      lines.push_back(TypeAndBytes(source));
      box_of_array_[array] = AddBox(PlanPicture::Kind::input, std::move(lines), layer_below - 1);
    }
    return box_of_array_[array];
  }

  void AddStep(size_t number) {
    const PlanSteps::Step& step = steps_.steps[number];
    const int layer = LayerBelow(step.operands);
    std::vector<std::pair<int, int>> sources;  // boxes and arrays
    for (int array : step.operands) sources.emplace_back(SourceOf(array, layer), array);
    std::vector<std::string> lines = {step.name};
    for (std::string& line : Wrapped(step.operations)) lines.push_back(std::move(line));
    lines.push_back(
        absl::StrCat("reads ", HumanBytes(step.read), ", writes ", HumanBytes(step.written)));
    const int box = box_of_step_[number] = AddBox(PlanPicture::Kind::step, std::move(lines), layer);
    for (const auto& [source, array] : sources) {
      const PlanSteps::Array& operand = steps_.arrays[array];
      picture_.arrows.push_back(
          {source, box, operand.step < 0 ? "" : TypeAndBytes(operand), operand.is_handed_on});
    }
  }

  void AddOutput(int array) {
    const int layer = LayerBelow({array}), source = SourceOf(array, layer);
    const int box =
        AddBox(PlanPicture::Kind::output, {"result", TypeAndBytes(steps_.arrays[array])}, layer);
    picture_.arrows.push_back({source, box, "", false});
  }

  const PlanSteps& steps_;
  const NameOfMemory name_of_;
  PlanPicture picture_;
  std::vector<int> box_of_array_, box_of_step_;
};

// A text in double quotes, as Graphviz reads it.
std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

}  // namespace

PlanPicture PictureOf(const PlanSteps& steps, NameOfMemory name_of) {
  return PictureMaker(steps, name_of).Make();
}

std::string ToDot(const PlanPicture& picture) {
  std::string dot =
      "digraph plan {\n  node [fontname=\"monospace\", shape=box];\n  edge "
      "[fontname=\"monospace\"];\n";
  for (size_t i = 0; i < picture.boxes.size(); ++i) {
    const PlanPicture::Box& box = picture.boxes[i];
    const bool is_step = box.kind == PlanPicture::Kind::step;
    absl::StrAppend(&dot, "  b", i, " [label=",
                    absl::StrReplaceAll(Quoted(absl::StrJoin(box.lines, "\n")), {{"\n", "\\n"}}),
                    is_step ? "" : ", style=rounded", "];\n");
  }
  for (const PlanPicture::Arrow& arrow : picture.arrows) {
    absl::StrAppend(&dot, "  b", arrow.from, " -> b", arrow.to, " [label=", Quoted(arrow.label),
                    arrow.dashed ? ", style=dashed" : "", "];\n");
  }
  return dot + "}\n";
}

}  // namespace broadloom
