#include <boost/test/unit_test.hpp>
#include "common/random.hpp"
BOOST_AUTO_TEST_CASE(placeholder) { BOOST_TEST(nn::normal_quantile(0.975) == 1.959963984540054, boost::test_tools::tolerance(1e-14)); }
