// What comes from the terminal: keys one by one, and text that comes all at once, which the editor
// takes as one piece; letter by letter a long line would be drawn again and again.
#ifndef BROADLOOM_FRONTEND_REPL_TERMINAL_INPUT_H_
#define BROADLOOM_FRONTEND_REPL_TERMINAL_INPUT_H_

#include <string>
#include <string_view>

namespace broadloom::repl {

class TerminalInput {
 public:
  // Bytes are read from `fd`; `wake_fd` readable ends a wait.
  TerminalInput(int fd, int wake_fd) : fd_(fd), wake_fd_(wake_fd) {}

  struct Event {
    enum class Kind { key, text, woken, end };
    Kind kind;
    wchar_t key = 0;
    std::string text = {};  // UTF-8, lines end with \n
  };
  Event Next();
  void Drop() { buffer_.clear(), at_ = 0; }  // what has come and was not asked for yet

 private:
  enum class Wait { input, woken, end, nothing };
  Wait More(int milliseconds);  // -1: as long as it takes
  bool HasSoon(size_t bytes);   // that many are there, or come within moments
  bool Consume(std::string_view bytes);
  Event Pasted();
  Event Run(size_t length);
  wchar_t Key();
  size_t PlainLength() const;
  size_t left() const { return buffer_.size() - at_; }

  const int fd_, wake_fd_;
  std::string buffer_;
  size_t at_ = 0;  // the first byte of the buffer that was not handed out
};

}  // namespace broadloom::repl

#endif  // BROADLOOM_FRONTEND_REPL_TERMINAL_INPUT_H_
