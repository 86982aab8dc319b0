/* Means of a table's rows, by broadloom and by plain loops: in the default context, with the host's
 * memory and threads, from several threads, by a program in text, and what errors say.
 *
 * With the argument "small" only the first, for valgrind. */
#define _POSIX_C_SOURCE 200112L
#include <broadloom/broadloom.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 500, COLUMNS = 400, SIZE = ROWS * COLUMNS };

static double table[SIZE], expected[ROWS], means[ROWS];

static void check(int well, const char* what) {
  printf("%s: %s\n", what, well ? "well" : "WRONG");
  if (!well) exit(1);
}

/* Ends the program where there is an error, and says which. */
static void require(bl_error* error) {
  if (error == NULL) return;
  fprintf(stderr, "%s: %s\n", bl_error_code_name(bl_error_code_of(error)), bl_error_message(error));
  bl_error_free(error);
  exit(1);
}

static void fill_table(void) {
  int row, column;
  for (row = 0; row < ROWS; ++row) {
    for (column = 0; column < COLUMNS; ++column) {
      const double x = sin(0.1 * row + 0.7 * column);
      table[row * COLUMNS + column] = x;
      expected[row] += x * x / COLUMNS;
    }
  }
}

static int is_close(const double* x) {
  int i, well = 1;
  for (i = 0; i < ROWS; ++i) well = well && fabs(x[i] - expected[i]) < 1e-13;
  return well;
}

/* The table where it lies, as an array. */
static bl_array* lend_table(bl_context* context) {
  static const int64_t shape[] = {ROWS, COLUMNS};
  const bl_lent lent = {.struct_size = sizeof lent,
                        .dtype = BL_FLOAT64,
                        .data = table,
                        .ndim = 2,
                        .shape = shape,
                        .read_only = 1};
  bl_array* array;
  require(bl_array_lend(context, &lent, &array));
  return array;
}

/* mean(x * x, axis=1) */
static void mean_squares(bl_context* context, double* to) {
  bl_array* const x = lend_table(context);
  const bl_value factors[] = {bl_value_array(x), bl_value_array(x)};
  const bl_keyword axis = {"axis", bl_value_int(1)};
  bl_array *squares, *result;
  bl_value operand;
  require(bl_call_array(context, "multiply", factors, 2, NULL, 0, &squares));
  operand = bl_value_array(squares);
  require(bl_call_array(context, "mean", &operand, 1, &axis, 1, &result)); /* pending */
  require(bl_array_read(result, to, ROWS * sizeof(double)));               /* one kernel */
  bl_array_release(result);
  bl_array_release(squares);
  bl_array_release(x);
}

/* --- The host's own memory and threads ------------------------------------------------------ */

typedef struct arena {
  pthread_mutex_t mutex;
  size_t bytes_in_use, calls;
} arena;

static void* arena_allocate(void* user_data, size_t bytes, size_t alignment) {
  arena* const a = user_data;
  void* memory = NULL;
  if (posix_memalign(&memory, alignment, bytes) != 0) return NULL;
  pthread_mutex_lock(&a->mutex);
  a->bytes_in_use += bytes;
  ++a->calls;
  pthread_mutex_unlock(&a->mutex);
  return memory;
}

static void arena_release(void* user_data, void* memory, size_t bytes, size_t alignment) {
  arena* const a = user_data;
  (void)alignment;
  pthread_mutex_lock(&a->mutex);
  a->bytes_in_use -= bytes;
  pthread_mutex_unlock(&a->mutex);
  free(memory);
}

enum { THREADS = 3 };

typedef struct loop {
  void (*task)(void* task_data, int64_t i);
  void* task_data;
  int64_t count;
  pthread_t thread;
  int64_t first;
} loop;

/* Every THREADS-th task. */
static void* run_some(void* argument) {
  const loop* const l = argument;
  int64_t i;
  for (i = l->first; i < l->count; i += THREADS) l->task(l->task_data, i);
  return NULL;
}

