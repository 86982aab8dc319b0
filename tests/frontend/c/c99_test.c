/* A program in C99 that does what the comment of broadloom.h shows, and runs a text. */
#include <complex.h>
#include <stdio.h>
#include <string.h>

#include "frontend/c/broadloom.h"

static int failures = 0;

static int done(bl_error* error, const char* what) {
  if (error == NULL) return 1;
  fprintf(stderr, "%s: %s: %s\n", what, bl_error_code_name(bl_error_code_of(error)),
          bl_error_message(error));
  bl_error_free(error);
  ++failures;
  return 0;
}

static void expect(int holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "not so: %s\n", what);
  ++failures;
}

static void use_arrays(bl_context* context) {
  const double numbers[] = {1, 4, 9};
  const int64_t shape[] = {3};
  double results[3] = {0};
  bl_array *x = NULL, *y = NULL;
  bl_value argument, sum = bl_value_none();
  bl_keyword keepdims;
  done(bl_array_copy(context, numbers, BL_FLOAT64, 1, shape, NULL, &x), "copy");
  argument = bl_value_array(x);
  done(bl_call_array(context, "sqrt", &argument, 1, NULL, 0, &y), "sqrt");
  done(bl_array_read(y, results, sizeof results), "read");
  expect(results[0] == 1 && results[1] == 2 && results[2] == 3, "square roots");
  keepdims.name = "keepdims";
  keepdims.value = bl_value_truth(1);
  done(bl_call(context, "sum", &argument, 1, &keepdims, 1, &sum), "sum");
  expect(sum.kind == BL_ARRAY, "a sum is an array");
  done(bl_array_read(sum.as.array, results, sizeof results[0]), "read");
  expect(results[0] == 14, "the sum");
  bl_value_release(&sum);
  bl_array_release(x);
  bl_array_release(y);
}

static void run_text(bl_context* context) {
  const char* const text =
      "graph @scaled(%x: f64[n], %a: scalar f64) {\n"
      "  %y = multiply %x, %a\n"
      "  return %y\n"
      "}\n";
  const double numbers[] = {1, 2}, factor = 3;
  const int64_t shape[] = {2};
  double results[2] = {0};
  bl_array *inputs[2] = {NULL, NULL}, *output = NULL;
  bl_program* program = NULL;
  done(bl_program_parse(context, text, &program), "parse");
  done(bl_array_copy(context, numbers, BL_FLOAT64, 1, shape, NULL, &inputs[0]), "copy");
  done(bl_array_copy(context, &factor, BL_FLOAT64, 0, NULL, NULL, &inputs[1]), "copy");
  done(bl_program_execute(program, inputs, 2, &output, 1), "execute");
  done(bl_array_read(output, results, sizeof results), "read");
  expect(results[0] == 3 && results[1] == 6, "what the text says");
  bl_program_release(program);
  bl_array_release(inputs[0]);
  bl_array_release(inputs[1]);
  bl_array_release(output);
}

int main(void) {
  bl_options options = {0};
  bl_context* context = NULL;
  bl_error* error;
  options.struct_size = sizeof options;
  options.threads = 2;
  if (!done(bl_context_new(&options, &context), "context")) return 1;
  use_arrays(context);
  run_text(context);
  error = bl_call(context, "no_such_function", NULL, 0, NULL, 0, NULL);
  expect(bl_error_code_of(error) == BL_INVALID_ARGUMENT, "a null result is an error");
  expect(strstr(bl_error_message(error), "result") != NULL, "it says which");
  bl_error_free(error);
  bl_context_release(context);
  return failures != 0;
}
