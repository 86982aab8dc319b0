// Each result is a tree over chunks of kChunk elements, whatever the number of threads: chunks are
// read through the strides into a line of long doubles.
#include "frontend/extended.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/dense.h"
#include "frontend/memory.h"

namespace broadloom {
namespace {

constexpr int64_t kChunk = 1024;

// The reduced axes of an array as lines, one for each result.
struct Lines {
  Dims kept, reduced;  // extents
  int64_t count = 1, length = 1;
};

Lines LinesOf(const Shape& shape, const Axes& axes) {
  Lines lines;
  for (int axis = 0; axis < static_cast<int>(shape.size()); ++axis) {
    const bool is_reduced = std::find(axes.begin(), axes.end(), axis) != axes.end();
    (is_reduced ? lines.reduced : lines.kept).push_back(shape[axis].value());
    (is_reduced ? lines.length : lines.count) *= shape[axis].value();
  }
  return lines;
}

// The offset of element `index` in C order, and the index itself.
struct Position {
  Position(const Dims& extents, const Dims& strides, int64_t index)
      : extents_(extents), strides_(strides), index_(extents.size()) {
    for (size_t axis = extents.size(); axis-- > 0; index /= extents[axis]) {
      index_[axis] = index % extents[axis];
      offset += index_[axis] * strides[axis];
    }
  }
  void Advance() {
    for (size_t axis = extents_.size(); axis-- > 0;) {
      offset += strides_[axis];
      if (++index_[axis] < extents_[axis]) return;
      offset -= index_[axis] * strides_[axis];
      index_[axis] = 0;
    }
  }

  int64_t offset = 0;

 private:
  const Dims &extents_, &strides_;
  Dims index_;
};

using ReadFn = long double (*)(const char* element);

template <typename T>
long double Read(const char* element) {
  T value;
  std::memcpy(&value, element, sizeof(T));
  return static_cast<long double>(value);
}

ReadFn ReaderOf(DType dtype) {
  switch (dtype.kind()) {
    case DType::kBool:
    case DType::kUInt8: return Read<uint8_t>;
    case DType::kInt8: return Read<int8_t>;
    case DType::kInt16: return Read<int16_t>;
    case DType::kInt32: return Read<int32_t>;
    case DType::kInt64: return Read<int64_t>;
    case DType::kUInt16: return Read<uint16_t>;
    case DType::kUInt32: return Read<uint32_t>;
    case DType::kUInt64: return Read<uint64_t>;
    case DType::kFloat32: return Read<float>;
    default: return Read<double>;
  }
}

// An array's elements by line.
class Reader {
 public:
  Reader(const Array& array, const Axes& axes, const Lines& lines)
      : lines_(lines), array_(array.eval()), read_(ReaderOf(ExprOf(array)->dtype)) {
    const Expr& expr = *ExprOf(array_);
    for (int axis = 0; axis < expr.rank(); ++axis) {
      const bool is_reduced = std::find(axes.begin(), axes.end(), axis) != axes.end();
      (is_reduced ? reduced_ : kept_).push_back(expr.storage.strides[axis]);
    }
  }

  void Fill(int64_t line, int64_t begin, std::span<long double> out) const {
    const char* const first =
        static_cast<const char*>(array_.data()) + Position(lines_.kept, kept_, line).offset;
    Position at(lines_.reduced, reduced_, begin);
    for (long double& value : out) {
      value = read_(first + at.offset);
      at.Advance();
    }
  }

 private:
  const Lines& lines_;
  const Array array_;
  const ReadFn read_;
  Dims kept_, reduced_;
};

// Of a chunk: its elements that count, each through `f`, folded four at a time.
template <typename Fold>
long double FoldLine(std::span<const long double> values, long double identity, Fold fold) {
  long double four[4] = {identity, identity, identity, identity};
  for (size_t i = 0; i < values.size(); ++i) four[i % 4] = fold(four[i % 4], values[i]);
  return fold(fold(four[0], four[1]), fold(four[2], four[3]));
}

template <typename Fold>
long double FoldTree(std::span<const long double> values, long double identity, Fold fold) {
  if (values.size() < 2) return values.empty() ? identity : values[0];
  const size_t half = values.size() / 2;
  return fold(FoldTree(values.first(half), identity, fold),
              FoldTree(values.subspan(half), identity, fold));
}

class Reducer {
 public:
  Reducer(const Array& x, const Axes& axes, const std::optional<Array>& where)
      : context_(x.context()),
        lines_(LinesOf(ToShape(x.shape()), axes)),
        elements_(x, axes, lines_) {
    if (where.has_value()) mask_.emplace(*where, axes, lines_);
  }

  // fold over f(line, element) of the elements that count.
  template <typename Fold, typename F>
  std::vector<long double> Run(long double identity, Fold fold, F f) const {
    const int64_t chunks = lines_.length == 0 ? 0 : (lines_.length - 1) / kChunk + 1;
    std::vector<long double> partial(lines_.count * chunks);
    const double cost = 2.0 * static_cast<double>(std::min(lines_.length, kChunk));
    ParallelFor(context_, lines_.count * chunks, cost, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t line = i / chunks, first = i % chunks * kChunk;
        partial[i] = Chunk(line, first, std::min(kChunk, lines_.length - first), identity, fold, f);
      }
    });
    std::vector<long double> results(lines_.count);
    for (int64_t i = 0; i < lines_.count; ++i)
      results[i] = FoldTree(std::span(partial).subspan(i * chunks, chunks), identity, fold);
    return results;
  }

