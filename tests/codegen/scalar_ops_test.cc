// The LLVM meaning of operations against corner values that NumPy 2.4 gave on x86-64, in arrays of
// 1000 elements.
#include "codegen/scalar_ops.h"

#include <dlfcn.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ir/infer.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"

namespace broadloom {
namespace {

using ::testing::IsEmpty;

using Function = void (*)(const void*, const void*, const void*, void*);

// One function `kernel` that loads `width` elements of each operand, computes and stores.
struct Emitted {
  std::unique_ptr<llvm::LLVMContext> context = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> module = std::make_unique<llvm::Module>("test", *context);
};

llvm::Type* InMemory(llvm::LLVMContext& context, DType dtype, int width) {
  llvm::Type* element =
      dtype.is_bool() ? llvm::Type::getInt8Ty(context) : ElementType(context, dtype);
  return width == 1 ? element : llvm::FixedVectorType::get(element, width);
}

llvm::Function* MakeKernel(Emitted& out, int vector_bytes) {
  llvm::Type* pointer = llvm::PointerType::getUnqual(*out.context);
  auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(*out.context),
                                       std::vector<llvm::Type*>(4, pointer), false);
  auto* kernel =
      llvm::Function::Create(type, llvm::Function::ExternalLinkage, "kernel", *out.module);
  kernel->addFnAttr("target-cpu", vector_bytes == 64 ? "x86-64-v4" : "x86-64-v3");
  return kernel;
}

Emitted EmitKernelOf(Op op, absl::Span<const DType> operands, DType result, int width,
                     int vector_bytes = 32) {
  Emitted out;
  llvm::Function* kernel = MakeKernel(out, vector_bytes);
  llvm::IRBuilder<> b(llvm::BasicBlock::Create(*out.context, "entry", kernel));
  const ScalarEmitter emitter{b, *out.module, width, vector_bytes};
  std::vector<Value> values;
  for (size_t i = 0; i < operands.size(); ++i) {
    llvm::Value* raw = b.CreateAlignedLoad(InMemory(*out.context, operands[i], width),
                                           kernel->getArg(i), llvm::Align(1));
    values.push_back(
        {b.CreateTrunc(raw, emitter.TypeOf(operands[i])), operands[i]});  // of bools; else nothing
  }
  if (op == Op::k_integer_pow)  // its exponent is part of the code
    values[1].llvm = llvm::ConstantFP::get(emitter.TypeOf(operands[1]), -7);
  const Value value = EmitElementwise(emitter, op, result, values);
  EXPECT_EQ(value.llvm->getType(), emitter.TypeOf(result));
  llvm::Type* stored = InMemory(*out.context, result, width);
  b.CreateAlignedStore(result.is_bool() ? b.CreateZExt(value.llvm, stored) : value.llvm,
                       kernel->getArg(3), llvm::Align(1));
  b.CreateRetVoid();
  return out;
}

// What `module` would need from outside besides its import slots, and what LLVM's verifier says.
std::string Faults(const llvm::Module& module) {
  std::string faults;
  llvm::raw_string_ostream stream(faults);
  llvm::verifyModule(module, &stream);
  for (const llvm::Function& function : module) {
    if (function.isDeclaration() && !function.isIntrinsic())
      stream << "calls " << function.getName() << "\n";
  }
  for (const llvm::GlobalVariable& global : module.globals()) {
    const bool slot =
        global.getName().starts_with("bl.import.") && global.getSection() == ".bl_imports";
    if (!slot) stream << "has the global " << global.getName() << "\n";
  }
  return faults;
}

// The loader's work: every slot gets the address of its function.
void FillImportSlots(llvm::Module& module) {
  for (llvm::GlobalVariable& slot : module.globals()) {
    const std::string name = slot.getName().drop_front(strlen("bl.import.")).str();
    void* address = dlsym(RTLD_DEFAULT, name.c_str());
    ASSERT_NE(address, nullptr) << name;
    auto* bits = llvm::ConstantInt::get(llvm::Type::getInt64Ty(module.getContext()),
                                        reinterpret_cast<uint64_t>(address));
    slot.setInitializer(llvm::ConstantExpr::getIntToPtr(bits, slot.getValueType()));
    slot.setVisibility(llvm::GlobalValue::DefaultVisibility);
    slot.setLinkage(llvm::GlobalValue::InternalLinkage);  // each kernel of the one JIT has its own
  }
}

// It does not see this process's symbols, so that a call which LLVM makes of its own accord is an
// error.
std::unique_ptr<llvm::orc::LLJIT> MakeJit() {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  llvm::orc::JITTargetMachineBuilder machine(llvm::Triple("x86_64-unknown-linux-gnu"));
  machine.setCPU("x86-64-v3");
  machine.getOptions().AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return llvm::cantFail(llvm::orc::LLJITBuilder()
                            .setJITTargetMachineBuilder(std::move(machine))
                            .setLinkProcessSymbolsByDefault(false)
                            .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                            .create());
}

Function Jit(llvm::orc::LLJIT& jit, Emitted emitted) {
  static int count = 0;
  const std::string name = absl::StrCat("kernel", count++);
  emitted.module->getFunction("kernel")->setName(name);
  emitted.module->setDataLayout(jit.getDataLayout());
  FillImportSlots(*emitted.module);
  llvm::cantFail(jit.addIRModule({std::move(emitted.module), std::move(emitted.context)}));
  llvm::Expected<llvm::orc::ExecutorAddr> address = jit.lookup(name);
  if (address) return address->toPtr<Function>();
  ADD_FAILURE() << llvm::toString(address.takeError());
  return nullptr;
}

// --- Values as text
// ------------------------------------------------------------------------------------------------

Scalar ReadScalar(DType dtype, const std::string& text) {
  if (dtype.is_integer() || dtype.is_bool()) {
    return {dtype, dtype.is_unsigned()
                       ? std::strtoull(text.c_str(), nullptr, 10)
                       : static_cast<uint64_t>(std::strtoll(text.c_str(), nullptr, 10))};
  }
  Scalar scalar{dtype};
  const double wide = std::strtod(text.c_str(), nullptr);
  if (dtype.is_half()) return MakeScalar(dtype, wide);
  const float narrow = std::strtof(text.c_str(), nullptr);
  std::memcpy(&scalar.bits, dtype.size() == 4 ? static_cast<const void*>(&narrow) : &wide,
              dtype.size());
  return scalar;
}

std::vector<Scalar> ReadScalars(DType dtype, const char* text) {
  std::vector<Scalar> scalars;
  for (absl::string_view word : absl::StrSplit(text, ' '))
    scalars.push_back(ReadScalar(dtype, std::string(word)));
  return scalars;
}

// The elements over and over, until there are `count`.
std::string InMemory(absl::Span<const Scalar> scalars, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    const Scalar& scalar = scalars[i % scalars.size()];
    bytes.append(reinterpret_cast<const char*>(&scalar.bits), scalar.dtype.size());
  }
  return bytes;
}

