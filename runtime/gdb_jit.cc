// gdb's JIT interface (gdb manual, "JIT Compilation Interface"): a linked list of ELF files under a
// fixed name, and an empty function in which gdb sets a breakpoint. Both symbols are weak: LLVM in
// the same process may define them too.
//
// Sections other than the one with the code keep address 0; that suffices for line tables and
// function names.
#include "runtime/gdb_jit.h"

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>

extern "C" {

struct jit_code_entry {
  jit_code_entry* next;
  jit_code_entry* prev;
  const char* symfile;
  uint64_t size;
};

struct jit_descriptor {
  uint32_t version;
  uint32_t action;  // 0 none, 1 registered, 2 to be unregistered
  jit_code_entry* relevant;
  jit_code_entry* first;
};

// NOLINTBEGIN(bugprone-reserved-identifier): gdb's names
__attribute__((weak, visibility("default"))) jit_descriptor __jit_debug_descriptor = {1, 0, nullptr,
                                                                                      nullptr};

__attribute__((weak, noinline, visibility("default"))) void __jit_debug_register_code() {
  asm volatile("" ::: "memory");
}
// NOLINTEND(bugprone-reserved-identifier)

}  // extern "C"

namespace broadloom {
namespace {

std::mutex& GdbMutex() {
  static auto* mutex = new std::mutex;  // kernels may die after static destructors
  return *mutex;
}

void Announce(uint32_t action, jit_code_entry* entry) {
  __jit_debug_descriptor.action = action;
  __jit_debug_descriptor.relevant = entry;
  __jit_debug_register_code();
}

// Bounded reads of structures in an ELF file.
class ElfFile {
 public:
  explicit ElfFile(std::string& bytes) : bytes_(bytes) {}

  template <class T>
  std::optional<T> Read(uint64_t offset) const {
    if (bytes_.size() < sizeof(T) || offset > bytes_.size() - sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }

  std::optional<Elf64_Shdr> Section(uint64_t index) const {
    const auto header = Read<Elf64_Ehdr>(0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || index >= header->e_shnum)
      return std::nullopt;
    return Read<Elf64_Shdr>(header->e_shoff + index * sizeof(Elf64_Shdr));
  }

  std::optional<Elf64_Sym> FindSymbol(absl::string_view name) const {
    for (uint64_t i = 0; const auto table = Section(i); ++i) {
      if (table->sh_type != SHT_SYMTAB) continue;
      const auto names = Section(table->sh_link);
      if (!names) continue;
      for (uint64_t at = 0; at < table->sh_size; at += sizeof(Elf64_Sym)) {
        const auto symbol = Read<Elf64_Sym>(table->sh_offset + at);
        if (!symbol) break;
        if (TextAt(names->sh_offset + symbol->st_name) == name) return symbol;
      }
    }
    return std::nullopt;
  }

  void MoveSection(uint64_t index, uint64_t address) {
    const auto header = Read<Elf64_Ehdr>(0);
    if (!Section(index)) return;
    const uint64_t at =
        header->e_shoff + index * sizeof(Elf64_Shdr) + offsetof(Elf64_Shdr, sh_addr);
    std::memcpy(bytes_.data() + at, &address, sizeof(address));
  }

 private:
  absl::string_view TextAt(uint64_t offset) const {
    return offset < bytes_.size() ? absl::string_view(bytes_.c_str() + offset)
                                  : absl::string_view();
  }

  std::string& bytes_;
};

}  // namespace

std::string PlaceDebugObject(std::string object, absl::string_view symbol, const void* address) {
  ElfFile file(object);
  if (const auto found = file.FindSymbol(symbol)) {
    file.MoveSection(found->st_shndx, reinterpret_cast<uint64_t>(address) - found->st_value);
  }
  return object;
}

struct GdbRegistration::Entry : jit_code_entry {};

GdbRegistration::GdbRegistration(std::string object)
    : object_(std::move(object)), entry_(new Entry) {
  const std::lock_guard lock(GdbMutex());
  jit_code_entry* first = __jit_debug_descriptor.first;
  static_cast<jit_code_entry&>(*entry_) = {first, nullptr, object_.data(), object_.size()};
  if (first != nullptr) first->prev = entry_.get();
  __jit_debug_descriptor.first = entry_.get();
  Announce(1, entry_.get());
}

GdbRegistration::~GdbRegistration() {
  const std::lock_guard lock(GdbMutex());
  (entry_->prev ? entry_->prev->next : __jit_debug_descriptor.first) = entry_->next;
  if (entry_->next != nullptr) entry_->next->prev = entry_->prev;
  Announce(2, entry_.get());
}

}  // namespace broadloom
