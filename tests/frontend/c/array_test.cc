// Arrays and values of the C interface.
#include <cmath>
#include <cstring>
#include <thread>

#include "tests/frontend/c/testing.h"

namespace broadloom::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CTest, VersionsAreTold) {
  EXPECT_STREQ(bl_version(), "0.1.0");
  EXPECT_EQ(bl_abi_version(), BL_ABI_VERSION);
}

TEST(CTest, DtypesHaveNumbersNamesAndSizes) {
  for (bl_dtype dtype = BL_BOOL; dtype <= BL_COMPLEX128; ++dtype)
    EXPECT_EQ(bl_dtype_parse(bl_dtype_name(dtype)), dtype);
  EXPECT_STREQ(bl_dtype_name(BL_BFLOAT16), "bfloat16");
  EXPECT_EQ(bl_dtype_parse("f32"), BL_FLOAT32);
  EXPECT_EQ(bl_dtype_itemsize(BL_COMPLEX128), 16);
  EXPECT_EQ(bl_dtype_parse("float33"), BL_NO_DTYPE);
  EXPECT_EQ(bl_dtype_parse(nullptr), BL_NO_DTYPE);
  for (bl_dtype none : {-1, 0, 16, 1000}) {
    EXPECT_STREQ(bl_dtype_name(none), "");
    EXPECT_EQ(bl_dtype_itemsize(none), 0);
  }
}

TEST(CTest, NoErrorIsNoError) {
  EXPECT_EQ(bl_error_code_of(nullptr), BL_OK);
  EXPECT_STREQ(bl_error_message(nullptr), "");
  EXPECT_STREQ(bl_error_place(nullptr), "");
  bl_error_free(nullptr);
  for (bl_error_code code = BL_OK; code <= BL_NOT_FOUND; ++code)
    EXPECT_STRNE(bl_error_code_name(code), "");
  EXPECT_STREQ(bl_error_code_name(99), "");
}

TEST(CTest, CopiesKeepNothingOfTheCaller) {
  const ContextPtr context = NewContext();
  std::vector<double> values = {1, 2, 3, 4, 5, 6};
  const int64_t shape[] = {2, 2}, strides[] = {8, 24};
  ArrayPtr array;
  ASSERT_DONE(
      bl_array_copy(context.get(), values.data(), BL_FLOAT64, 2, shape, strides, Into(array)));
  values.assign(6, 0);
  EXPECT_THAT(Elements(array), ElementsAre(1, 4, 2, 5));
  const bl_array_info info = InfoOf(array);
  EXPECT_EQ(info.dtype, BL_FLOAT64);
  EXPECT_EQ(info.ndim, 2);
  EXPECT_EQ(info.nbytes, 32);
  EXPECT_EQ(info.shape[1], 2);
  EXPECT_TRUE(info.is_evaluated);
}

TEST(CTest, LentMemoryIsReadWrittenAndGivenBackOnce) {
  double memory[] = {1, 2, 3, 4};
  const int64_t shape[] = {4};
  int released = 0;
  bl_lent lent = {};
  lent.struct_size = sizeof lent;
  lent.dtype = BL_FLOAT64;
  lent.data = memory;
  lent.ndim = 1;
  lent.shape = shape;
  lent.release = [](void* count) { ++*static_cast<int*>(count); };
  lent.user_data = &released;
  ContextPtr context = NewContext();
  ArrayPtr array, sum;
  ASSERT_DONE(bl_array_lend(context.get(), &lent, Into(array)));
  sum = Called(context, "add", {Of(array), bl_value_int(1)});
  memory[0] = 10;  // seen, as nothing is computed yet
  EXPECT_THAT(Elements(sum), ElementsAre(11, 3, 4, 5));
  ASSERT_DONE(bl_array_assign(array.get(), nullptr, 0, bl_value_real(7)));
  EXPECT_THAT(memory, ElementsAre(7, 7, 7, 7));
  const ArrayPtr pending = Called(context, "negative", {Of(array)});
  array.reset();
  context.reset();  // arrays keep it
  EXPECT_EQ(released, 0);
  EXPECT_THAT(Elements(pending), ElementsAre(-7, -7, -7, -7));
  EXPECT_EQ(released, 1);
}

TEST(CTest, WhatCannotBeLentIsNotReleased) {
  const ContextPtr context = NewContext();
  bool released = false;
  double memory[4];
  const int64_t shape[] = {-4};
  bl_lent lent = {};
  lent.struct_size = sizeof lent;
  lent.dtype = BL_FLOAT64;
  lent.data = memory;
  lent.ndim = 1;
  lent.shape = shape;
  lent.release = [](void* flag) { *static_cast<bool*>(flag) = true; };
  lent.user_data = &released;
  ArrayPtr array;
  EXPECT_THAT(Outcome(bl_array_lend(context.get(), &lent, Into(array))),
              Fails(BL_INVALID_ARGUMENT));
  lent.dtype = 77;
  EXPECT_THAT(Outcome(bl_array_lend(context.get(), &lent, Into(array))),
              Fails(BL_INVALID_ARGUMENT, "77"));
  EXPECT_FALSE(released);
  EXPECT_EQ(array, nullptr);
}

