/* broadloom for C, and for whatever calls C: NumPy's arrays, evaluated lazily by fused kernels.
 *
 *   bl_context* context;
 *   bl_array *x, *y;
 *   const double numbers[] = {1, 2, 3};
 *   const int64_t shape[] = {3};
 *   bl_error* error = bl_context_new(NULL, &context);
 *   if (!error) error = bl_array_copy(context, numbers, BL_FLOAT64, 1, shape, NULL, &x);
 *   if (!error) {
 *     const bl_value argument = bl_value_array(x);
 *     error = bl_call_array(context, "exp", &argument, 1, NULL, 0, &y);  // nothing computed yet
 *   }
 *   double result[3];
 *   if (!error) error = bl_array_read(y, result, sizeof result);  // one kernel
 *   if (error) fprintf(stderr, "%s\n", bl_error_message(error));
 *
 * Laws that hold for every function:
 *
 * - Errors. What can fail returns NULL, or an error that the caller frees with bl_error_free. Then
 *   nothing has happened, and what `*result` and the like point to is as it was. No exception
 *   leaves a function. Null pointers are errors where nothing is said of them. What still ends the
 *   process: a fatal error inside LLVM, an index of abseil's containers that broadloom got wrong,
 *   and handles that are used after their release.
 * - Ownership. Handles are counted: what a function gives is the caller's, to be given up with its
 *   _release, in any order; arrays and programs keep their context. Releases take NULL. A
 *   function keeps no pointer that it was given, unless it says so. Text that is given in a
 * `char**` is freed with bl_text_free; a `const char*` belongs to the handle, or to the library.
 * - Threads. Any number of threads may use one context, and read one array or run one program, at
 *   once; an array that is written to, and its views, are for one thread at a time. Callbacks may
 *   come from any thread, and must not throw.
 * - Structures whose first member is `struct_size` are filled with zeros, which mean the default,
 *   and their size, sizeof(type), by the caller. They grow at their end with later versions: what
 *   an older caller does not have is the default, or not written; what a newer caller has and this
 *   library does not know must be zero. Sizes above 4096 are errors, as of memory that was never
 *   filled.
 * - Shapes and strides are arrays of `ndim` numbers, which may be NULL where ndim is 0. Strides
 *   count bytes; NULL strides mean C order without gaps.
 */
#ifndef BROADLOOM_BROADLOOM_H_
#define BROADLOOM_BROADLOOM_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define BL_API __attribute__((visibility("default")))
#else
#define BL_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* --- Version --------------------------------------------------------------------------------- */

#define BL_VERSION_MAJOR 0
#define BL_VERSION_MINOR 1
#define BL_VERSION_PATCH 0
/* Counts changes after which programs must be compiled again. Additions are none. */
#define BL_ABI_VERSION 1

BL_API const char* bl_version(void); /* of the library that runs: "0.1.0" */
BL_API int32_t bl_abi_version(void);

/* --- Errors ---------------------------------------------------------------------------------- */

typedef struct bl_error bl_error;

/* Numbers never change; later versions may add some. */
typedef int32_t bl_error_code;
enum {
  BL_OK = 0,
  BL_INVALID_ARGUMENT = 1, /* shapes, values, null pointers, text that cannot be read */
  BL_TYPE_ERROR = 2,       /* a dtype that the operation is not for, arrays of two contexts */
  BL_OUT_OF_RANGE = 3,     /* an index */
  BL_AXIS = 4,             /* an axis that the array does not have */
  BL_LINALG = 5,           /* a matrix that the method cannot take */
  BL_OVERFLOW = 6,         /* a number that the dtype cannot hold */
  BL_FLOATING_POINT = 7,   /* where bl_float_errors_set says that it is raised */
  BL_UNIMPLEMENTED = 8,
  BL_MEMORY_BUDGET = 9,  /* refused before anything was allocated */
  BL_BROADCAST = 10,     /* where bl_broadcast_warnings_set says that it is raised */
  BL_CANCELLED = 11,     /* by bl_context_cancel or a warning handler; every array is as it was */
  BL_INTERNAL = 12,      /* our fault */
  BL_OUT_OF_MEMORY = 13, /* the system, or the host's allocator, has no more */
  BL_NOT_FOUND = 14      /* a function or a pass of that name */
};

