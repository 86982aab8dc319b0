// Functions by name.
#include "absl/strings/str_join.h"
#include "frontend/c/handles.h"
#include "frontend/c/values.h"
#include "frontend/calls/function.h"
#include "frontend/calls/near_names.h"

namespace broadloom::c {
namespace {

const calls::Function& FunctionNamed(const char* name) {
  const calls::Function* function = calls::FindFunction(&NotNull(name, "name"));
  if (function != nullptr) return *function;
  throw Failure(BL_NOT_FOUND, absl::StrCat("there is no function '", name, "'",
                                           calls::DidYouMean(calls::NamesLike(name))));
}

struct Arguments {
  const bl_value* placed;
  size_t n_placed;
  const bl_keyword* named;
  size_t n_named;
};

calls::Value Called(Context& context, const char* name, const Arguments& arguments) {
  const calls::Function& function = FunctionNamed(name);
  std::vector<calls::Value> placed;
  for (const bl_value& value : SpanOf(arguments.placed, arguments.n_placed, "arguments"))
    placed.push_back(ValueOf(context, value));
  std::vector<calls::Named> named;
  for (const bl_keyword& keyword : SpanOf(arguments.named, arguments.n_named, "keywords"))
    named.emplace_back(&NotNull(keyword.name, "the name of a keyword"),
                       ValueOf(context, keyword.value));
  return calls::Call(function, std::move(placed), named, &context);
}

// Names of functions are parts of their signatures, without a 0 byte behind them.
const char* NameOf(const calls::Function& function) {
  static const auto* const names = [] {
    auto* const all = new std::vector<std::pair<const calls::Function*, std::string>>;
    for (const calls::Function* each : calls::Functions())
      all->emplace_back(each, std::string(each->name()));
    return all;
  }();
  const auto found = std::find_if(names->begin(), names->end(),
                                  [&](const auto& each) { return each.first == &function; });
  return found->second.c_str();
}

void Describe(const calls::Function& function, bl_function_info* info) {
  WriteStruct({.struct_size = 0,
               .name = NameOf(function),
               .signature = function.signature,
               .doc = function.doc,
               .group = function.group},
              info, "info");
}

}  // namespace
}  // namespace broadloom::c

using namespace broadloom;     // NOLINT: what follows is C
using namespace broadloom::c;  // NOLINT

bl_error* bl_call(bl_context* context, const char* name, const bl_value* arguments,
                  size_t n_arguments, const bl_keyword* keywords, size_t n_keywords,
                  bl_value* result) {
  return Guarded([&] {
    bl_value& to = NotNull(result, "result");
    const auto& c = ContextOf(context);
    to = NewValue(c, Called(*c, name, {arguments, n_arguments, keywords, n_keywords}));
  });
}

bl_error* bl_call_array(bl_context* context, const char* name, const bl_value* arguments,
                        size_t n_arguments, const bl_keyword* keywords, size_t n_keywords,
                        bl_array** result) {
  return Guarded([&] {
    bl_array*& to = NotNull(result, "result");
    const auto& c = ContextOf(context);
    const calls::Value value = Called(*c, name, {arguments, n_arguments, keywords, n_keywords});
    const auto* const array = value.As<Array>();
    if (array == nullptr)
      throw Failure(BL_TYPE_ERROR,
                    absl::StrCat(name, " returns ", calls::Describe(value), ", not an array"));
    to = new bl_array(c, *array);
  });
}

bl_error* bl_function_count(size_t* count) {
  return Guarded([&] {
    size_t& result = NotNull(count, "count");
    result = calls::Functions().size();
  });
}

bl_error* bl_function_at(size_t i, bl_function_info* info) {
  return Guarded([&] {
    const auto functions = calls::Functions();
    if (i >= functions.size())
      throw Failure(BL_OUT_OF_RANGE,
                    absl::StrCat("function ", i, " of ", functions.size(), " functions"));
    c::Describe(*functions[i], info);
  });
}

bl_error* bl_function_find(const char* name, bl_function_info* info) {
  return Guarded([&] { c::Describe(FunctionNamed(name), info); });
}