TEST(CTest, ReadOnlyMemoryIsNotWritten) {
  const ContextPtr context = NewContext();
  double memory[] = {1};
  const int64_t shape[] = {1};
  bl_lent lent = {};
  lent.struct_size = sizeof lent;
  lent.dtype = BL_FLOAT64;
  lent.data = memory;
  lent.ndim = 1;
  lent.read_only = 1;
  lent.shape = shape;
  ArrayPtr array, view;
  ASSERT_DONE(bl_array_lend(context.get(), &lent, Into(array)));
  EXPECT_TRUE(InfoOf(array).is_read_only);
  const bl_value all = bl_value_slice(BL_ABSENT, BL_ABSENT, BL_ABSENT);
  ASSERT_DONE(bl_array_index(array.get(), &all, 1, Into(view)));
  for (bl_array* each : {array.get(), view.get()})
    EXPECT_THAT(Outcome(bl_array_assign(each, nullptr, 0, bl_value_int(2))),
                Fails(BL_INVALID_ARGUMENT, "read-only"));
  EXPECT_EQ(memory[0], 1);
}

TEST(CTest, ViewsSeeWrites) {
  const ContextPtr context = NewContext();
  const ArrayPtr array = Doubles(context, {0, 1, 2, 3, 4, 5}, {2, 3});
  const bl_value items[] = {bl_value_ellipsis(), bl_value_slice(BL_ABSENT, BL_ABSENT, -2)};
  ArrayPtr view;
  ASSERT_DONE(bl_array_index(array.get(), items, 2, Into(view)));
  EXPECT_TRUE(InfoOf(view).is_view);
  EXPECT_THAT(Elements(view), ElementsAre(2, 0, 5, 3));
  const bl_value row = bl_value_int(-1);
  ASSERT_DONE(bl_array_assign(array.get(), &row, 1, bl_value_int(9)));
  EXPECT_THAT(Elements(view), ElementsAre(2, 0, 9, 9));
  const ArrayPtr picks = Copied<int64_t>(context, {1, 0, 1}, BL_INT64);
  const bl_value by_array = Of(picks);
  ArrayPtr picked;
  ASSERT_DONE(bl_array_index(array.get(), &by_array, 1, Into(picked)));
  EXPECT_THAT(Elements(picked), ElementsAre(9, 9, 9, 0, 1, 2, 9, 9, 9));
  const bl_value beyond = bl_value_int(2);
  EXPECT_THAT(Outcome(bl_array_index(array.get(), &beyond, 1, Into(picked))),
              Fails(BL_OUT_OF_RANGE, "out of bounds"));
}

TEST(CTest, AddressesStayThroughWrites) {
  const ContextPtr context = NewContext();
  const ArrayPtr array = Doubles(context, {1, 2});
  const void *before, *after;
  int64_t stride = 0;
  ASSERT_DONE(bl_array_data(array.get(), &before, &stride));
  EXPECT_EQ(stride, 8);
  ASSERT_DONE(bl_array_assign(array.get(), nullptr, 0, bl_value_int(5)));
  EXPECT_EQ(static_cast<const double*>(before)[1], 5);
  ASSERT_DONE(bl_array_data(array.get(), &after, nullptr));
  EXPECT_EQ(before, after);
}

TEST(CTest, NumbersComeOutAsWhatTheyAre) {
  const ContextPtr context = NewContext();
  const auto item = [&](bl_value value, bl_dtype dtype) {
    ArrayPtr array;
    EXPECT_DONE(bl_array_full(context.get(), value, dtype, 0, nullptr, Into(array)));
    bl_value number = bl_value_none();
    EXPECT_DONE(bl_array_item(array.get(), &number));
    return number;
  };
  EXPECT_EQ(item(bl_value_truth(1), BL_NO_DTYPE).kind, BL_TRUTH);
  EXPECT_EQ(item(bl_value_int(-3), BL_INT8).as.integer, -3);
  EXPECT_EQ(item(bl_value_real(0.5), BL_FLOAT16).as.real, 0.5);
  bl_value natural = bl_value_none();
  natural.kind = BL_NATURAL;
  natural.as.natural = UINT64_MAX;
  EXPECT_EQ(item(natural, BL_UINT64).as.natural, UINT64_MAX);
  const bl_value number = item(bl_value_complex(1, -2), BL_COMPLEX64);
  EXPECT_EQ(number.kind, BL_COMPLEX);
  EXPECT_EQ(number.as.parts.imaginary, -2);
}