  std::vector<long double> Sum() const { return Run(0, kAdd, kSame); }
  std::vector<long double> Product() const { return Run(1, kMultiply, kSame); }
  std::vector<long double> Count() const {
    if (!mask_.has_value())
      return std::vector<long double>(lines_.count, static_cast<long double>(lines_.length));
    return Run(0, kAdd, [](int64_t, long double) { return 1.0L; });
  }

  static constexpr auto kAdd = [](long double a, long double b) { return a + b; };
  static constexpr auto kMultiply = [](long double a, long double b) { return a * b; };
  static constexpr auto kSame = [](int64_t, long double x) { return x; };

 private:
  template <typename Fold, typename F>
  long double Chunk(int64_t line, int64_t first, int64_t size, long double identity, Fold fold,
                    F f) const {
    long double values[kChunk], counts[kChunk];
    elements_.Fill(line, first, {values, static_cast<size_t>(size)});
    if (mask_.has_value()) mask_->Fill(line, first, {counts, static_cast<size_t>(size)});
    for (int64_t i = 0; i < size; ++i)
      values[i] = mask_.has_value() && counts[i] == 0 ? identity : f(line, values[i]);
    return FoldLine({values, static_cast<size_t>(size)}, identity, fold);
  }

  Context& context_;
  const Lines lines_;
  const Reader elements_;
  std::optional<Reader> mask_;
};

void DivideBy(std::vector<long double>& values, const std::vector<long double>& divisors) {
  for (size_t i = 0; i < values.size(); ++i) values[i] /= divisors[i];
}

std::vector<long double> MeanOf(const Reducer& reducer) {
  std::vector<long double> mean = reducer.Sum();
  DivideBy(mean, reducer.Count());
  return mean;
}

std::vector<long double> VarianceOf(const Reducer& reducer, double correction) {
  const std::vector<long double> mean = MeanOf(reducer);
  std::vector<long double> total = reducer.Run(0, Reducer::kAdd, [&](int64_t line, long double x) {
    return (x - mean[line]) * (x - mean[line]);
  });
  std::vector<long double> divisors = reducer.Count();
  for (long double& divisor : divisors)
    divisor = std::max(divisor - static_cast<long double>(correction), 0.0L);
  DivideBy(total, divisors);
  return total;
}

std::vector<long double> Reduce(ExtendedReduction reduction, const Reducer& reducer,
                                const ExtendedOptions& options) {
  switch (reduction) {
    case ExtendedReduction::sum: return reducer.Sum();
    case ExtendedReduction::prod: return reducer.Product();
    case ExtendedReduction::mean: return MeanOf(reducer);
    default: break;
  }
  std::vector<long double> values = VarianceOf(reducer, options.correction);
  if (reduction == ExtendedReduction::std) {
    for (long double& value : values) value = std::sqrt(value);
  }
  return values;
}

Sizes ShapeOf(const Array& x, const Axes& axes, bool keepdims) {
  Sizes shape;
  for (int axis = 0; axis < x.ndim(); ++axis) {
    const bool is_reduced = std::find(axes.begin(), axes.end(), axis) != axes.end();
    if (!is_reduced) shape.push_back(x.shape()[axis]);
    if (is_reduced && keepdims) shape.push_back(1);
  }
  return shape;
}

const char* NameOf(ExtendedReduction reduction) {
  constexpr const char* kNames[] = {"sum", "prod", "mean", "var", "std"};
  return kNames[static_cast<int>(reduction)];
}

Array RealOperand(ExtendedReduction reduction, const Array& x) {
  const DType dtype = ExprOf(x)->dtype;
  if (dtype.is_complex())
    throw Error(ErrorCode::type_error, absl::StrCat(NameOf(reduction), ": ", dtype.name(),
                                                    " cannot be accumulated as longdouble"));
  return dtype.is_half() ? astype(x, DataType::float32) : x;
}

}  // namespace

Extended reduce_extended(ExtendedReduction reduction, const Array& given,
                         const ExtendedOptions& options) {
  const Array x = RealOperand(reduction, given);
  const Axes axes = NormalizedAxes(options.axes, x.ndim(), NameOf(reduction));
  std::optional<Array> where;
  if (options.where.has_value())
    where = copy(broadcast_to(astype(*options.where, DataType::bool_), x.shape()));
  const Reducer reducer(x, axes, where);
  std::vector<long double> values = Reduce(reduction, reducer, options);
  const bool is_prod = reduction == ExtendedReduction::prod;
  for (long double& value : values) {
    if (options.initial.has_value())
      value = is_prod ? *options.initial * value : *options.initial + value;
  }
  return {ShapeOf(x, axes, options.keepdims), std::move(values)};
}

}  // namespace broadloom