/* All of them take NULL, which is no error: BL_OK, "", "". */
BL_API bl_error_code bl_error_code_of(const bl_error* error);
BL_API const char* bl_error_message(const bl_error* error);
/* Where: "line:column" or "line" of a program's text, else what this thread's bl_source_set said
 * when the call was made; "" where there is neither. */
BL_API const char* bl_error_place(const bl_error* error);
BL_API const char* bl_error_code_name(bl_error_code code); /* "invalid_argument"; "" of no code */
BL_API void bl_error_free(bl_error* error);

/* The caller's line ("file.c:12") that operations of this thread are made for from now on; errors
 * and bl_explain name it. NULL or "": none. */
BL_API bl_error* bl_source_set(const char* source);

BL_API void bl_text_free(char* text);

/* --- Dtypes ---------------------------------------------------------------------------------- */

typedef int32_t bl_dtype;
enum {
  BL_NO_DTYPE = 0,
  BL_BOOL = 1, /* one byte, 0 or 1 */
  BL_INT8 = 2,
  BL_INT16 = 3,
  BL_INT32 = 4,
  BL_INT64 = 5,
  BL_UINT8 = 6,
  BL_UINT16 = 7,
  BL_UINT32 = 8,
  BL_UINT64 = 9,
  BL_FLOAT16 = 10,
  BL_BFLOAT16 = 11,
  BL_FLOAT32 = 12,
  BL_FLOAT64 = 13,
  BL_COMPLEX64 = 14, /* real part, imaginary part */
  BL_COMPLEX128 = 15
};

BL_API const char* bl_dtype_name(bl_dtype dtype); /* "float32"; "" where there is none */
BL_API int32_t bl_dtype_itemsize(bl_dtype dtype); /* bytes; 0 where there is none */
BL_API bl_dtype bl_dtype_parse(const char* name); /* "float32" or "f32"; else BL_NO_DTYPE */

/* --- Contexts -------------------------------------------------------------------------------- */

/* Options, memory, threads, kernels and statistics. Arrays of two contexts cannot be mixed. */
typedef struct bl_context bl_context;

/* Memory for array data. Both functions come from any thread, several at once. It counts against
 * the budget as ours does; nothing of it is kept to be used again. */
typedef struct bl_allocator {
  uint32_t struct_size;
  void* user_data;
  /* `bytes` at a multiple of `alignment`, a power of 2. NULL: there is no more, and the evaluation
   * fails with BL_MEMORY_BUDGET. */
  void* (*allocate)(void* user_data, size_t bytes, size_t alignment);
  void (*release)(void* user_data, void* memory, size_t bytes, size_t alignment);
} bl_allocator;

/* Threads of the host; broadloom then starts none. */
typedef struct bl_thread_pool {
  uint32_t struct_size;
  int32_t threads; /* 1 to 4096: at most so many tasks are asked for at once */
  void* user_data;
  /* Calls task(task_data, i) once for each i in [0, count), in any order, at once on as many
   * threads as it likes, and returns when all calls have. Never called from within a task, but by
   * several threads at once where the host evaluates on several. */
  void (*run)(void* user_data, int64_t count, void (*task)(void* task_data, int64_t i),
              void* task_data);
} bl_thread_pool;

typedef struct bl_options {
  uint32_t struct_size;
  int32_t threads;       /* 0: one for each CPU */
  int64_t memory_budget; /* bytes of array data; 0: what the machine has */
  int32_t fast;      /* 1: a product and a sum may be rounded once; no longer the bits of NumPy */
  int32_t interpret; /* 1: the slow reference evaluator instead of compiled kernels */
  int32_t debug;     /* 1 kernels, 2 times, 3 IR after each pass, 4 LLVM IR and assembly */
  int32_t vector_bytes; /* of kernels: 32 or 64; 0: what the machine has */
  const char* dump_dir; /* where debug output goes, as files; NULL: stderr */
  /* Must live as long as the context's last array; the structures are copied. NULL: our own. */
  const bl_allocator* allocator;
  const bl_thread_pool* thread_pool;
} bl_options;

/* NULL options: all defaults. The environment has no say. */
BL_API bl_error* bl_context_new(const bl_options* options, bl_context** context);
/* The process's own, which C++ and Python use too: from BROADLOOM_* in the environment. Its release
 * changes nothing. */
BL_API bl_error* bl_context_default(bl_context** context);
BL_API bl_context* bl_context_retain(bl_context* context);
BL_API void bl_context_release(bl_context* context);