TEST(CTest, SharedWorkIsExplainedAndDoneTogether) {
  const ContextPtr context = NewContext();
  const ArrayPtr x = Doubles(context, std::vector<double>(1000, 2.0));
  const ArrayPtr root = Called(context, "sqrt", {Of(x)});
  const ArrayPtr sum = Called(context, "sum", {Of(root)});
  TextPtr text;
  bl_array* both[] = {root.get(), sum.get()};
  ASSERT_DONE(bl_explain(both, 2, Into(text)));
  EXPECT_THAT(text.get(), HasSubstr("map over [1000]: sqrt"));
  EXPECT_FALSE(InfoOf(sum).is_evaluated);
  ASSERT_DONE(bl_eval(both, 2));
  EXPECT_TRUE(InfoOf(root).is_evaluated && InfoOf(sum).is_evaluated);
  EXPECT_THAT(Elements(sum), ElementsAre(::testing::DoubleNear(1000 * std::sqrt(2.0), 1e-9)));
  EXPECT_DONE(bl_eval(nullptr, 0));
}

TEST(CTest, SeveralThreadsShareAnArray) {
  const ContextPtr context = NewContext();
  const ArrayPtr x = Doubles(context, std::vector<double>(10000, 1.0));
  const ArrayPtr y = Called(context, "exp", {Of(x)});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      bl_array* const mine = bl_array_retain(y.get());
      const bl_value arguments[] = {bl_value_array(mine), bl_value_int(i)};
      ArrayPtr product;
      EXPECT_DONE(
          bl_call_array(context.get(), "multiply", arguments, 2, nullptr, 0, Into(product)));
      EXPECT_NEAR(Elements(product)[9999], i * std::exp(1.0), 1e-12);
      bl_array_release(mine);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// As dlpack.h has them, for a consumer.
struct Tensor {
  uint32_t version[2];
  void* manager;
  void (*deleter)(Tensor*);
  uint64_t flags;
  char* data;
  int32_t device[2], ndim;
  uint8_t code, bits;
  uint16_t lanes;
  int64_t *shape, *strides;
  uint64_t byte_offset;
};

TEST(CTest, DLPackGoesOutAndIn) {
  ContextPtr context = NewContext();
  ArrayPtr array = Copied<float>(context, {1, 2, 3, 4, 5, 6}, BL_FLOAT32, {2, 3});
  ArrayPtr turned = Called(context, "permute_dims", {Of(array)});
  DLManagedTensorVersioned* exported;
  ASSERT_DONE(bl_array_to_dlpack(turned.get(), &exported));
  const auto* const tensor = reinterpret_cast<const Tensor*>(exported);
  EXPECT_EQ(tensor->version[0], 1u);
  EXPECT_EQ(tensor->device[0], 1);
  EXPECT_THAT(std::vector<int64_t>(tensor->shape, tensor->shape + 2), ElementsAre(3, 2));
  EXPECT_THAT(std::vector<int64_t>(tensor->strides, tensor->strides + 2), ElementsAre(1, 3));
  EXPECT_TRUE(tensor->code == 2 && tensor->bits == 32 && tensor->lanes == 1);
  const ContextPtr other = NewContext();
  ArrayPtr imported;
  ASSERT_DONE(bl_array_from_dlpack(other.get(), exported, Into(imported)));
  turned.reset();
  ASSERT_DONE(bl_array_assign(array.get(), nullptr, 0, bl_value_int(7)));  // one memory
  array.reset();
  context.reset();
  EXPECT_THAT(Elements<float>(imported), ElementsAre(7, 7, 7, 7, 7, 7));
}

TEST(CTest, DLPackThatDoesNotFitIsRefused) {
  const ContextPtr context = NewContext();
  float number = 1;
  int64_t shape[] = {1};
  Tensor tensor = {{1, 0}, nullptr, nullptr, 0, reinterpret_cast<char*>(&number), {1, 0}, 1, 2, 32,
                   1,      shape,   nullptr, 0};
  const auto import = [&] {
    ArrayPtr array;
    return Outcome(bl_array_from_dlpack(
        context.get(), reinterpret_cast<DLManagedTensorVersioned*>(&tensor), Into(array)));
  };
  EXPECT_THAT(import(), Fails(BL_OK));
  tensor.version[0] = 2;
  EXPECT_THAT(import(), Fails(BL_UNIMPLEMENTED, "version 2"));
  tensor.version[0] = 1;
  tensor.device[0] = 2;
  EXPECT_THAT(import(), Fails(BL_INVALID_ARGUMENT, "CPU"));
  tensor.device[0] = 1;
  tensor.bits = 31;
  EXPECT_THAT(import(), Fails(BL_TYPE_ERROR, "31 bits"));
}

}  // namespace
}  // namespace broadloom::testing
