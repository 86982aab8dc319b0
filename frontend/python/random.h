// What the files of broadloom.random share: arguments of Generator's methods. Called with the GIL
// held.
#ifndef BROADLOOM_FRONTEND_PYTHON_RANDOM_H_
#define BROADLOOM_FRONTEND_PYTHON_RANDOM_H_

#include "frontend/python/keywords.h"
#include "frontend/random.h"

namespace broadloom::python {

using random::Generator;
using random::Size;
using Line = nb::call_guard<UserLine>;

// --- random_arguments.cc -------------------------------------------------------------------------
Operand ToReal(nb::handle object);   // TypeError unless NumPy casts it safely to float64
Operand ToWhole(nb::handle object);  // int64; as NumPy, floats are truncated
// One bound of `integers`: int64 or uint64, as bits wide as it needs.
Operand ToBound(nb::handle object, const char* name);
Size ToSize(nb::handle object);
DataType ToFloat(nb::handle dtype, const char* function);  // float32 or float64
DataType ToInteger(nb::handle dtype);
// The size that a call with `out` has. ValueError and TypeError where `out` does not suit.
Size SizeBeside(nb::handle out, nb::handle size, DataType dtype, const char* function);
bool IsTrue(nb::handle object);  // as an `if` takes it
bool IsInt(nb::handle object);   // of Python or NumPy
std::vector<uint32_t> ToWords(nb::handle seed);

// --- random_methods.cc ---------------------------------------------------------------------------
void BindDistributions(nb::class_<Generator>& generator);
void BindVectors(nb::class_<Generator>& generator);  // random_choices.cc
void BindChoices(nb::class_<Generator>& generator);  // the same

}  // namespace broadloom::python

#endif  // BROADLOOM_FRONTEND_PYTHON_RANDOM_H_
