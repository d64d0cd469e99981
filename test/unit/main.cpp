#define BOOST_TEST_MODULE parley_unit
#include <boost/test/unit_test.hpp>