Scalar FromMemory(DType dtype, const char* bytes) {
  Scalar scalar{dtype};
  std::memcpy(&scalar.bits, bytes, dtype.size());
  return scalar;
}

double Spacing(DType dtype, double at) {
  at = std::fabs(at);
  if (dtype == DType::kFloat64) return std::nextafter(at, INFINITY) - at;
  return std::nextafter(static_cast<float>(at), INFINITY) - at;
}

// The same bits; any NaN for a NaN; finite results of elementary functions may be one ULP off.
bool Matches(Op op, const Scalar& actual, const Scalar& expected) {
  const DType dtype = expected.dtype;
  const uint64_t used = dtype.size() == 8 ? ~uint64_t{0} : (uint64_t{1} << 8 * dtype.size()) - 1;
  if (((actual.bits ^ expected.bits) & used) == 0) return true;
  if (!dtype.is_floating()) return false;
  const double a = AsDouble(actual), e = AsDouble(expected);
  if (std::isnan(e)) return std::isnan(a);
  return InfoOf(op).Is(kCostly) && std::isfinite(e) && e != 0 &&
         std::fabs(a - e) <= Spacing(dtype, e);
}

// --- Corner values
// -------------------------------------------------------------------------------------------------

struct Row {
  const char* op;
  const char* operand_dtypes;
  const char* result_dtype;
  std::vector<const char*> operands;
  const char* result;
};

