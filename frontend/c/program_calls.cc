// Programs for C: parsed, captured, described, run.
#include <algorithm>
#include <utility>

#include "frontend/c/program_handle.h"
#include "frontend/c/values.h"
#include "frontend/convert.h"
#include "ir/text.h"

namespace broadloom::c {
namespace {

ProgramValue Described(const Graph& graph, const std::vector<NodeId>& order, NodeId id) {
  const Node& node = graph.node(id);
  std::vector<int64_t> shape;
  for (Extent extent : node.shape())
    shape.push_back(extent.is_symbol() ? -1 - extent.symbol() : extent.value());
  const auto number = std::find(order.begin(), order.end(), id) - order.begin();
  return {std::move(shape), absl::StrCat("%", number), ToDataType(node.dtype()),
          node.op == Op::k_scalar};
}

std::vector<ProgramValue> Described(const Graph& graph, const std::vector<NodeId>& ids) {
  const std::vector<NodeId> order = PrintedOrder(graph);
  std::vector<ProgramValue> values;
  for (NodeId id : ids) values.push_back(Described(graph, order, id));
  return values;
}

void WriteValue(const std::vector<ProgramValue>& values, size_t i, bl_program_value* to) {
  if (i >= values.size())
    throw Failure(BL_OUT_OF_RANGE, absl::StrCat("value ", i, " of ", values.size()));
  const ProgramValue& value = values[i];
  WriteStruct({.struct_size = 0,
               .dtype = DTypeNumber(value.dtype),
               .ndim = static_cast<int32_t>(value.shape.size()),
               .is_scalar = value.is_scalar,
               .shape = value.shape.data(),
               .name = value.name.c_str()},
              to, "value");
}

// Where a result goes: an array of the caller's, which it fits, or a new one.
void CheckTarget(const bl_program& program, const bl_array* target, const Array& result, size_t i) {
  const Array& array = ArrayIn(*program.context, target);
  if (array.dtype() == result.dtype() && array.shape() == result.shape()) return;
  throw Failure(
      BL_INVALID_ARGUMENT,
      absl::StrCat("outputs[", i, "] is ",
                   ToString(ValueType{ExprOf(array)->dtype, ExprOf(array)->shape}), ", not ",
                   ToString(ValueType{ExprOf(result)->dtype, ExprOf(result)->shape})));
}

void Deliver(const bl_program& program, const std::vector<Array>& results,
             absl::Span<bl_array*> outputs) {
  std::vector<std::unique_ptr<bl_array>> fresh(results.size());
  for (size_t i = 0; i < results.size(); ++i) {
    if (outputs[i] != nullptr)
      CheckTarget(program, outputs[i], results[i], i);
    else
      fresh[i] = std::make_unique<bl_array>(program.context, results[i]);
  }
  for (size_t i = 0; i < results.size(); ++i) {
    if (outputs[i] != nullptr) assign(outputs[i]->array, results[i]);
  }
  for (size_t i = 0; i < results.size(); ++i) {
    if (fresh[i] != nullptr) outputs[i] = fresh[i].release();
  }
}

}  // namespace
}  // namespace broadloom::c

using namespace broadloom;     // NOLINT: what follows is C
using namespace broadloom::c;  // NOLINT

// The function that is traced holds no handle, only what it needs.
bl_program::bl_program(std::shared_ptr<Context> c, Program p)
    : context(std::move(c)),
      program(std::make_shared<const Program>(std::move(p))),
      inputs(Described(program->graph(), program->inputs())),
      outputs(Described(program->graph(), program->graph().outputs())),
      run(jit([run_in = context.get(), written = program](const std::vector<Array>& arrays) {
        return written->WriteFor(*run_in, arrays);
      })) {}

bl_error* bl_program_parse(bl_context* context, const char* text, bl_program** program) {
  return Guarded([&] {
    bl_program*& result = NotNull(program, "program");
    const auto& c = ContextOf(context);
    result = new bl_program(c, Program::Parse(&NotNull(text, "text")));
  });
}

