#define BOOST_TEST_MODULE parley_integration
#include <boost/test/unit_test.hpp>