// clang-format off
// Written by NumPy. In rows of `pow` of integers no exponent is negative: NumPy refuses those.
const Row kRows[] = {
    {"sign", "f32", "f32", {"-3 -0 0 2 inf -inf nan"}, "-1 0 0 1 1 -1 nan"},
    {"round", "f32", "f32", {"0.5 1.5 2.5 -0.5 -2.5 1e+20 inf nan"}, "0 2 2 -0 -2 1e+20 inf nan"},
    {"floor_divide", "f32 f32", "f32",
     {"7 -7 7 -7 1 -1 0 inf", "2 2 -2 -2 0 inf -3 2"},
     "3 -4 -4 3 inf -1 -0 nan"},
    {"remainder", "f32 f32", "f32",
     {"7 -7 7 -7 1 -1 0 5", "2 2 -2 -2 0 inf -3 -inf"},
     "1 1 -1 -1 nan inf -0 -inf"},
    {"maximum", "f32 f32", "f32", {"0 -0 1 nan 1 -inf", "-0 0 2 1 nan nan"}, "-0 0 2 nan nan nan"},
    {"minimum", "f32 f32", "f32", {"0 -0 1 nan 1 inf", "-0 0 2 1 nan nan"}, "-0 0 1 nan nan nan"},
    {"sqrt", "f32", "f32", {"4 2 0 -0 inf -1"}, "2 1.4142135 0 -0 inf nan"},
    {"exp", "f32", "f32",
     {"0 1 -1 inf -inf nan 1000 -1000"},
     "1 2.718282 0.36787942 inf 0 nan inf 0"},
    {"log", "f32", "f32",
     {"1 10 0.5 0 -0 inf -1 nan"},
     "0 2.3025851 -0.6931472 -inf -inf inf nan nan"},
    {"sin", "f32", "f32",
     {"0 -0 1 -2 100000 3e+10 inf nan"},
     "0 -0 0.841471 -0.9092974 0.0357488 -0.9932677 nan nan"},
    {"cos", "f32", "f32",
     {"0 1 -2 100000 3e+10 inf nan"},
     "1 0.5403023 -0.4161468 -0.9993608 -0.1158413 nan nan"},
    {"tan", "f32", "f32",
     {"0 -0 1 -2 100000 3e+10 inf nan"},
     "0 -0 1.5574077 2.1850398 -0.035771664 8.574384 nan nan"},
    {"tanh", "f32", "f32", {"0 -0 1 -2 100 inf -inf nan"}, "0 -0 0.7615942 -0.9640276 1 1 -1 nan"},
    {"pow", "f32 f32", "f32",
     {"2 -2 -8 0 0 1 nan 0.5", "10 3 0.5 -1 0 nan 0 -inf"},
     "1024 -8 nan inf 1 1 1 inf"},
    {"sign", "f64", "f64", {"-3 -0 0 2 inf -inf nan"}, "-1 0 0 1 1 -1 nan"},
    {"round", "f64", "f64", {"0.5 1.5 2.5 -0.5 -2.5 1e+20 inf nan"}, "0 2 2 -0 -2 1e+20 inf nan"},
    {"floor_divide", "f64 f64", "f64",
     {"7 -7 7 -7 1 -1 0 inf", "2 2 -2 -2 0 inf -3 2"},
     "3 -4 -4 3 inf -1 -0 nan"},
    {"remainder", "f64 f64", "f64",
     {"7 -7 7 -7 1 -1 0 5", "2 2 -2 -2 0 inf -3 -inf"},
     "1 1 -1 -1 nan inf -0 -inf"},
    {"maximum", "f64 f64", "f64", {"0 -0 1 nan 1 -inf", "-0 0 2 1 nan nan"}, "-0 0 2 nan nan nan"},
    {"minimum", "f64 f64", "f64", {"0 -0 1 nan 1 inf", "-0 0 2 1 nan nan"}, "-0 0 1 nan nan nan"},
    {"sqrt", "f64", "f64", {"4 2 0 -0 inf -1"}, "2 1.4142135623730951 0 -0 inf nan"},
    {"exp", "f64", "f64",
     {"0 1 -1 inf -inf nan 1000 -1000"},
     "1 2.718281828459045 0.36787944117144233 inf 0 nan inf 0"},
    {"log", "f64", "f64",
     {"1 10 0.5 0 -0 inf -1 nan"},
     "0 2.302585092994046 -0.6931471805599453 -inf -inf inf nan nan"},
    {"sin", "f64", "f64",
     {"0 -0 1 -2 100000 30000000000 inf nan"},
     "0 -0 0.8414709848078965 -0.9092974268256817 0.03574879797201651 -0.9990712047537218 nan nan"},
    {"cos", "f64", "f64",
     {"0 1 -2 100000 30000000000 inf nan"},
     "1 0.5403023058681398 -0.4161468365471424 -0.9993608074382124 0.0430897648165646 nan nan"},
    {"tan", "f64", "f64",
     {"0 -0 1 -2 100000 30000000000 inf nan"},
     "0 -0 1.5574077246549023 2.185039863261519 -0.035771662952898776 -23.185812431486237 nan nan"},
    {"tanh", "f64", "f64",
     {"0 -0 1 -2 100 inf -inf nan"},
     "0 -0 0.7615941559557649 -0.9640275800758169 1 1 -1 nan"},
    {"pow", "f64 f64", "f64",
     {"2 -2 -8 0 0 1 nan 0.5", "10 3 0.5 -1 0 nan 0 -inf"},
     "1024 -8 nan inf 1 1 1 inf"},
    {"floor_divide", "f64 f64", "f64", {"1 0.3 -1e-300", "0.1 0.1 1e+300"}, "9 2 -1"},
    {"remainder", "f64 f64", "f64",
     {"1 0.3 -1e-300", "0.1 0.1 1e+300"},
     "0.09999999999999995 0.09999999999999998 1e+300"},
    {"add", "f32 f32", "f32",
     {"1.6777216e+07 3e+38 -0 inf", "1 3e+38 -0 -inf"},
     "1.6777216e+07 inf -0 nan"},
    {"multiply", "f32 f32", "f32", {"1e-30 -1 inf", "1e-10 0 0"}, "1e-40 -0 nan"},
    {"divide", "f64 f64", "f64", {"1 -1 0 1", "0 0 0 3"}, "inf -inf nan 0.3333333333333333"},
    {"isnan", "f32", "b1", {"nan inf 0"}, "1 0 0"},
    {"isinf", "f32", "b1", {"nan -inf 0 3e+38"}, "0 1 0 0"},
    {"isfinite", "f64", "b1", {"nan -inf 0 1e+308"}, "0 0 1 1"},
    {"isnan", "i32", "b1", {"0 -1"}, "0 0"},
    {"isinf", "u8", "b1", {"0 255"}, "0 0"},
    {"isfinite", "i64", "b1", {"0 -9223372036854775808"}, "1 1"},
    {"equal", "f64 f64", "b1", {"1 2 0 nan nan", "2 1 -0 1 nan"}, "0 0 1 0 0"},
    {"not_equal", "f64 f64", "b1", {"1 2 0 nan nan", "2 1 -0 1 nan"}, "1 1 0 1 1"},
    {"less", "f64 f64", "b1", {"1 2 0 nan nan", "2 1 -0 1 nan"}, "1 0 0 0 0"},
    {"less_equal", "f64 f64", "b1", {"1 2 0 nan nan", "2 1 -0 1 nan"}, "1 0 1 0 0"},
    {"greater", "f64 f64", "b1", {"1 2 0 nan nan", "2 1 -0 1 nan"}, "0 1 0 0 0"},
    {"greater_equal", "f64 f64", "b1", {"1 2 0 nan nan", "2 1 -0 1 nan"}, "0 1 1 0 0"},
    {"less", "i64 i64", "b1", {"-9223372036854775808 -1", "9223372036854775807 0"}, "1 1"},
    {"less", "u64 u64", "b1", {"18446744073709551615 0", "1 9223372036854775808"}, "0 1"},
    {"less", "b1 b1", "b1", {"0 1", "1 1"}, "1 0"},
    {"floor_divide", "i8 i8", "i8",
     {"-128 -128 5 7 -7 7 -7 0", "-1 0 0 2 2 -2 -2 -3"},
     "-128 0 0 3 -4 -4 3 0"},
    {"remainder", "i8 i8", "i8",
     {"-128 -128 5 7 -7 7 -7 0", "-1 0 0 2 2 -2 -2 -3"},
     "0 0 0 1 1 -1 -1 0"},
    {"abs", "i8", "i8", {"-128 -1 0 5"}, "-128 1 0 5"},
    {"negative", "i8", "i8", {"-128 -1 0 5"}, "-128 1 0 -5"},
    {"bitwise_left_shift", "i8 i8", "i8", {"1 1 -1 3 1", "7 8 9 -1 0"}, "-128 0 0 0 1"},
    {"bitwise_right_shift", "i8 i8", "i8", {"-8 -8 8 8 -8", "1 8 8 -1 -1"}, "-4 -1 0 0 -1"},
    {"floor_divide", "i32 i32", "i32",
     {"-2147483648 -2147483648 5 7 -7 7 -7 0", "-1 0 0 2 2 -2 -2 -3"},
     "-2147483648 0 0 3 -4 -4 3 0"},
    {"remainder", "i32 i32", "i32",
     {"-2147483648 -2147483648 5 7 -7 7 -7 0", "-1 0 0 2 2 -2 -2 -3"},
     "0 0 0 1 1 -1 -1 0"},
    {"abs", "i32", "i32", {"-2147483648 -1 0 5"}, "-2147483648 1 0 5"},
    {"negative", "i32", "i32", {"-2147483648 -1 0 5"}, "-2147483648 1 0 -5"},
    {"bitwise_left_shift", "i32 i32", "i32",
     {"1 1 -1 3 1", "31 32 33 -1 0"},
     "-2147483648 0 0 0 1"},
    {"bitwise_right_shift", "i32 i32", "i32", {"-8 -8 8 8 -8", "1 32 32 -1 -1"}, "-4 -1 0 0 -1"},
    {"floor_divide", "i64 i64", "i64",
     {"-9223372036854775808 -9223372036854775808 5 7 -7 7 -7 0", "-1 0 0 2 2 -2 -2 -3"},
     "-9223372036854775808 0 0 3 -4 -4 3 0"},
    {"remainder", "i64 i64", "i64",
     {"-9223372036854775808 -9223372036854775808 5 7 -7 7 -7 0", "-1 0 0 2 2 -2 -2 -3"},
     "0 0 0 1 1 -1 -1 0"},
    {"abs", "i64", "i64", {"-9223372036854775808 -1 0 5"}, "-9223372036854775808 1 0 5"},
    {"negative", "i64", "i64", {"-9223372036854775808 -1 0 5"}, "-9223372036854775808 1 0 -5"},
    {"bitwise_left_shift", "i64 i64", "i64",
     {"1 1 -1 3 1", "63 64 65 -1 0"},
     "-9223372036854775808 0 0 0 1"},
    {"bitwise_right_shift", "i64 i64", "i64", {"-8 -8 8 8 -8", "1 64 64 -1 -1"}, "-4 -1 0 0 -1"},
    {"floor_divide", "u16 u16", "u16", {"65535 65535 7", "0 2 65535"}, "0 32767 0"},
    {"remainder", "u16 u16", "u16", {"65535 65535 7", "0 2 65535"}, "0 1 7"},
    {"bitwise_left_shift", "u32 u32", "u32",
     {"1 1 4294967295", "31 32 1"},
     "2147483648 0 4294967294"},
    {"bitwise_right_shift", "u8 u8", "u8", {"255 255 255", "7 8 255"}, "1 0 0"},
    {"add", "u8 u8", "u8", {"255 200", "1 100"}, "0 44"},
    {"subtract", "u16 u16", "u16", {"0", "1"}, "65535"},
    {"multiply", "i32 i32", "i32", {"65536 46341", "65536 46341"}, "0 -2147479015"},
    {"square", "i8", "i8", {"16 -12 3"}, "0 -112 9"},
    {"sign", "u64", "u64", {"0 18446744073709551615"}, "0 1"},
    {"sign", "i16", "i16", {"-5 0 9"}, "-1 0 1"},
    {"pow", "i32 i32", "i32",
     {"3 -2 0 7 2 -1", "4 31 0 20 32 2147483647"},
     "81 -2147483648 1 -1199696159 0 -1"},
    {"pow", "u8 u8", "u8", {"3 255 0", "5 255 0"}, "243 255 1"},
    {"pow", "i64 i64", "i64", {"3 -7", "39 23"}, "4052555153018976267 -8922003266371364727"},
    {"invert", "i8", "i8", {"0 -1 127"}, "-1 0 -128"},
    {"invert", "b1", "b1", {"0 1"}, "1 0"},
    {"add", "b1 b1", "b1", {"0 0 1 1", "0 1 0 1"}, "0 1 1 1"},
    {"multiply", "b1 b1", "b1", {"0 0 1 1", "0 1 0 1"}, "0 0 0 1"},
    {"maximum", "b1 b1", "b1", {"0 0 1 1", "0 1 0 1"}, "0 1 1 1"},
    {"minimum", "b1 b1", "b1", {"0 0 1 1", "0 1 0 1"}, "0 0 0 1"},
    {"logical_xor", "b1 b1", "b1", {"0 0 1 1", "0 1 0 1"}, "0 1 1 0"},
    {"logical_not", "b1", "b1", {"0 1"}, "1 0"},
    {"bitwise_xor", "u16 u16", "u16", {"65535 3", "1 5"}, "65534 6"},
    {"maximum", "u64 u64", "u64",
     {"9223372036854775808 1", "1 18446744073709551615"},
     "9223372036854775808 18446744073709551615"},
    {"minimum", "i8 i8", "i8", {"-128 5", "127 4"}, "-128 4"},
    {"floor", "f64", "f64", {"-0.5 1.5 -0 1e+300"}, "-1 1 -0 1e+300"},
    {"ceil", "f32", "f32", {"-0.5 1.5 inf"}, "-0 2 inf"},
    {"trunc", "f64", "f64", {"-1.7 1.7 -0.3"}, "-1 1 -0"},
    {"where", "b1 f32 f32", "f32", {"1 0 1", "1 2 nan", "3 -0 5"}, "1 -0 nan"},
    {"astype", "f32", "b1",
     {"1.9 -1.9 300 2.1474836e+09 3e+09 -3e+09 1e+20 nan"},
     "1 1 1 1 1 1 1 1"},
    {"astype", "f32", "i8",
     {"1.9 -1.9 300 2.1474836e+09 3e+09 -3e+09 1e+20 nan"},
     "1 -1 44 0 0 0 0 0"},
    {"astype", "f32", "u16",
     {"1.9 -1.9 300 2.1474836e+09 3e+09 -3e+09 1e+20 nan"},
     "1 65535 300 0 0 0 0 0"},
    {"astype", "f32", "i32",
     {"1.9 -1.9 300 2.1474836e+09 3e+09 -3e+09 1e+20 nan"},
     "1 -1 300 -2147483648 -2147483648 -2147483648 -2147483648 -2147483648"},
    {"astype", "f32", "u32",
     {"1.9 -1.9 300 2.1474836e+09 3e+09 -3e+09 1e+20 nan"},
     "1 4294967295 300 2147483648 3000000000 2147483648 0 2147483648"},
    {"astype", "f32", "i64",
     {"1.9 -1.9 300 2.1474836e+09 3e+09 -3e+09 1e+20 nan"},
     "1 -1 300 2147483648 3000000000 -3000000000 -9223372036854775808 -9223372036854775808"},
    {"astype", "f32", "u64",
     {"1.9 -1.9 9.223372e+18 1.2e+19 1.8446744e+19 -1e+19 inf nan"},
     "1 18446744073709551615 9223372036854775808 11999999536803086336 0 9223372036854775808 0 9223372036854775808"},
    {"astype", "f64", "b1",
     {"1.9 -1.9 300 2147483648 3000000000 -3000000000 1e+20 nan"},
     "1 1 1 1 1 1 1 1"},
    {"astype", "f64", "i8",
     {"1.9 -1.9 300 2147483648 3000000000 -3000000000 1e+20 nan"},
     "1 -1 44 0 0 0 0 0"},
    {"astype", "f64", "u16",
     {"1.9 -1.9 300 2147483648 3000000000 -3000000000 1e+20 nan"},
     "1 65535 300 0 0 0 0 0"},
    {"astype", "f64", "i32",
     {"1.9 -1.9 300 2147483648 3000000000 -3000000000 1e+20 nan"},
     "1 -1 300 -2147483648 -2147483648 -2147483648 -2147483648 -2147483648"},
    {"astype", "f64", "u32",
     {"1.9 -1.9 300 2147483648 3000000000 -3000000000 1e+20 nan"},
     "1 4294967295 300 2147483648 3000000000 2147483648 0 2147483648"},
    {"astype", "f64", "i64",
     {"1.9 -1.9 300 2147483648 3000000000 -3000000000 1e+20 nan"},
     "1 -1 300 2147483648 3000000000 -3000000000 -9223372036854775808 -9223372036854775808"},
    {"astype", "f64", "u64",
     {"1.9 -1.9 9.223372036854776e+18 1.2e+19 1.8446744073709552e+19 -1e+19 inf nan"},
     "1 18446744073709551615 9223372036854775808 12000000000000000000 0 9223372036854775808 0 9223372036854775808"},
    {"astype", "f64", "i32",
     {"2147483647.5 -2147483648.5 -2147483649"},
     "2147483647 -2147483648 -2147483648"},
    {"astype", "f64", "f32", {"1e+300 1e-300 0.1 16777217"}, "inf 0 0.1 1.6777216e+07"},
    {"astype", "f64", "f16",
     {"1.0004882812509095 65519.9999 65520 2.9802322387695312e-08 2.980232238769532e-08 -0.1 nan -1e+300"},
     "1.0009765625 65504 inf 0 5.960464477539063e-08 -0.0999755859375 nan -inf"},
    {"astype", "f32", "f16", {"1.0004883 65519.996 -0.0 1e-10"}, "1 65504 -0 0"},
    {"astype", "i64", "f16", {"2049 65519 65520 -70000 2051"}, "2048 65504 inf -inf 2052"},
    {"astype", "f64", "bf16",
     {"1.0039062500009095 3.4e+38 1e-45 -0.1 nan 16777217 1.01171875"},
     "1 inf 0 -0.10009765625 nan 16777216 1.015625"},
    {"astype", "f16", "f64", {"1.5 5.960464477539063e-08 -inf -0.0 nan"}, "1.5 5.960464477539063e-08 -inf -0 nan"},
    {"astype", "bf16", "f32", {"1.5 9.1835e-41 -inf -0.0 nan"}, "1.5 9.1835e-41 -inf -0 nan"},
    {"astype", "f16", "u32", {"1.5 -1.5 65504 inf -inf nan"}, "1 4294967295 65504 0 0 0"},
    {"astype", "f16", "u64",
     {"1.5 -1.5 inf -inf nan"},
     "1 18446744073709551615 0 9223372036854775808 9223372036854775808"},
    {"astype", "f16", "i8", {"1.5 -1.5 65504 inf nan 300"}, "1 -1 -32 0 0 44"},
    {"astype", "f16", "b1", {"0.5 -0.0 0 nan"}, "1 0 0 1"},
    {"astype", "f16", "bf16", {"1.00390625 65504"}, "1 65536"},
    {"where", "b1 f16 f16", "f16", {"0 1", "1 2", "3 4"}, "3 2"},
    {"astype", "u64", "f32",
     {"18446744073709551615 9223372586610589696 16777217"},
     "1.8446744e+19 9.223372e+18 1.6777216e+07"},
    {"astype", "i64", "f64",
     {"9223372036854775807 -9007199254740993 -1"},
     "9.223372036854776e+18 -9007199254740992 -1"},
    {"astype", "i32", "u8", {"-1 256 511"}, "255 0 255"},
    {"astype", "i8", "u64", {"-1 5"}, "18446744073709551615 5"},
    {"astype", "b1", "f32", {"0 1"}, "0 1"},
    {"astype", "i16", "b1", {"0 256 -1"}, "0 1 1"},
};
// clang-format on

