// broadloom for C++: NumPy's arrays, evaluated lazily by fused kernels.
//
//   Array x = broadloom::array({1.0, 2.0, 3.0});
//   Array y = sum(exp(x) * 2);          // nothing computed yet
//   double number = y.item<double>();   // one kernel
//
//   assign(x, {Slice{1}}, 0);           // x[1:] = 0
//
// An Array is a name of an array, as a variable is in Python: a copy of it is another name of the
// same array, views share its elements, and a write is seen through all of them. Expressions keep
// the values that they were written with. Shape and dtype errors are thrown (error.h) where an
// operation is written. Any number of threads may build and evaluate arrays at once; an array that
// is written to, and its views, are for one thread at a time.
#ifndef BROADLOOM_ARRAY_H_
#define BROADLOOM_ARRAY_H_

#include <complex>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "api.h"
#include "error.h"
#include "host.h"

namespace broadloom {  // not shown
class Context;
class Storage;
struct Expr;
struct View;
}  // namespace broadloom

namespace BROADLOOM_API broadloom {

enum class DataType : uint8_t {
  bool_,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float16,
  bfloat16,
  float32,
  float64,
  complex64,
  complex128,
};
const char* to_string(DataType dtype);                         // "bool", "int8", ..., "complex128"
std::optional<DataType> parse_dtype(const std::string& name);  // the same, and short: "f32"
int itemsize(DataType dtype);
DataType result_type(DataType a, DataType b);  // NumPy's promotion
DataType result_type(const std::vector<DataType>& dtypes);

// NumPy's casting rules.
enum class Casting : uint8_t { no, equiv, safe, same_kind, unsafe };
bool can_cast(DataType from, DataType to, Casting casting = Casting::safe);

// A C++ type of elements.
template <typename T>
concept Arithmetic = std::is_arithmetic_v<T> || std::is_same_v<T, std::complex<float>> ||
                     std::is_same_v<T, std::complex<double>>;

template <Arithmetic T>
constexpr DataType dtype_of() {
  static_assert(!std::is_same_v<T, long double>, "there is no DataType for long double");
  if constexpr (std::is_same_v<T, bool>)
    return DataType::bool_;
  else if constexpr (!std::is_arithmetic_v<T>)
    return sizeof(T) == 8 ? DataType::complex64 : DataType::complex128;
  else if constexpr (std::is_floating_point_v<T>)
    return sizeof(T) == 4 ? DataType::float32 : DataType::float64;
  else {
    constexpr int size = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    return static_cast<DataType>(
        static_cast<int>(std::is_signed_v<T> ? DataType::int8 : DataType::uint8) + size);
  }
}

// A plain number: as in NumPy it takes an array's dtype where its kind (bool, integer, float,
// complex) allows that.
class Number {
 public:
  enum class Kind : uint8_t {
    boolean,
    integer,
    natural,
    floating,
    complex
  };  // natural: an integer beyond int64

  template <Arithmetic T>
  Number(T value) {  // NOLINT: a number is a Number
    if constexpr (std::is_same_v<T, bool>)
      kind_ = Kind::boolean, integer_ = value;
    else if constexpr (!std::is_arithmetic_v<T>)
      kind_ = Kind::complex, floating_ = value.real(), imaginary_ = value.imag();
    else if constexpr (std::is_floating_point_v<T>)
      kind_ = Kind::floating, floating_ = static_cast<double>(value);
    else {
      integer_ = static_cast<int64_t>(value);
      kind_ = std::is_unsigned_v<T> && integer_ < 0 ? Kind::natural : Kind::integer;
    }
  }
  Kind kind() const { return kind_; }
  int64_t integer() const { return integer_; }  // of bools and integers; a natural is its bits
  double floating() const;                      // of any kind; a complex number's real part
  double imaginary() const { return imaginary_; }