/* Evaluations that run now fail with BL_CANCELLED, and every array is as it was. From any thread,
 * but not from a signal handler: it takes a lock. */
BL_API bl_error* bl_context_cancel(bl_context* context);

BL_API bl_error* bl_threads_set(bl_context* context, int32_t threads); /* 0: one for each CPU */
BL_API bl_error* bl_threads_get(const bl_context* context, int32_t* threads);
BL_API bl_error* bl_memory_budget_set(bl_context* context, int64_t bytes); /* 0: the machine's */
BL_API bl_error* bl_memory_budget_get(const bl_context* context, int64_t* bytes);

typedef struct bl_memory_info {
  uint32_t struct_size;
  int64_t live, peak; /* bytes of array data, now and at most */
  int64_t cached;     /* kept to be used again */
} bl_memory_info;
BL_API bl_error* bl_memory_info_get(const bl_context* context, bl_memory_info* info);
BL_API bl_error* bl_memory_peak_reset(bl_context* context);

typedef struct bl_cache_info {
  uint32_t struct_size;
  int64_t compiles, hits, disk_hits;
  int64_t kernels, bytes; /* that are loaded */
} bl_cache_info;
BL_API bl_error* bl_cache_info_get(const bl_context* context, bl_cache_info* info);
BL_API bl_error* bl_cache_clear(bl_context* context); /* kernels, plans, and cached memory */

typedef int32_t bl_action;
enum { BL_IGNORE = 0, BL_WARN = 1, BL_RAISE = 2 };

/* A stored result that is much larger than what it was broadcast from. */
typedef struct bl_broadcast_warnings {
  uint32_t struct_size;
  bl_action action;
  double times;  /* more than the operands' bytes times this; 0: 8 */
  int64_t bytes; /* and more than this; 0: 64 MiB */
} bl_broadcast_warnings;
BL_API bl_error* bl_broadcast_warnings_set(bl_context* context,
                                           const bl_broadcast_warnings* warnings);
BL_API bl_error* bl_broadcast_warnings_get(const bl_context* context,
                                           bl_broadcast_warnings* warnings);

/* 1: operations warn that convert an array to a dtype that does not hold all its numbers. Off at
 * first; bl_explain always says so. */
BL_API bl_error* bl_precision_warnings_set(bl_context* context, int32_t on);

/* NumPy's errstate, of this thread. An operation keeps the state in which it is written, and is
 * judged when it is computed. A thread begins with everything ignored. */
typedef struct bl_float_errors {
  uint32_t struct_size;
  bl_action divide, over, under, invalid;
} bl_float_errors;
BL_API bl_error* bl_float_errors_set(const bl_float_errors* actions);
BL_API bl_error* bl_float_errors_get(bl_float_errors* actions);

typedef int32_t bl_warning_kind;
enum {
  BL_WARNING_BROADCAST = 0,
  BL_WARNING_RUNTIME = 1,   /* of numbers: NumPy's RuntimeWarning */
  BL_WARNING_PRECISION = 2, /* digits that a conversion can lose */
  BL_WARNING_COMPLEX = 3    /* an imaginary part that is dropped */
};
/* `source` is the line that wrote the operation, "" where it is not known. 0: go on; else what is
 * being done fails with BL_CANCELLED. */
typedef int32_t (*bl_warning_handler)(void* user_data, bl_warning_kind kind, const char* message,
                                      const char* source);
/* Of the process. NULL: stderr. */
BL_API bl_error* bl_warning_handler_set(bl_warning_handler handler, void* user_data);

/* --- Values ---------------------------------------------------------------------------------- */

typedef struct bl_array bl_array;

typedef int32_t bl_kind;
enum {
  BL_NONE = 0,
  BL_ARRAY = 1,
  BL_INT = 2,     /* plain numbers: beside an array they take its dtype where their kind allows */
  BL_NATURAL = 3, /* an integer of 64 bits without sign */
  BL_REAL = 4,
  BL_TRUTH = 5,
  BL_COMPLEX = 6,
  BL_TEXT = 7, /* UTF-8, up to a 0 byte */
  BL_DTYPE = 8,
  BL_SLICE = 9,
  BL_ELLIPSIS = 10,
  BL_TUPLE = 11,
  BL_LIST = 12
};