bl_error* bl_program_capture(bl_array* const* outputs, size_t count, bl_program** program,
                             bl_value* inputs) {
  return Guarded([&] {
    bl_program*& result = NotNull(program, "program");
    bl_value& tuple = NotNull(inputs, "inputs");
    std::vector<Array> leaves;
    const std::vector<Array> arrays = ArraysOf(outputs, count);
    auto captured = std::make_unique<bl_program>(outputs[0]->context, Captured(arrays, leaves));
    calls::Sequence sequence;
    for (const Array& leaf : leaves) sequence.items.emplace_back(leaf);
    tuple = NewValue(captured->context, sequence);
    result = captured.release();
  });
}

bl_program* bl_program_retain(bl_program* program) { return Retain(program); }
void bl_program_release(bl_program* program) { Release(program); }

bl_error* bl_program_text(const bl_program* program, char** text) {
  return Guarded([&] {
    char*& result = NotNull(text, "text");
    result = NewText(Print(ProgramOf(program).graph()));
  });
}

bl_error* bl_arrays_text(bl_array* const* arrays, size_t count, char** text) {
  return Guarded([&] {
    char*& result = NotNull(text, "text");
    std::vector<Array> leaves;
    result = NewText(Print(Captured(ArraysOf(arrays, count), leaves).graph()));
  });
}

bl_error* bl_program_info_get(const bl_program* program, bl_program_info* info) {
  return Guarded([&] {
    const Program& p = ProgramOf(program);
    WriteStruct({.struct_size = 0,
                 .name = p.graph().name().c_str(),
                 .n_inputs = program->inputs.size(),
                 .n_outputs = program->outputs.size(),
                 .n_symbols = p.symbols()},
                info, "info");
  });
}

bl_error* bl_program_input(const bl_program* program, size_t i, bl_program_value* value) {
  return Guarded([&] { WriteValue(NotNull(program, "program").inputs, i, value); });
}

bl_error* bl_program_output(const bl_program* program, size_t i, bl_program_value* value) {
  return Guarded([&] { WriteValue(NotNull(program, "program").outputs, i, value); });
}

bl_error* bl_program_specialize(const bl_program* program, const int64_t* extents, size_t count,
                                bl_program** specialized) {
  return Guarded([&] {
    bl_program*& result = NotNull(specialized, "specialized");
    const Program& p = ProgramOf(program);
    if (count != p.symbols())
      throw Failure(BL_INVALID_ARGUMENT,
                    absl::StrCat("the program has ", p.symbols(), " symbols, not ", count));
    std::vector<Extent> numbers;
    for (int64_t extent : SpanOf(extents, count, "extents")) {
      const Extent number =
          extent == BL_ABSENT ? Extent::Symbol(static_cast<int>(numbers.size())) : Extent(extent);
      if (extent != BL_ABSENT && number.is_symbol())
        throw Failure(BL_INVALID_ARGUMENT, absl::StrCat("the extent ", extent, " is no number"));
      numbers.push_back(number);
    }
    result = new bl_program(program->context, p.Specialized(numbers));
  });
}

bl_error* bl_program_execute(const bl_program* program, bl_array* const* inputs, size_t n_inputs,
                             bl_array** outputs, size_t n_outputs) {
  return Guarded([&] {
    const bl_program& p = NotNull(program, "program");
    std::vector<Array> arrays;
    for (const bl_array* input : SpanOf(inputs, n_inputs, "inputs"))
      arrays.push_back(ArrayIn(*p.context, input));
    const absl::Span<bl_array*> to = SpanOf(outputs, n_outputs, "outputs");
    if (n_outputs != p.outputs.size())
      throw Failure(BL_INVALID_ARGUMENT, absl::StrCat("the program has ", p.outputs.size(),
                                                      " outputs, not ", n_outputs));
    std::vector<Array> results = p.run(arrays);
    eval(results);
    Deliver(p, results, to);
  });
}
