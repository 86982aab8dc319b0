// Between the public types of array.h and those of the IR. DataType and DType list the same kinds
// in the same order.
#ifndef BROADLOOM_FRONTEND_CONVERT_H_
#define BROADLOOM_FRONTEND_CONVERT_H_

#include <vector>

#include "frontend/array.h"
#include "frontend/context.h"
#include "frontend/expr.h"
#include "frontend/unwrap.h"
#include "ir/dtype.h"

namespace broadloom {

static_assert(static_cast<int>(DataType::complex128) == DType::kComplex128 &&
              static_cast<int>(DataType::uint8) == DType::kUInt8);

DType ToDType(DataType dtype);  // throws where there is no such one
inline DataType ToDataType(DType dtype) { return static_cast<DataType>(dtype.kind()); }
inline Shape ToShape(const Sizes& sizes) { return Shape(sizes.begin(), sizes.end()); }

// Throws where an extent is negative, or where there are more than kMaxRank.
Shape CheckedShape(const Sizes& sizes);

// The node of an array; an error where the handle is empty.
const ExprPtr& ExprOf(const Array& array);

// MakeExpr in the context of the first operand. Throws.
Array Make(Op op, ExprList inputs, Attrs attrs = {});

// A number of rank 0 that is bound at launch: a new value compiles nothing new.
ExprPtr NumberExpr(Context& context, const Scalar& value);
// A number that is part of the code, where another one is another plan.
ExprPtr LiteralExpr(Context& context, const Scalar& value);

// A number as a value of `dtype`. Throws `overflow` where a Python integer does not fit.
Scalar ScalarOf(const Number& number, DType dtype);
// The same, with NumPy's warnings: a finite number that becomes infinite is an overflow
// (errstate.h), a complex one as a real one loses a part.
Scalar WarnedScalarOf(const Number& number, DType dtype);
Scalar CastNumber(const Number& number, DType dtype);  // as astype, whatever fits or not
// A float that goes among integers is the integer that Python's int() makes of it. Throws
// `overflow` beyond 64 bits, and `invalid_argument` for NaN and infinities.
Number AsPythonStores(absl::string_view function, const Number& number, DType dtype);
bool Fits(const Number& number, DType dtype);
// The dtype that NumPy gives to a number that stands alone, or beside an array.
DType DefaultDType(const Number& number);
DType WeakDType(DType array, const Number& number);

// Whether these are axis 0 of a 0-d array, which NumPy lets `squeeze` and all reductions but
// averages have.
bool IsAxisOfNumber(const AxisList& axes, int rank);

// Sorted, from 0, each once. Throws `axis`, and `invalid_argument` for an axis given twice.
Axes NormalizedAxes(const AxisList& axes, int rank, const char* what);

// x as a dtype, cast on the way through an operation: in the order in which this one walks over x.
Array CastOnTheWay(const Array& x, DataType dtype);
// The result of an elementwise function lies as NumPy's, which casts operands on the way: in the
// order of the operands as they were given.
void OrderAsOperands(const Array& result, absl::Span<const Operand* const> given);
void OrderAsOperands(const Array& result, const std::vector<Operand>& given);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_CONVERT_H_