struct Case {
  explicit Case(const Row& row) : op(*ParseOp(row.op)), result(*ParseDType(row.result_dtype)) {
    for (absl::string_view code : absl::StrSplit(row.operand_dtypes, ' '))
      dtypes.push_back(*ParseDType(code));
    for (size_t i = 0; i < dtypes.size(); ++i)
      operands.push_back(ReadScalars(dtypes[i], row.operands[i]));
    expected = ReadScalars(result, row.result);
  }

  Op op;
  DType result;
  std::vector<DType> dtypes;
  std::vector<std::vector<Scalar>> operands;
  std::vector<Scalar> expected;
};

// Results of elements [0, count) when `width` are computed at a time.
std::string ResultsOf(Function function, const Case& c, int width, int count) {
  std::vector<std::string> inputs(3);
  for (size_t i = 0; i < c.operands.size(); ++i) inputs[i] = InMemory(c.operands[i], count);
  std::string output(count * c.result.size(), '\0');
  const auto element = [&](size_t operand, int i) {
    return operand < c.dtypes.size() ? inputs[operand].data() + i * c.dtypes[operand].size()
                                     : nullptr;
  };
  for (int i = 0; i < count; i += width) {
    function(element(0, i), element(1, i), element(2, i), output.data() + i * c.result.size());
  }
  return output;
}