 private:
  Kind kind_;
  int64_t integer_ = 0;
  double floating_ = 0, imaginary_ = 0;
};

class Array;  // below

// What stands between [ and ]: an integer, one of these, or an array of integers or bools.
struct Slice {
  std::optional<int64_t> start = {}, stop = {}, step = {};  // none: as in Python
};
struct NewAxis {};
struct Ellipsis {};
using Index = std::variant<int64_t, Slice, NewAxis, Ellipsis, Array>;

// Axes of a reduction or a flip: all of them, one, or a list. Negative ones count from the end.
class AxisList {
 public:
  AxisList() = default;                                      // all
  AxisList(int axis) : axes_(std::vector<int64_t>{axis}) {}  // NOLINT
  AxisList(std::initializer_list<int64_t> axes) : axes_(std::vector<int64_t>(axes)) {}
  explicit AxisList(std::vector<int64_t> axes) : axes_(std::move(axes)) {}

  const std::optional<std::vector<int64_t>>& axes() const { return axes_; }

 private:
  std::optional<std::vector<int64_t>> axes_;
};

DataType weak_dtype(DataType array, const Number& number);  // of a number beside an array

using Sizes = std::vector<int64_t>;

class Operand;  // below

class Array {
 public:
  Array() = default;                           // no value: only assign to it
  explicit Array(std::shared_ptr<Expr> expr);  // a new one
  Array(std::shared_ptr<Storage> storage, std::shared_ptr<View> view, bool read_only);

  explicit operator bool() const = delete;  // write item<bool>()
  bool is_null() const { return storage_ == nullptr; }

  // Known before anything is computed.
  Sizes shape() const;
  Sizes strides() const;  // bytes, as NumPy's
  DataType dtype() const;
  int ndim() const;
  int64_t size() const;
  int64_t nbytes() const;
  bool is_evaluated() const;
  Context& context() const;

  // These evaluate.
  const Array& eval() const;
  const void* data() const;      // address of element (0, ..., 0)
  Sizes memory_strides() const;  // of what is there
  // For export without a copy: call it before the other two. While what it returns lives, so does
  // the memory, and writes to the array are stored there at once.
  std::shared_ptr<void> owner() const;
  bool is_lent() const;          // the memory belongs to somebody else
  void copy_to(void* to) const;  // all elements, in C order
  template <Arithmetic T>
  T item() const;  // of an array of one element, converted
  template <Arithmetic T>
  std::vector<T> to_vector() const;  // in C order; T must be the dtype's own type

  Array operator[](std::initializer_list<Index> items) const;
  Array astype(DataType dtype) const;
  Array reshape(const Sizes& shape) const;
  Array transpose() const;  // all axes reversed

  Array operator-() const;
  Array operator+() const;
  Array operator~() const;
  Array& operator+=(const Operand& other);  // in place: a write, as `assign` is
  Array& operator-=(const Operand& other);
  Array& operator*=(const Operand& other);
  Array& operator/=(const Operand& other);

  bool is_view() const { return view_ != nullptr; }  // of another array's memory
  bool is_read_only() const { return is_read_only_; }
  void set_read_only(bool read_only);  // this name of it
  // A 0-d result of an operation: in NumPy a number, which cannot be written to.
  bool is_scalar() const { return is_scalar_; }
  void set_scalar(bool scalar) { is_scalar_ = scalar; }

  const std::shared_ptr<Expr>& expr() const;  // what it is at present
  const std::shared_ptr<Storage>& storage() const { return storage_; }
  const std::shared_ptr<View>& view() const { return view_; }

 private:
  Number item_number() const;
  void check_dtype(DataType dtype) const;

  std::shared_ptr<Storage> storage_;
  std::shared_ptr<View> view_;  // none: all of the storage
  bool is_read_only_ = false, is_scalar_ = false;
};

// An array or a plain number.
class Operand {
 public:
  Operand(const Array& array) : value_(array) {}     // NOLINT
  Operand(const Number& number) : value_(number) {}  // NOLINT
  template <Arithmetic T>
  Operand(T number) : value_(Number(number)) {}  // NOLINT

