#include "frontend/files/elements.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "frontend/bytes.h"
#include "frontend/convert.h"
#include "frontend/files/interrupts.h"
#include "frontend/memory.h"
#include "frontend/sized_element.h"

namespace broadloom {
namespace {

constexpr int64_t kPiece = int64_t{1} << 20;          // bytes copied or read at a time
constexpr int64_t kPendingPiece = int64_t{16} << 20;  // bytes computed at a time

void SwapBytes(char* data, int64_t bytes, DType dtype) {
  WithSizedElement(dtype.is_complex() ? dtype.size() / 2 : dtype.size(), [&](auto element) {
    constexpr int64_t kSize = sizeof(element);
    for (char* each = data; each < data + bytes; each += kSize) std::reverse(each, each + kSize);
  });
}

// Bools of a file may be any byte that is not 0; those of kernels are 1.
void MakeBools(char* data, int64_t bytes) {
  for (int64_t i = 0; i < bytes; ++i) data[i] = data[i] != 0 ? 1 : 0;
}

bool IsInCOrder(const Sizes& shape, const Sizes& strides, int64_t step) {
  for (size_t axis = shape.size(); axis-- > 0; step *= shape[axis])
    if (shape[axis] != 1 && strides[axis] != step) return false;
  return true;
}

// So many of the first axis as make a piece; at least one.
int64_t RowsOfPiece(int64_t rows, int64_t bytes, int64_t piece) {
  return std::clamp<int64_t>(piece / std::max<int64_t>(1, bytes / rows), 1, rows);
}

class PieceWriter {
 public:
  PieceWriter(Output& output, const Array& x)
      : output_(output), itemsize_(itemsize(x.dtype())), interrupts_(x.context()) {}

  void Write(const char* data, int64_t bytes) {
    for (int64_t done = 0; done < bytes; done += kPiece)
      Put(data + done, std::min(kPiece, bytes - done));
  }

  void Write(Shape shape, const char* data, absl::Span<const int64_t> strides) {
    const int64_t bytes = *NumElements(shape) * itemsize_;
    if (bytes <= kPiece) return Copy(shape, bytes, data, strides);
    if (shape[0].is(1))
      return Write(Shape(shape.begin() + 1, shape.end()), data, strides.subspan(1));
    const int64_t rows = shape[0].value(), some = RowsOfPiece(rows, bytes, kPiece);
    for (int64_t row = 0; row < rows; row += some) {
      shape[0] = Extent(std::min(some, rows - row));
      Write(shape, data + row * strides[0], strides);
    }
  }

 private:
  void Put(const char* data, int64_t bytes) {
    output_.Write(data, bytes);
    interrupts_.Advance(bytes);
  }
  void Copy(const Shape& shape, int64_t bytes, const char* data,
            absl::Span<const int64_t> strides) {
    scratch_.resize(bytes);
    const Dims dense = StridesOf({DType::kUInt8, shape});
    Dims steps = dense;
    for (auto& step : steps) step *= itemsize_;
    CopyStrided(shape, itemsize_, {scratch_.data(), steps}, {const_cast<char*>(data), strides});
    Put(scratch_.data(), bytes);
  }

  Output& output_;
  const int64_t itemsize_;
  Interrupts interrupts_;
  std::vector<char> scratch_;
};

// Of an array that is there.
void WriteReady(Output& output, const Array& x) {
  if (x.size() == 0) return;
  const ExprPtr kept = x.expr();  // whatever is written to x meanwhile
  const Sizes strides = x.memory_strides();
  const auto* const data = static_cast<const char*>(x.data());
  PieceWriter writer(output, x);
  if (IsInCOrder(x.shape(), strides, itemsize(x.dtype()))) return writer.Write(data, x.nbytes());
  writer.Write(ToShape(x.shape()), data, strides);
}

void WriteByPieces(Output& output, const Array& x) {
  if (x.nbytes() <= kPendingPiece) return WriteReady(output, x.eval());
  const int64_t rows = x.shape()[0], some = RowsOfPiece(rows, x.nbytes(), kPendingPiece);
  const bool is_one = x.nbytes() / rows > kPendingPiece;
  for (int64_t row = 0; row < rows; row += some) {
    const Index part = is_one ? Index(row) : Index(Slice{row, std::min(row + some, rows)});
    WriteByPieces(output, index(x, {part}));
  }
}

}  // namespace

bool FitsWhenComputed(const Array& x) {
  try {
    x.eval();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::memory_budget) throw;
    return false;
  }
  return true;
}

void CheckRemaining(const Input& input, const FileElements& elements) {
  const std::optional<int64_t> left = input.Remaining();
  if (!left.has_value())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(input.name(), ": not a regular file, so its size is not known"));
  if (elements.bytes() <= *left) return;
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat(input.name(), ": ", elements.dtype.name(), " of shape ",
                           ToString(elements.shape), " is more than the ", *left,
                           " bytes that the file holds"));
}

Array ReadElements(Input& input, const FileElements& elements, Context& context) {
  CheckRemaining(input, elements);
  const int64_t bytes = elements.bytes();
  std::shared_ptr<Buffer> buffer = Unwrap(AllocateCounted(context, bytes));
  Interrupts interrupts(context);
  for (int64_t done = 0; done < bytes; done += kPiece) {
    char* const piece = buffer->data() + done;
    const int64_t wanted = std::min(kPiece, bytes - done);
    if (input.ReadUpTo(piece, wanted) != wanted)
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat(input.name(), ": the file ends within the elements"));
    interrupts.Advance(wanted);
    if (elements.swapped) SwapBytes(piece, wanted, elements.dtype);
    if (elements.dtype.is_bool()) MakeBools(piece, wanted);
  }
  Array result(MakeReady(context, elements.dtype, elements.shape,
                         {std::move(buffer), 0, StridesOf(elements)}));
  result.set_scalar(false);
  return result;
}

FileElements ElementsOf(const Array& x) {
  FileElements elements{ExprOf(x)->dtype, ToShape(x.shape())};
  const int64_t size = elements.dtype.size();
  const Array turned = x.transpose();
  elements.fortran_order = x.size() > 0 && !IsInCOrder(x.shape(), x.strides(), size) &&
                           IsInCOrder(turned.shape(), turned.strides(), size);
  return elements;
}

Array NewNameOf(const Array& x) { return Array(ExprOf(x)); }

void WriteElements(Output& output, const Array& x, bool fortran_order) {
  const Array ordered = fortran_order ? x.transpose() : x;
  if (FitsWhenComputed(x))
    WriteReady(output, ordered);
  else
    WriteByPieces(output, NewNameOf(ordered));
}

}  // namespace broadloom
