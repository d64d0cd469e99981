#include "net/script_comments.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(script_comments)

using parley::net::without_comments;

BOOST_AUTO_TEST_CASE(comments_with_lines_of_their_own_go_and_the_lines_stay) {
  BOOST_TEST(without_comments("// why\nlet a = 1;\n  // and how\nlet b = 2;\n") ==
             "\nlet a = 1;\n\nlet b = 2;\n");
  BOOST_TEST(without_comments("/**\n * @param {string} a\n */\nfunction f(a) {}\n") ==
             "\n\n\nfunction f(a) {}\n");
  BOOST_TEST(without_comments("/** one */\nlet a;\n") == "\nlet a;\n");
  BOOST_TEST(without_comments("  /** @type {A} */ (a).b();\n") == " (a).b();\n");
  BOOST_TEST(without_comments("/**/ let a;\n") == " let a;\n");
  BOOST_TEST(without_comments("let a;\n// the end") == "let a;\n");
  BOOST_TEST(without_comments("") == "");
}

BOOST_AUTO_TEST_CASE(what_is_code_stays_as_it_is) {
  for (const auto* code : {"let a = 'https://localhost'; // behind code\n", "let a = x /* between */ + 1;\n",
                           "let a = 4 / 2 / 1;\n", "//# sourceMappingURL=a.js.map\n", "/*! licence */\n",
                           "let a = `b ${c ? `d` : ''} e`;\n", "let a = 'it\\'s // not a comment';\n"})
    BOOST_TEST(without_comments(code) == code);
}

BOOST_AUTO_TEST_CASE(a_script_in_which_a_line_may_be_something_else_is_left_alone) {
  for (const auto* script :
       {"let a = `first\n// not a comment\n`;\n", "let a = '`' + `first\n// no comment\n`;\n",
        "f(); /* from here\n/** to there */ g();\n", "let a = 'one \\\n// two';\n", "let a = /'/;\n// why\n",
        "/** never\nclosed\n"})
    BOOST_TEST(without_comments(script) == script);
}

// Each module of the page is written so that its comments can be left out.
BOOST_AUTO_TEST_CASE(the_page_is_sent_without_comments) {
  for (const auto& entry : std::filesystem::directory_iterator(PARLEY_SOURCE_DIR "/www/js")) {
    std::ifstream stream(entry.path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    BOOST_TEST_INFO(entry.path());
    BOOST_TEST(without_comments(text).find("/**\n") == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