#define BL_ABSENT INT64_MIN /* of a slice's numbers: as if it were not written */

/* What functions take and return. */
typedef struct bl_value {
  bl_kind kind;
  union {
    bl_array* array;
    int64_t integer;  /* BL_INT */
    uint64_t natural; /* BL_NATURAL */
    double real;      /* BL_REAL */
    int32_t truth;    /* BL_TRUTH: 0 or 1 */
    struct {
      double real, imaginary;
    } parts; /* BL_COMPLEX */
    const char* text;
    bl_dtype dtype;
    struct {
      int64_t start, stop, step;
    } slice;
    struct {
      const struct bl_value* items;
      size_t count;
    } sequence; /* BL_TUPLE, BL_LIST */
    uint64_t reserved[4];
  } as;
} bl_value;

/* A value's own: an argument is only looked at, so nothing is counted. */
static inline bl_value bl_value_none(void) {
  bl_value value = {BL_NONE, {0}};
  return value;
}
static inline bl_value bl_value_array(bl_array* array) {
  bl_value value = bl_value_none();
  value.kind = BL_ARRAY;
  value.as.array = array;
  return value;
}
static inline bl_value bl_value_int(int64_t integer) {
  bl_value value = bl_value_none();
  value.kind = BL_INT;
  value.as.integer = integer;
  return value;
}
static inline bl_value bl_value_real(double real) {
  bl_value value = bl_value_none();
  value.kind = BL_REAL;
  value.as.real = real;
  return value;
}
static inline bl_value bl_value_truth(int truth) {
  bl_value value = bl_value_none();
  value.kind = BL_TRUTH;
  value.as.truth = truth != 0;
  return value;
}
static inline bl_value bl_value_complex(double real, double imaginary) {
  bl_value value = bl_value_none();
  value.kind = BL_COMPLEX;
  value.as.parts.real = real;
  value.as.parts.imaginary = imaginary;
  return value;
}
static inline bl_value bl_value_text(const char* text) {
  bl_value value = bl_value_none();
  value.kind = BL_TEXT;
  value.as.text = text;
  return value;
}
static inline bl_value bl_value_dtype(bl_dtype dtype) {
  bl_value value = bl_value_none();
  value.kind = BL_DTYPE;
  value.as.dtype = dtype;
  return value;
}
static inline bl_value bl_value_slice(int64_t start, int64_t stop, int64_t step) {
  bl_value value = bl_value_none();
  value.kind = BL_SLICE;
  value.as.slice.start = start;
  value.as.slice.stop = stop;
  value.as.slice.step = step;
  return value;
}
static inline bl_value bl_value_ellipsis(void) {
  bl_value value = bl_value_none();
  value.kind = BL_ELLIPSIS;
  return value;
}
static inline bl_value bl_value_tuple(const bl_value* items, size_t count) {
  bl_value value = bl_value_none();
  value.kind = BL_TUPLE;
  value.as.sequence.items = items;
  value.as.sequence.count = count;
  return value;
}

/* Gives up what a function has returned: its array, its text, its items. Then it is none. */
BL_API void bl_value_release(bl_value* value);

/* --- Arrays ---------------------------------------------------------------------------------- */

/* At most so many axes. */
#define BL_MAX_NDIM 64

/* Copies elements in. `data` may be NULL where there are none. */
BL_API bl_error* bl_array_copy(bl_context* context, const void* data, bl_dtype dtype, int32_t ndim,
                               const int64_t* shape, const int64_t* strides, bl_array** array);

/* The caller's memory. */
typedef struct bl_lent {
  uint32_t struct_size;
  bl_dtype dtype;
  void* data; /* of element (0, ..., 0) */
  int32_t ndim;
  int32_t read_only; /* 1: writes to the array are errors */
  const int64_t* shape;
  const int64_t* strides;
  /* Called once, when nothing needs the memory any more; on any thread. NULL: nobody waits. */
  void (*release)(void* user_data);
  void* user_data;
} bl_lent;
/* Without a copy: elements are read when something is evaluated, and writes to the array are stored
 * there before they return. Where it fails `release` is not called. */
BL_API bl_error* bl_array_lend(bl_context* context, const bl_lent* lent, bl_array** array);

/* All elements are `value`, a number. BL_NO_DTYPE: the number's own. */
BL_API bl_error* bl_array_full(bl_context* context, bl_value value, bl_dtype dtype, int32_t ndim,
                               const int64_t* shape, bl_array** array);

