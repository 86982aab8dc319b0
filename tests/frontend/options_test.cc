// The environment table.
#include "frontend/options.h"

#include <gtest/gtest.h>

#include <map>

namespace broadloom {
namespace {

absl::StatusOr<Options> Read(std::map<std::string, std::string> variables) {
  return ReadOptions([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(OptionsTest, NothingSetIsTheDefault) {
  const auto options = Read({});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->debug, 0);
  EXPECT_EQ(options->memory_budget, -1);
  EXPECT_FALSE(options->interpret);
  EXPECT_TRUE(Read({{"BROADLOOM_DEBUG", ""}}).ok());
}

TEST(OptionsTest, ReadsEveryVariable) {
  const auto options = Read({{"BROADLOOM_DEBUG", "3"},
                             {"BROADLOOM_DUMP_DIR", "/tmp/x"},
                             {"BROADLOOM_STOP_AFTER", "fuse"},
                             {"BROADLOOM_INTERPRET", "1"},
                             {"BROADLOOM_DONATE", "2"},
                             {"BROADLOOM_JUDGE_FROM", "64K"},
                             {"BROADLOOM_THREADS", "5"},
                             {"BROADLOOM_MEMORY_BUDGET", "2G"},
                             {"BROADLOOM_FAST", "1"},
                             {"BROADLOOM_VECTOR_BYTES", "64"},
                             {"BROADLOOM_PERF", "1"},
                             {"BROADLOOM_GDB", "1"}});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->debug, 3);
  EXPECT_EQ(options->dump_dir, "/tmp/x");
  EXPECT_EQ(options->stop_after, "fuse");
  EXPECT_TRUE(options->interpret && options->perf && options->gdb && options->fast);
  EXPECT_EQ(options->vector_bytes, 64);
  EXPECT_EQ(options->donate, 2);
  EXPECT_EQ(options->judge_from, 64 << 10);
  EXPECT_EQ(options->threads, 5);
  EXPECT_EQ(options->memory_budget, int64_t{2} << 30);
}

TEST(OptionsTest, AMalformedValueIsNamed) {
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"BROADLOOM_DEBUG", "5"},
                                          {"BROADLOOM_THREADS", "0"},
                                          {"BROADLOOM_INTERPRET", "yes"},
                                          {"BROADLOOM_VECTOR_BYTES", "48"},
                                          {"BROADLOOM_JUDGE_FROM", "-1"},
                                          {"BROADLOOM_MEMORY_BUDGET", "-1"},
                                          {"BROADLOOM_MEMORY_BUDGET", "lots"},
                                          {"BROADLOOM_STOP_AFTER", "fuse"}}) {
    const auto options = Read({{name, value}});
    ASSERT_FALSE(options.ok()) << name;
    EXPECT_NE(options.status().message().find(name), absl::string_view::npos) << options.status();
  }
}

TEST(OptionsTest, MakeContextChecksThem) {
  for (const Options& options :
       {Options{.debug = 5}, Options{.debug = -1}, Options{.stop_after = "fuse"},
        Options{.threads = -1}, Options{.threads = 5000}, Options{.memory_budget = -2}})
    EXPECT_THROW(make_context(options), Error);
  EXPECT_NE(make_context(Options{.stop_after = "fuse", .interpret = true}), nullptr);
}

TEST(OptionsTest, BytesHaveSuffixes) {
  EXPECT_EQ(*BytesFromText("123"), 123);
  EXPECT_EQ(*BytesFromText("1.5K"), 1536);
  EXPECT_EQ(*BytesFromText("64MiB"), int64_t{64} << 20);
  EXPECT_EQ(*BytesFromText("2TB"), int64_t{2} << 40);
  for (const char* wrong : {"", "K", "-1", "1e30G", "nanG", "12 apples"})
    EXPECT_FALSE(BytesFromText(wrong).ok()) << wrong;
}

UserEnvironment ReadUser(std::map<std::string, std::string> variables) {
  return ReadUserEnvironment([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(UserEnvironmentTest, ReadsWhatTheTerminalIs) {
  const UserEnvironment user = ReadUser(
      {{"NO_COLOR", "1"}, {"COLORTERM", "truecolor"}, {"TERM", "xterm"}, {"COLUMNS", "100"}});
  EXPECT_TRUE(user.no_color && user.true_color);
  EXPECT_EQ(user.terminal, "xterm");
  EXPECT_EQ(user.columns, 100);
}

TEST(UserEnvironmentTest, WhatMakesNoSenseIsUnset) {
  const UserEnvironment user = ReadUser({{"NO_COLOR", ""}, {"COLUMNS", "-3"}});
  EXPECT_FALSE(user.no_color || user.true_color);
  EXPECT_EQ(user.columns, 0);
  EXPECT_EQ(ReadUser({{"COLUMNS", "wide"}}).columns, 0);
}

TEST(UserEnvironmentTest, StateLiesWhereTheStandardSays) {
  EXPECT_EQ(ReadUser({{"HOME", "/h"}}).state_dir, "/h/.local/state/broadloom");
  EXPECT_EQ(ReadUser({{"HOME", "/h"}, {"XDG_STATE_HOME", "/s"}}).state_dir, "/s/broadloom");
  EXPECT_EQ(ReadUser({{"HOME", "/h"}, {"XDG_STATE_HOME", "relative"}}).state_dir,
            "/h/.local/state/broadloom");
  EXPECT_EQ(ReadUser({}).state_dir, "");
}

}  // namespace
}  // namespace broadloom
