#pragma once
// That the history's file is damaged: told once, as an error, whoever finds it. Any thread.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

namespace parley::chat {

// What an operator hears of the history, in one sentence.
enum class gravity : std::uint8_t { info, warning, error };
using history_report = std::function<void(gravity, const std::string&)>;

// What to do about a file that is damaged, or none of ours.
extern const std::string remedy_for_damage;

class history_damage {
 public:
  history_damage(std::filesystem::path file, history_report report)
      : file_(std::move(file)), report_(std::move(report)) {}

  // No message is stored from then on: it could be lost with the rest.
  bool is_known() const { return known_.load(); }

  void note(const std::string& what);

  // Whether it was damage that went wrong here. That of the index of words alone is told too, and concerns
  // only searches.
  bool note(const SQLite::Exception& error);

 private:
  const std::filesystem::path file_;
  const history_report report_;
  std::atomic<bool> known_{false}, index_known_{false};
};

}  // namespace parley::chat