BL_API bl_array* bl_array_retain(bl_array* array);
BL_API void bl_array_release(bl_array* array);

typedef struct bl_array_info {
  uint32_t struct_size;
  bl_dtype dtype;
  int32_t ndim;
  int32_t is_evaluated; /* whether elements are there: changes */
  int32_t is_read_only;
  int32_t is_view;        /* of another array's elements, or of lent memory */
  int64_t size, nbytes;   /* elements, and their bytes */
  const int64_t* shape;   /* belongs to the array */
  const int64_t* strides; /* NumPy's; where the elements are: bl_array_data */
} bl_array_info;
/* Known before anything is computed; computes nothing. */
BL_API bl_error* bl_array_info_get(const bl_array* array, bl_array_info* info);

/* Evaluates; then the elements, as they lie. The memory stays where it is for as long as the array
 * lives, and writes to the array are stored there. `strides`: ndim numbers, or NULL. Nobody may
 * write there. */
BL_API bl_error* bl_array_data(bl_array* array, const void** data, int64_t* strides);
/* Evaluates, and copies all elements, in C order. `bytes` must be nbytes. */
BL_API bl_error* bl_array_read(const bl_array* array, void* to, size_t bytes);
/* Evaluates; the number in an array of one element: BL_TRUTH, BL_INT, BL_NATURAL (of uint64),
 * BL_REAL or BL_COMPLEX, by its dtype. */
BL_API bl_error* bl_array_item(const bl_array* array, bl_value* number);

/* x[items], as NumPy has it: integers, slices, none (a new axis), an ellipsis, arrays of integers
 * or bools. A view of x, unless an array is among the items, or a single element is left. */
BL_API bl_error* bl_array_index(const bl_array* array, const bl_value* items, size_t count,
                                bl_array** view);
/* x[items] = value, an array or a number, broadcast and converted. Without items all of x. */
BL_API bl_error* bl_array_assign(bl_array* array, const bl_value* items, size_t count,
                                 bl_value value);

/* Computes several arrays of one context together: what they share is computed once. Where it fails
 * every array is as it was. */
BL_API bl_error* bl_eval(bl_array* const* arrays, size_t count);
/* What bl_eval would do: kernels, bytes, what NumPy would have allocated. Computes nothing. */
BL_API bl_error* bl_explain(bl_array* const* arrays, size_t count, char** text);

/* DLPack (dlpack/dlpack.h, version 1). Export evaluates; the consumer calls the tensor's deleter.
 * Import takes the tensor over, without a copy; its deleter is called when nothing needs it any
 * more, and not where it fails. */
struct DLManagedTensorVersioned;
BL_API bl_error* bl_array_to_dlpack(bl_array* array, struct DLManagedTensorVersioned** tensor);
BL_API bl_error* bl_array_from_dlpack(bl_context* context, struct DLManagedTensorVersioned* tensor,
                                      bl_array** array);

/* --- Functions by name ----------------------------------------------------------------------- */

typedef struct bl_keyword {
  const char* name;
  bl_value value;
} bl_keyword;

/* NumPy's functions, with their parameters and defaults: "sum", "linalg.norm". New arrays are made
 * in the context, to which all arguments must belong. The result is the caller's
 * (bl_value_release); several results are a tuple. BL_NOT_FOUND names the nearest names;
 * BL_TYPE_ERROR the parameter that an argument does not fit. */
BL_API bl_error* bl_call(bl_context* context, const char* name, const bl_value* arguments,
                         size_t n_arguments, const bl_keyword* keywords, size_t n_keywords,
                         bl_value* result);
/* The same of functions that return one array; BL_TYPE_ERROR for others. */
BL_API bl_error* bl_call_array(bl_context* context, const char* name, const bl_value* arguments,
                               size_t n_arguments, const bl_keyword* keywords, size_t n_keywords,
                               bl_array** result);

/* Belongs to the library. */
typedef struct bl_function_info {
  uint32_t struct_size;
  const char* name;
  const char* signature; /* as in Python: "sum(a, axis=None, *, dtype=None, keepdims=False)" */
  const char* doc;       /* one line */
  const char* group;     /* "elementwise", "reduction", "creation", ... */
} bl_function_info;
BL_API bl_error* bl_function_count(size_t* count);
BL_API bl_error* bl_function_at(size_t i, bl_function_info* info); /* in the order of names */
BL_API bl_error* bl_function_find(const char* name, bl_function_info* info);

