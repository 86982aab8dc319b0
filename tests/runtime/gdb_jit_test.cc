#include "runtime/gdb_jit.h"

#include <elf.h>

#include <cstring>
#include <memory>

#include "gtest/gtest.h"

// gdb's view of us, as its manual declares it.
extern "C" {
struct jit_code_entry {
  jit_code_entry* next;
  jit_code_entry* prev;
  const char* symfile;
  uint64_t size;
};
struct jit_descriptor {
  uint32_t version;
  uint32_t action;
  jit_code_entry* relevant;
  jit_code_entry* first;
};
extern jit_descriptor __jit_debug_descriptor;
}

namespace broadloom {
namespace {

// Sections: null, code, symbols (null and "f" at 0x10 of the code), names.
struct Object {
  Elf64_Ehdr header = {};
  Elf64_Shdr sections[4] = {};
  Elf64_Sym symbols[2] = {};
  char names[3] = {0, 'f', 0};

  Object() {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_type = ET_REL;
    header.e_shoff = offsetof(Object, sections);
    header.e_shnum = 4;
    sections[1].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
    sections[2].sh_type = SHT_SYMTAB;
    sections[2].sh_offset = offsetof(Object, symbols);
    sections[2].sh_size = sizeof(symbols);
    sections[2].sh_link = 3;
    sections[3].sh_offset = offsetof(Object, names);
    symbols[1].st_name = 1;
    symbols[1].st_shndx = 1;
    symbols[1].st_value = 0x10;
  }

  std::string bytes() const {
    return std::string(reinterpret_cast<const char*>(this), sizeof(*this));
  }
};

uint64_t CodeAddress(const std::string& bytes) {
  Elf64_Shdr code;
  std::memcpy(&code, bytes.data() + offsetof(Object, sections) + sizeof(code), sizeof(code));
  return code.sh_addr;
}

const void* const kLoaded = reinterpret_cast<const void*>(0x7000'0010);

TEST(GdbJit, PlacesTheSectionOfTheSymbol) {
  EXPECT_EQ(CodeAddress(PlaceDebugObject(Object().bytes(), "f", kLoaded)), 0x7000'0000u);
}

TEST(GdbJit, LeavesAnObjectWithoutTheSymbolAlone) {
  const std::string bytes = Object().bytes();
  EXPECT_EQ(PlaceDebugObject(bytes, "g", kLoaded), bytes);
}

TEST(GdbJit, SurvivesEveryTruncationAndWildOffsets) {
  const std::string bytes = Object().bytes();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(PlaceDebugObject(bytes.substr(0, size), "f", kLoaded).size(), size);
  }
  Object wild;
  wild.sections[2].sh_offset = ~uint64_t{0} - 4;
  EXPECT_EQ(PlaceDebugObject(wild.bytes(), "f", kLoaded), wild.bytes());
  wild = Object();
  wild.symbols[1].st_shndx = 0xFFF1;
  EXPECT_EQ(PlaceDebugObject(wild.bytes(), "f", kLoaded), wild.bytes());
}

TEST(GdbJit, RegistersAndUnregisters) {
  jit_code_entry* const before = __jit_debug_descriptor.first;
  auto first = std::make_unique<GdbRegistration>("one");
  auto second = std::make_unique<GdbRegistration>("second");
  ASSERT_NE(__jit_debug_descriptor.first, nullptr);
  EXPECT_EQ(std::string(__jit_debug_descriptor.first->symfile, __jit_debug_descriptor.first->size),
            "second");
  EXPECT_EQ(__jit_debug_descriptor.action, 1u);
  first.reset();
  EXPECT_EQ(__jit_debug_descriptor.action, 2u);
  EXPECT_EQ(__jit_debug_descriptor.first->next, before);
  second.reset();
  EXPECT_EQ(__jit_debug_descriptor.first, before);
}

}  // namespace
}  // namespace broadloom