void ExpectMatches(const Case& c, const std::string& output) {
  for (size_t i = 0; i < c.expected.size(); ++i) {
    const Scalar actual = FromMemory(c.result, output.data() + i * c.result.size());
    EXPECT_TRUE(Matches(c.op, actual, c.expected[i]))
        << "element " << i << " is " << AsDouble(actual) << ", in NumPy "
        << AsDouble(c.expected[i]);
  }
}

// Rows have at most 8 elements, so that 32 results hold each of them.
constexpr int kCount = 32;

TEST(ScalarOps, CornersAreNumPys) {
  const std::unique_ptr<llvm::orc::LLJIT> jit = MakeJit();
  for (const Row& row : kRows) {
    SCOPED_TRACE(absl::StrCat(row.op, " of ", row.operand_dtypes, " to ", row.result_dtype));
    const Case c(row);
    std::vector<std::string> outputs;
    for (int width : {1, 8, 32}) {
      const Function function = Jit(*jit, EmitKernelOf(c.op, c.dtypes, c.result, width));
      ASSERT_NE(function, nullptr);
      outputs.push_back(ResultsOf(function, c, width, kCount));
    }
    ExpectMatches(c, outputs[0]);
    EXPECT_EQ(outputs[0], outputs[1]) << "width 8 differs from width 1";
    EXPECT_EQ(outputs[0], outputs[2]) << "width 32 differs from width 1";
  }
}

