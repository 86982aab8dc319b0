/* broadloom found at run time: the header gives types, the loader gives functions. */
#include <broadloom/broadloom.h>
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
  int32_t (*abi_version)(void);
  bl_error* (*context_new)(const bl_options*, bl_context**);
  void (*context_release)(bl_context*);
  bl_error* (*array_copy)(bl_context*, const void*, bl_dtype, int32_t, const int64_t*,
                          const int64_t*, bl_array**);
  bl_error* (*call_array)(bl_context*, const char*, const bl_value*, size_t, const bl_keyword*,
                          size_t, bl_array**);
  bl_error* (*array_read)(const bl_array*, void*, size_t);
  void (*array_release)(bl_array*);
  const char* (*error_message)(const bl_error*);
} bl;

static void* library;

static void find(const char* name, void* function) {
  *(void**)function = dlsym(library, name);
  if (*(void**)function != NULL) return;
  fprintf(stderr, "%s\n", dlerror());
  exit(1);
}

static void load(const char* path) {
  library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  find("bl_abi_version", &bl.abi_version);
  if (bl.abi_version() != BL_ABI_VERSION) exit(2); /* compiled for another one */
  find("bl_context_new", &bl.context_new);
  find("bl_context_release", &bl.context_release);
  find("bl_array_copy", &bl.array_copy);
  find("bl_call_array", &bl.call_array);
  find("bl_array_read", &bl.array_read);
  find("bl_array_release", &bl.array_release);
  find("bl_error_message", &bl.error_message);
}

static void require(bl_error* error) {
  if (error == NULL) return;
  fprintf(stderr, "%s\n", bl.error_message(error));
  exit(1);
}

static double sum_of_roots(int64_t count) {
  double* const numbers = malloc((size_t)count * sizeof(double));
  double sum;
  bl_context* context;
  bl_array *x, *roots, *result;
  bl_value operand;
  int64_t i;
  for (i = 0; i < count; ++i) numbers[i] = (double)i;
  require(bl.context_new(NULL, &context));
  require(bl.array_copy(context, numbers, BL_FLOAT64, 1, &count, NULL, &x));
  operand = bl_value_array(x);
  require(bl.call_array(context, "sqrt", &operand, 1, NULL, 0, &roots));
  operand = bl_value_array(roots);
  require(bl.call_array(context, "sum", &operand, 1, NULL, 0, &result));
  require(bl.array_read(result, &sum, sizeof sum));
  bl.array_release(result);
  bl.array_release(roots);
  bl.array_release(x);
  bl.context_release(context);
  free(numbers);
  return sum;
}

/* Usage: dlopen <path of libbroadloom.so>. Twice, as hosts load and unload plug-ins. */
int main(int count, char** arguments) {
  double expected = 0;
  int i;
  if (count != 2) return 2;
  for (i = 0; i < 1000000; ++i) expected += sqrt(i);
  for (i = 0; i < 2; ++i) {
    const double sum = (load(arguments[1]), sum_of_roots(1000000));
    printf("sum of roots %.3f: %s\n", sum, fabs(sum / expected - 1) < 1e-12 ? "well" : "WRONG");
    dlclose(library);
  }
  return 0;
}