/* --- Programs -------------------------------------------------------------------------------- */

/* A graph of operations, in the text form of docs/ir.md, that is run with arrays. Never changes. */
typedef struct bl_program bl_program;

/* BL_INVALID_ARGUMENT says line and column of what cannot be read, or is not well typed.
 * BL_UNIMPLEMENTED for operations that only passes make: kernel, result, keep. */
BL_API bl_error* bl_program_parse(bl_context* context, const char* text, bl_program** program);
/* What pending arrays are computed from. `inputs` receives a tuple: the arrays and numbers to run
 * it with (bl_value_release). Computes nothing. */
BL_API bl_error* bl_program_capture(bl_array* const* outputs, size_t count, bl_program** program,
                                    bl_value* inputs);
BL_API bl_program* bl_program_retain(bl_program* program);
BL_API void bl_program_release(bl_program* program);

/* The program as text, with canonical names; bl_program_parse reads it. */
BL_API bl_error* bl_program_text(const bl_program* program, char** text);
/* Of bl_program_capture, for a look. */
BL_API bl_error* bl_arrays_text(bl_array* const* arrays, size_t count, char** text);

typedef struct bl_program_info {
  uint32_t struct_size;
  const char* name;
  size_t n_inputs, n_outputs; /* arrays first, then scalars, as in the text */
  size_t n_symbols;           /* extents that are known when it runs: s0, s1, ... */
} bl_program_info;
BL_API bl_error* bl_program_info_get(const bl_program* program, bl_program_info* info);

/* An operand or a result. Belongs to the program. */
typedef struct bl_program_value {
  uint32_t struct_size;
  bl_dtype dtype;
  int32_t ndim;
  int32_t is_scalar;    /* an input that is a number; a 0-d array is given */
  const int64_t* shape; /* below 0: symbol s0 is -1, s1 is -2, ... */
  const char* name;     /* in bl_program_text: "%0" */
} bl_program_value;
BL_API bl_error* bl_program_input(const bl_program* program, size_t i, bl_program_value* value);
BL_API bl_error* bl_program_output(const bl_program* program, size_t i, bl_program_value* value);

/* The same program with numbers for symbols; 0 or less: stays a symbol. `count` is n_symbols.
 * Extents that no input has must be given so before it runs. */
BL_API bl_error* bl_program_specialize(const bl_program* program, const int64_t* extents,
                                       size_t count, bl_program** specialized);

/* An argument without elements. */
typedef struct bl_argument {
  uint32_t struct_size;
  bl_dtype dtype;
  int32_t ndim;
  const int64_t* shape;
  const int64_t* strides; /* how it will lie in memory */
} bl_argument;
/* Plans, and compiles all kernels for such arguments, so that bl_program_execute need not: a second
 * run, with other numbers, compiles nothing either way. Where results of one part decide how
 * another is planned, that one is left to the first run. */
BL_API bl_error* bl_program_compile(const bl_program* program, const bl_argument* const* arguments,
                                    size_t count);
/* What bl_explain says of it. */
BL_API bl_error* bl_program_explain(const bl_program* program, const bl_argument* const* arguments,
                                    size_t count, char** text);
/* What becomes of it: "trace", the name of a pass (the graph after it), "plan" (after the last),
 * "llvm" or "assembly" (of all kernels). BL_NOT_FOUND names what there is. */
BL_API bl_error* bl_program_dump(const bl_program* program, const bl_argument* const* arguments,
                                 size_t count, const char* what, char** text);

/* Computes at once. Inputs have the dtypes and extents of the text, whatever their strides.
 * `outputs[i]` is NULL and receives a fresh array, or an array of the result's shape and dtype,
 * which receives the elements; where it fails some of these may have. What a text says of memory
 * (`layout`, `finite`, `order`, `columns`, `slots`) is not looked at: sums are added in the order
 * that follows from how the inputs lie, as in bl_call. Typing errors that depend on extents name
 * the line of the text. */
BL_API bl_error* bl_program_execute(const bl_program* program, bl_array* const* inputs,
                                    size_t n_inputs, bl_array** outputs, size_t n_outputs);

#ifdef __cplusplus
}
#endif

#endif /* BROADLOOM_BROADLOOM_H_ */