// --- Every operation and dtype
// -------------------------------------------------------------------------------------

// The dtypes in which `op` computes operands of `dtype`; empty where the typing rules refuse them.
std::vector<DType> ComputedAs(Op op, DType dtype, DType* result) {
  const ValueType type{dtype, {}};
  std::vector<ValueType> inputs(InfoOf(op).arity(), type);
  if (op == Op::k_where) inputs[0].dtype = DType::kBool;
  Attrs attrs;
  if (op == Op::k_astype) attrs.Set(AttrName::k_dtype, *result);
  const absl::StatusOr<ComputeTypes> types = InferDTypes(op, inputs, attrs);
  if (!types.ok()) return {};
  const bool computes = !InfoOf(op).Is(kOnBits);
  if (computes && types->operands.is_half()) return {};  // as float32, make-explicit says
  *result = types->result;
  std::vector<DType> dtypes(inputs.size(), types->operands);
  if (op == Op::k_where) dtypes[0] = DType::kBool;
  return dtypes;
}

void ExpectSelfContained(Op op, absl::Span<const DType> operands, DType result) {
  for (int width : {1, 8, 32}) {
    for (int vector_bytes : {32, 64}) {
      EXPECT_THAT(Faults(*EmitKernelOf(op, operands, result, width, vector_bytes).module),
                  IsEmpty())
          << InfoOf(op).name << " of " << operands.back().name() << " to " << result.name()
          << ", width " << width;
    }
  }
}

TEST(ScalarOps, NothingIsCalledButThroughImportSlots) {
  for (int i = 0; i < NumOps(); ++i) {
    const Op op = static_cast<Op>(i);
    if (!InfoOf(op).is_elementwise() || InfoOf(op).Is(kComposite) || op == Op::k_complex) continue;
    for (int kind = 0; kind < DType::kComplex64; ++kind) {
      for (int to = 0; to < (op == Op::k_astype ? int{DType::kComplex64} : 1); ++to) {
        DType result = static_cast<DType::Kind>(to);
        const std::vector<DType> operands = ComputedAs(op, static_cast<DType::Kind>(kind), &result);
        if (!operands.empty()) ExpectSelfContained(op, operands, result);
      }
    }
  }
}

}  // namespace
}  // namespace broadloom
