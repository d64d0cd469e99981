#include "chat/flat_json.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace parley::chat {
namespace {

constexpr std::size_t escape_length = 6;  // of \ud83d

// The code unit of an escape that begins here; nothing where there is none, which the parser will say.
std::optional<unsigned> escaped_unit(std::string_view text) {
  if (text.size() < escape_length || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  unsigned unit = 0;
  for (const char c : text.substr(2, 4)) {
    const auto digit = std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20));
    if (digit == std::string_view::npos) return std::nullopt;
    unit = unit * 16 + static_cast<unsigned>(digit);
  }
  return unit;
}

bool is_high(unsigned unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}
bool is_low(unsigned unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

// The text with U+FFFD for each escape that is half of a pair, which no parser takes; nothing where there is
// none.
std::optional<std::string> without_halves(std::string_view text) {
  std::optional<std::string> mended;
  for (auto at = text.find('\\'); at < text.size(); at = text.find('\\', at)) {
    const auto unit = escaped_unit(text.substr(at));
    if (!unit || !(is_high(*unit) || is_low(*unit))) {
      at += 2;  // the escaped character may be a backslash
      continue;
    }
    const auto next = escaped_unit(text.substr(at + escape_length));
    if (is_high(*unit) && next && is_low(*next)) {
      at += 2 * escape_length;
      continue;
    }
    if (!mended) mended = text;
    mended->replace(at, escape_length, "\\ufffd");
    at += escape_length;
  }
  return mended;
}

}  // namespace

// nlohmann's events while it reads; false ends it.
class flat_json::builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  builder(flat_json& into, const std::string& what) : into_(into), what_(what) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t) override { return add(other{}); }
  bool number_unsigned(number_unsigned_t value) override { return add(std::uint64_t{value}); }
  bool number_float(number_float_t, const string_t&) override { return add(other{}); }
  bool string(string_t& value) override { return depth_ > 1 ? add(nested{}) : add(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return (depth_ == 0 || add(nested{})) && enter(); }
  bool start_array(std::size_t) override { return depth_ != 0 && add(nested{}) && enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

  bool key(string_t& name) override {
    if (depth_ > 1) return true;
    if (into_.find(name)) return refuse(" may name a field only once.");
    if (into_.fields_.size() == most_fields)
      return refuse(" may have at most " + std::to_string(most_fields) + " fields.");
    name_ = std::move(name);
    return true;
  }

 private:
  bool add(value what) {
    if (depth_ == 0) return false;  // no object
    if (++values_ > most_values)
      return refuse(" may have at most " + std::to_string(most_values) + " values.");
    if (depth_ == 1) into_.fields_.emplace_back(std::move(name_), std::move(what));
    return true;
  }
  bool enter() { return ++depth_ != 0; }
  bool leave() {
    --depth_;
    return true;
  }
  bool refuse(const std::string& why) {
    into_.problem_ = refusal{error_code::bad_json, what_ + why};
    return false;
  }

  flat_json& into_;
  const std::string& what_;
  std::string name_;
  std::size_t depth_ = 0, values_ = 0;
};

flat_json flat_json::read(std::string_view text, const std::string& what) {
  flat_json result;
  const auto mended = without_halves(text);
  builder events(result, what);
  // The parser takes a NUL for the end of the text.
  const bool is_whole = nlohmann::json::sax_parse(mended ? std::string_view(*mended) : text, &events) &&
                        text.find('\0') == std::string_view::npos;
  if (!is_whole && !result.problem_)
    result.problem_ = refusal{error_code::bad_json, what + " has to be one JSON object."};
  if (is_whole && mended)
    result.problem_ = refusal{error_code::bad_field,
                              what + " may not hold half a character: a surrogate without the other one."};
  return result;
}

const flat_json::value* flat_json::find(std::string_view name) const {
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [&](const auto& field) { return field.first == name; });
  return found == fields_.end() ? nullptr : &found->second;
}

const std::string* flat_json::find_string(std::string_view name) const {
  const auto* const found = find(name);
  return found ? std::get_if<std::string>(found) : nullptr;
}

}  // namespace parley::chat
