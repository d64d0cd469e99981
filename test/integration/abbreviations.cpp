#include "abbreviations.hpp"

#include <chrono>
#include <stdexcept>

namespace parley::test {
namespace {

using nlohmann::ordered_json;

const std::string ellipsis = "…";

bool is_moment(const std::string& key) {
  return key == "at" || key == "before_at";
}

bool is_time_left(const std::string& key) {
  return key == "retry_after_ms" || key == "kick_in_ms" || key == "muted_ms";
}

// A sentence is not, though an ellipsis may stand for some of its words.
bool is_abbreviated(const std::string& value) {
  return value.find(ellipsis) != std::string::npos && value.find(' ') == std::string::npos;
}

// A clock that tells neither the year 1970 nor one to come.
bool is_about_now(std::int64_t unix_ms) {
  using namespace std::chrono;
  const auto moment = system_clock::time_point(milliseconds(unix_ms)), now = system_clock::now();
  return moment > now - hours(1) && moment < now + minutes(1);
}

std::string describe(const std::string& place, const std::string& shown, const std::string& came) {
  return (place.empty() ? "all of it" : place) + " is shown as " + shown + " and came as " + came;
}

}  // namespace

std::optional<std::string> abbreviations::difference(const shown_object& shown, const json& came) {
  auto with_this = known_;
  auto different = compare(shown.value, came, "", "", shown.whole, with_this);
  if (!different) known_ = std::move(with_this);
  return different;
}

std::optional<std::string> abbreviations::compare(const json& shown, const json& came,
                                                  const std::string& place, const std::string& key,
                                                  bool whole, known& known) {
  if (shown.is_object() && came.is_object()) return compare_objects(shown, came, place, whole, known);
  if (shown.is_array() && came.is_array() && shown.size() == came.size()) {
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const auto here = place + "/" + std::to_string(i);
      if (auto different = compare(shown[i], came[i], here, key, true, known)) return different;
    }
    return std::nullopt;
  }
  const bool numbers = shown.is_number_integer() && came.is_number_integer();
  const bool same = shown.is_string() && came.is_string() ? is_meant(shown, came, known)
                    : numbers                             ? is_meant(shown, came, key, known)
                                                          : shown == came;
  return same ? std::nullopt : std::optional(describe(place, shown.dump(), came.dump()));
}

std::optional<std::string> abbreviations::compare_objects(const json& shown, const json& came,
                                                          const std::string& place, bool whole,
                                                          known& known) {
  for (const auto& [key, value] : shown.items()) {
    const auto here = place + "/" + key;
    if (!came.contains(key)) return describe(here, value.dump(), "nothing");
    if (auto different = compare(value, came[key], here, key, true, known)) return different;
  }
  if (!whole) return std::nullopt;
  for (const auto& [key, value] : came.items())
    if (!shown.contains(key)) return describe(place + "/" + key, "nothing", value.dump());
  return std::nullopt;
}

// In a sentence the ellipsis stands for words; a value with one stands for the same whenever it is shown.
bool abbreviations::is_meant(const std::string& shown, const std::string& came, known& known) {
  const auto at = shown.find(ellipsis);
  if (at == std::string::npos) return shown == came;
  const auto before = shown.substr(0, at), behind = shown.substr(at + ellipsis.size());
  if (is_abbreviated(shown)) return !came.empty() && known.values.emplace(shown, came).first->second == came;
  return came.size() > before.size() + behind.size() && came.rfind(before, 0) == 0 &&
         came.compare(came.size() - behind.size(), std::string::npos, behind) == 0;
}

bool abbreviations::is_meant(std::int64_t shown, std::int64_t came, const std::string& key, known& known) {
  if (is_moment(key)) return is_about_now(came) && known.moments.emplace(shown, came).first->second == came;
  if (is_time_left(key) && shown > 0) return came > 0 && came <= shown;
  return shown == came;
}

std::string abbreviations::write_out(const std::string& text) const {
  auto object = ordered_json::parse(text, nullptr, false);
  if (!object.is_object()) return text;
  for (auto& [key, value] : object.items()) {
    if (value.is_string() && is_abbreviated(value)) {
      const auto meant = known_.values.find(value);
      if (meant == known_.values.end()) throw std::runtime_error(value.dump() + " was not shown before");
      value = meant->second;
    } else if (value.is_number_integer() && is_moment(key)) {
      const auto meant = known_.moments.find(value);
      if (meant != known_.moments.end()) value = meant->second;
    }
  }
  return object.dump();
}

}  // namespace parley::test