  const Array* array() const { return std::get_if<Array>(&value_); }
  const Number& number() const { return std::get<Number>(value_); }

 private:
  std::variant<Array, Number> value_;
};

struct ReduceOptions {
  std::optional<DataType> dtype = {};  // of sum, prod, mean, var, std: accumulate and return in
  double correction = 0;               // of var and std: the divisor is n - correction
  std::optional<Array> where = {};     // only these elements count; broadcasts to the operand
  std::optional<Number> initial = {};  // of sum, prod, min, max: counts as one more element
};

// NumPy's keyword arguments of elementwise functions.
struct CallOptions {
  std::optional<DataType> dtype = {};    // of the computation and the result
  Casting casting = Casting::same_kind;  // of operands and of the result into `out`
  std::optional<Array> where = {};       // elsewhere `out` stays as it is, and without it 0
  Array* out = nullptr;                  // receives the result and is returned
};
// A function of the table by name. Throws invalid_argument for a name that is none.
Array call(const std::string& function, const std::vector<Operand>& operands,
           const CallOptions& options = {});
// What `call` does with a result: where, casting and out.
Array store(const Array& value, const CallOptions& options, const char* function);

// One function per public row of the op table, by NumPy's name:
//   Array exp(const Array& x);
//   Array add(const Operand& x, const Operand& y);
//   Array where(const Operand& condition, const Operand& x, const Operand& y);
//   Array sum(const Array& x, const AxisList& axes = {}, bool keepdims = false, const
//   ReduceOptions& options = {});
#define BL_DECLARE_kUnary(name) Array name(const Array& x);
#define BL_DECLARE_kBinary(name) Array name(const Operand& x, const Operand& y);
#define BL_DECLARE_kTernary(name) Array name(const Operand& x, const Operand& y, const Operand& z);
#define BL_DECLARE_kReduce(name)                                               \
  Array name(const Array& x, const AxisList& axes = {}, bool keepdims = false, \
             const ReduceOptions& options = {});
#define BL_DECLARE_kScan(name)     // below: an axis and a dtype
#define BL_DECLARE_kLibrary(name)  // matmul, below
#define BL_PUBLIC_OP(name, op_class, dtype_rule, doc) BL_DECLARE_##op_class(name)
#if __has_include("../ir/public_ops.def")
#include "../ir/public_ops.def"
#else
#include "public_ops.def"  // installed beside this file
#endif

#define BL_ARRAY_OPERATOR(symbol, name)                                               \
  inline Array operator symbol(const Array& x, const Array& y) { return name(x, y); } \
  template <Arithmetic T>                                                             \
  Array operator symbol(const Array& x, T y) {                                        \
    return name(x, y);                                                                \
  }                                                                                   \
  template <Arithmetic T>                                                             \
  Array operator symbol(T x, const Array& y) {                                        \
    return name(x, y);                                                                \
  }
BL_ARRAY_OPERATOR(+, add)
BL_ARRAY_OPERATOR(-, subtract)
BL_ARRAY_OPERATOR(*, multiply)
BL_ARRAY_OPERATOR(/, divide)
BL_ARRAY_OPERATOR(%, remainder)
BL_ARRAY_OPERATOR(==, equal)
BL_ARRAY_OPERATOR(!=, not_equal)
BL_ARRAY_OPERATOR(<, less)
BL_ARRAY_OPERATOR(<=, less_equal)
BL_ARRAY_OPERATOR(>, greater)
BL_ARRAY_OPERATOR(>=, greater_equal)
BL_ARRAY_OPERATOR(&, bitwise_and)
BL_ARRAY_OPERATOR(|, bitwise_or)
BL_ARRAY_OPERATOR(^, bitwise_xor)
BL_ARRAY_OPERATOR(<<, bitwise_left_shift)
BL_ARRAY_OPERATOR(>>, bitwise_right_shift)

#undef BL_DECLARE_kUnary
#undef BL_DECLARE_kBinary
#undef BL_DECLARE_kTernary
#undef BL_DECLARE_kReduce
#undef BL_DECLARE_kScan
#undef BL_DECLARE_kLibrary
#undef BL_ARRAY_OPERATOR

Array matmul(const Array& x, const Array& y);

// Along one axis; no axis: over all elements in C order. Sums and products of small integers are
// 64-bit, as `sum`'s are, unless `dtype` says otherwise. In NumPy's sequence: rounded at each step.
Array cumulative_sum(const Array& x, std::optional<int> axis = {},
                     std::optional<DataType> dtype = {});
Array cumulative_prod(const Array& x, std::optional<int> axis = {},
                      std::optional<DataType> dtype = {});
Array cumulative_max(const Array& x, std::optional<int> axis = {});
Array cumulative_min(const Array& x, std::optional<int> axis = {});
// log(cumulative_sum(exp(x))) without overflow on the way. Floats; of integers what `log` makes.
Array logcumsumexp(const Array& x, std::optional<int> axis = {},
                   std::optional<DataType> dtype = {});

// One after another along an axis; copies. No axis: flattened first.
Array concat(const std::vector<Array>& arrays, std::optional<int> axis = 0);
Array stack(const std::vector<Array>& arrays, int axis = 0);  // along a new one

Array round(const Array& x, int decimals);  // negative ones: tens, hundreds, ...

// target[...] = value, broadcast and converted to the target's dtype as `astype` does. Throws
// invalid_argument where the target is read-only or the shapes do not fit.
void assign(const Array& target, const Operand& value);
void assign(const Array& x, const std::vector<Index>& items, const Operand& value);
// target[mask] = value, where the value and the mask are broadcast to the target.
void assign_where(const Array& target, const Array& mask, const Operand& value);
// NumPy's function.at: x[items] = function(x[items], values) for one element after another, so that
// a place that is given twice changes twice. `function` is an elementwise one of the table, of one
// operand (then without values) or two; what it computes becomes x's dtype as `astype` makes it.
// Runs at once where an index array picks. Throws as `assign` and `call` do, and out_of_range.
void apply_at(const std::string& function, const Array& x, const std::vector<Index>& items,
              const std::optional<Operand>& values = {});
// Whether two arrays may share elements. Exact but for `bounds_only`, which compares where their
// memory begins and ends.
bool shares_memory(const Array& x, const Array& y, bool bounds_only = false);

Array astype(const Array& x, DataType dtype);  // always a fresh value
Array copy(const Array& x);
// Views: they share the operand's elements.
Array broadcast_to(const Array& x, const Sizes& shape);  // read-only
Array expand_dims(const Array& x, const AxisList& axes);
Array squeeze(const Array& x, const AxisList& axes = {});
Array permute_dims(const Array& x, const std::vector<int64_t>& axes);
Array reshape(const Array& x, const Sizes& shape);         // one extent may be -1; see below
bool reshape_is_view(const Array& x, const Sizes& shape);  // of x, else of a copy
Array flip(const Array& x, const AxisList& axes = {});
// As in NumPy a view, but a single element is a number of its own. With arrays among the items it
// is fresh; a mask is evaluated at once.
Array index(const Array& x, const std::vector<Index>& items);
Sizes broadcast_shapes(const std::vector<Sizes>& shapes);

// New arrays. Without a context: in the process's default one.
Array array(const void* data, DataType dtype, const Sizes& shape,
            const Sizes& strides = {},  // copies; no strides: C order
            Context* context = nullptr);
template <Arithmetic T>
Array array(const std::vector<T>& values, Context* context = nullptr);
template <Arithmetic T>
Array array(std::initializer_list<T> values, Context* context = nullptr);
// Reads the caller's memory when evaluated, and writes to it at once; `release` runs when nothing
// needs it any more, on any thread, and must not throw.
Array lend(void* data, DataType dtype, const Sizes& shape, const Sizes& strides,
           std::function<void()> release, Context* context = nullptr);
// The same, of memory that nobody else sees: an array like any other.
Array adopt(void* data, DataType dtype, const Sizes& shape, const Sizes& strides,
            std::function<void()> release, Context* context = nullptr);
Array scalar(Number value, DataType dtype,
             Context* context = nullptr);  // 0-d; a new value compiles nothing new
Array zeros(const Sizes& shape, DataType dtype = DataType::float64, Context* context = nullptr);
Array ones(const Sizes& shape, DataType dtype = DataType::float64, Context* context = nullptr);
Array full(const Sizes& shape, Number value, std::optional<DataType> dtype = {},
           Context* context = nullptr);
Array zeros_like(const Array& x, std::optional<DataType> dtype = {});
Array ones_like(const Array& x, std::optional<DataType> dtype = {});
// `shape`: another one of as many axes.
Array full_like(const Array& x, Number value, std::optional<DataType> dtype = {},
                const std::optional<Sizes>& shape = {});
Array arange(Number start, Number stop, Number step = 1, std::optional<DataType> dtype = {},
             Context* context = nullptr);
Array arange(Number stop);
Array linspace(Number start, Number stop, int64_t num = 50, bool endpoint = true,
               std::optional<DataType> dtype = {}, Context* context = nullptr);
Array eye(int64_t rows, std::optional<int64_t> columns = {}, int64_t diagonal = 0,
          DataType dtype = DataType::float64, Context* context = nullptr);

// Computes several arrays together: what they share is computed once.
void eval(const std::vector<Array>& arrays);
using ArrayFunction = std::function<std::vector<Array>(const std::vector<Array>&)>;
// A function that does what `function` does, at once, and calls it only once for arguments of the
// same dtypes, shapes and memory layouts: with arrays that have no elements, to see what it does
// with them. Results share no memory with each other. Throws type_error where it asks for elements,
// draws random numbers, or writes to arrays that it has not made. It must not depend on anything
// else that changes. It is called again to tell of a floating-point error or of an index, and each
// time for a result that is a view of an argument.
ArrayFunction jit(ArrayFunction function);
// What `eval` would do: kernels, bytes, what NumPy would have allocated. Computes nothing.
std::string explain(const std::vector<Array>& arrays);

// How a context works. `FromEnvironment` in options.h fills it from BROADLOOM_* for the default
// context.
struct Options {
  int debug =
      0;  // 1 kernels and cache hits, 2 timings, 3 IR after each pass, 4 LLVM IR and assembly
  std::string dump_dir = {};    // debug output goes to files here; empty: stderr
  std::string stop_after = {};  // the last pass to run; only with `interpret`
  bool interpret = false;       // the reference evaluator instead of compiled kernels
  // Whether results may be written over inputs: 0 never, 1 over those that nobody can see any more,
  // 2 over any, which is wrong and shows that tests find it.
  int donate = 1;
  // Bytes that are worth more work to be overwritten: a pass that finds floating-point errors
  // before, and small results that keep them (frontend/judging.h, frontend/holders.h).
  int64_t judge_from = 1 << 20;
  int threads = 0;             // 0: one per CPU
  int64_t memory_budget = -1;  // bytes; -1: what the machine has
  // A product and a sum may be one instruction, rounded once: faster by a little, and no longer the
  // same bits as NumPy or as another machine.
  bool fast = false;
  int vector_bytes = 0;  // of kernels: 32 or 64; 0: what the machine has. Never changes a bit
  bool perf = false, gdb = false;
  // The host's own memory and threads; `threads` then says how many of these at most.
  AllocatorHooks allocator = {};
  PoolHooks pool = {};
};

// Options, memory, threads, kernels and statistics. Must outlive its arrays. Thread-safe. Throws
// where an option makes no sense.
std::shared_ptr<Context> make_context(const Options& options);
Context& default_context();  // of the process, from the environment

struct MemoryUse {
  int64_t live = 0, peak = 0, cached = 0;  // bytes
};
struct CacheInfo {
  int64_t compiles = 0, hits = 0, disk_hits = 0, kernels = 0, bytes = 0;
};
MemoryUse memory_info(Context* context = nullptr);
void reset_peak(Context* context = nullptr);
int64_t memory_budget(Context* context = nullptr);  // bytes; -1: what the machine has
void set_memory_budget(int64_t bytes, Context* context = nullptr);
CacheInfo cache_info(Context* context = nullptr);
void cache_clear(Context* context = nullptr);
void set_num_threads(int threads, Context* context = nullptr);  // 0: one per CPU
int num_threads(Context* context = nullptr);
void cancel_evaluations(Context* context = nullptr);  // those that run now throw `cancelled`

// A stored result much larger than what it was broadcast from.
struct BroadcastWarnings {
  enum class Action { ignore, warn, raise };
  Action action = Action::warn;
  double times = 8;                   // more than the operands' bytes times this
  int64_t bytes = int64_t{64} << 20;  // and more than this
};
void set_broadcast_warnings(const BroadcastWarnings& warnings, Context* context = nullptr);
BroadcastWarnings broadcast_warnings(Context* context = nullptr);
// Whether operations that convert an array to a dtype that does not hold all its numbers (int64 as
// float64, narrowing casts) warn where they are written. Off at first; `explain` always says so.
void set_precision_warnings(bool on, Context* context = nullptr);
// What a warning is about: a stored result much larger than what it was broadcast from; numbers
// (NumPy's RuntimeWarning); digits that a conversion can lose; an imaginary part that is dropped.
enum class WarningKind : uint8_t { broadcast, runtime, precision, complex };
// Called by the thread that writes the operation, or evaluates it, before anything is computed; may
// throw, which stops that. None: stderr.
using WarningHandler =
    std::function<void(WarningKind kind, const std::string& message, const std::string& source)>;
void set_warning_handler(WarningHandler handler);

// The user's line ("file.py:12") that operations of this thread are made for from now on.
void set_source(std::string source);

// ---------------------------------------------------------------------------------------------------------------------
template <Arithmetic T>
T Array::item() const {
  const Number number = item_number();
  if constexpr (!std::is_arithmetic_v<T>) {
    using Part = typename T::value_type;
    return {static_cast<Part>(number.floating()), static_cast<Part>(number.imaginary())};
  } else {
    if (number.kind() >= Number::Kind::floating) return static_cast<T>(number.floating());
    return number.kind() == Number::Kind::natural
               ? static_cast<T>(static_cast<uint64_t>(number.integer()))
               : static_cast<T>(number.integer());
  }
}

template <Arithmetic T>
std::vector<T> Array::to_vector() const {
  static_assert(!std::is_same_v<T, bool>,
                "std::vector<bool> has no memory of its own: use copy_to");
  check_dtype(dtype_of<T>());
  std::vector<T> values(static_cast<size_t>(size()));
  copy_to(values.data());
  return values;
}

template <Arithmetic T>
Array array(const std::vector<T>& values, Context* context) {
  static_assert(!std::is_same_v<T, bool>,
                "std::vector<bool> has no memory of its own: use a list or a pointer");
  return array(values.data(), dtype_of<T>(), {static_cast<int64_t>(values.size())}, {}, context);
}

template <Arithmetic T>
Array array(std::initializer_list<T> values, Context* context) {
  return array(values.begin(), dtype_of<T>(), {static_cast<int64_t>(values.size())}, {}, context);
}

}  // namespace broadloom

#endif  // BROADLOOM_ARRAY_H_
