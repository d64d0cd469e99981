#pragma once
// Looks for words in a text, and shows the text where they are not in it.

#include <string>

#include <boost/test/tools/assertion_result.hpp>

namespace parley::test {

inline boost::test_tools::assertion_result contains(const std::string& text, const std::string& word) {
  if (text.find(word) != std::string::npos) return true;
  boost::test_tools::assertion_result no(false);
  no.message() << "no \"" << word << "\" in \"" << text.substr(0, 3000) << '"';
  return no;
}

inline boost::test_tools::assertion_result lacks(const std::string& text, const std::string& word) {
  const auto at = text.find(word);
  if (at == std::string::npos) return true;
  boost::test_tools::assertion_result no(false);
  const auto line = text.rfind('\n', at);
  no.message() << '"' << word << "\" is in \"" << text.substr(line == std::string::npos ? 0 : line + 1, 400)
               << '"';
  return no;
}

}  // namespace parley::test