static void pool_run(void* user_data, int64_t count, void (*task)(void* task_data, int64_t i),
                     void* task_data) {
  loop loops[THREADS];
  int k;
  for (k = 0; k < THREADS; ++k) {
    loops[k].task = task;
    loops[k].task_data = task_data;
    loops[k].count = count;
    loops[k].first = k;
  }
  for (k = 1; k < THREADS; ++k) pthread_create(&loops[k].thread, NULL, run_some, &loops[k]);
  run_some(&loops[0]);
  for (k = 1; k < THREADS; ++k) pthread_join(loops[k].thread, NULL);
  ++*(int*)user_data;
}

static void use_host(void) {
  arena memory = {PTHREAD_MUTEX_INITIALIZER, 0, 0};
  int loops = 0;
  double found[ROWS];
  const bl_allocator allocator = {.struct_size = sizeof allocator,
                                  .user_data = &memory,
                                  .allocate = arena_allocate,
                                  .release = arena_release};
  const bl_thread_pool pool = {
      .struct_size = sizeof pool, .threads = THREADS, .user_data = &loops, .run = pool_run};
  const bl_options options = {
      .struct_size = sizeof options, .allocator = &allocator, .thread_pool = &pool};
  bl_context* context;
  require(bl_context_new(&options, &context));
  mean_squares(context, found);
  bl_context_release(context);
  check(memcmp(found, means, sizeof means) == 0, "the same bits on the host's threads");
  check(loops > 0, "the host's threads were asked");
  check(memory.calls > 0 && memory.bytes_in_use == 0, "all memory came back");
}

/* --- What else a host does ------------------------------------------------------------------ */

static void* use_context(void* context) {
  double found[ROWS];
  mean_squares(context, found);
  return memcmp(found, means, sizeof means) == 0 ? context : NULL;
}

static void use_threads(bl_context* context) {
  pthread_t threads[4];
  int i, well = 1;
  for (i = 0; i < 4; ++i) pthread_create(&threads[i], NULL, use_context, context);
  for (i = 0; i < 4; ++i) {
    void* result;
    pthread_join(threads[i], &result);
    well = well && result == (void*)context;
  }
  check(well, "four threads, one context");
}

static void use_text(bl_context* context) {
  static const char text[] =
      "graph @mean_squares(%x: f64[rows,columns]) {\n"
      "  %squares = multiply %x, %x\n"
      "  %means = mean %squares {axes=[1]}\n"
      "  return %means\n"
      "}\n";
  bl_array *x = lend_table(context), *result = NULL;
  bl_program* program;
  double found[ROWS];
  require(bl_program_parse(context, text, &program));
  require(bl_program_execute(program, &x, 1, &result, 1));
  require(bl_array_read(result, found, sizeof found));
  check(is_close(found), "a program in text");
  bl_array_release(result);
  bl_program_release(program);
  bl_array_release(x);
}

static void cause_error(bl_context* context) {
  bl_array* const x = lend_table(context);
  const int64_t three = 3;
  bl_array *ones, *sum = NULL;
  bl_value operands[2];
  bl_error* error;
  require(bl_array_full(context, bl_value_real(1), BL_FLOAT64, 1, &three, &ones));
  operands[0] = bl_value_array(x);
  operands[1] = bl_value_array(ones);
  error = bl_call_array(context, "add", operands, 2, NULL, 0, &sum);
  check(bl_error_code_of(error) == BL_INVALID_ARGUMENT && sum == NULL, bl_error_message(error));
  bl_error_free(error);
  bl_array_release(ones);
  bl_array_release(x);
}

static void bring_half_an_allocator(void) {
  const bl_allocator half = {.struct_size = sizeof half, .allocate = arena_allocate};
  const bl_options options = {.struct_size = sizeof options, .allocator = &half};
  bl_context* context = NULL;
  bl_error* const error = bl_context_new(&options, &context);
  check(bl_error_code_of(error) == BL_INVALID_ARGUMENT && context == NULL, bl_error_message(error));
  bl_error_free(error);
}

int main(int count, char** arguments) {
  bl_context* context;
  check(bl_abi_version() == BL_ABI_VERSION, "the library is of the header's kind");
  require(bl_context_default(&context));
  fill_table();
  mean_squares(context, means);
  check(is_close(means), "means as by plain loops");
  if (count == 1 || strcmp(arguments[1], "small") != 0) {
    use_host();
    use_threads(context);
    use_text(context);
    cause_error(context);
    bring_half_an_allocator();
  }
  bl_context_release(context);
  return 0;
}
