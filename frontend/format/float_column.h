// What floats that are printed together have in common: notation, digits, widths.
#ifndef BROADLOOM_FRONTEND_FORMAT_FLOAT_COLUMN_H_
#define BROADLOOM_FRONTEND_FORMAT_FLOAT_COLUMN_H_

#include <string>
#include <vector>

#include "frontend/format.h"
#include "frontend/format/float_text.h"

namespace broadloom::format {

class FloatColumn {
 public:
  // `dtype` of the values: float16, float32 or float64. Keeps no reference to anything.
  FloatColumn(const std::vector<double>& values, DataType dtype, const PrintOptions& options);

  std::string Text(double value) const;

 private:
  void TakeWidths(const std::vector<double>& finite);
  void MakeRoomForOthers(const std::vector<double>& values);
  std::string TextOfOther(double value) const;

  DataType dtype_;
  PrintOptions options_;
  Notation notation_;
  size_t left_ = 0, right_ = 0;  // characters before and behind the point
};

size_t WidthOf(const std::string& text);  // characters of UTF-8

}  // namespace broadloom::format

#endif  // BROADLOOM_FRONTEND_FORMAT_FLOAT_COLUMN_H_
