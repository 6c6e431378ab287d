// The real Fashion-MNIST, where it is installed; what is refused, in test_datasets.cpp.
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "common/data/datasets.hpp"
#include "tests/helpers.hpp"

using boost::test_tools::per_element, boost::test_tools::tolerance;
using nn::Matrix, nn::Real;

BOOST_AUTO_TEST_CASE(fashion_mnist_is_complete) {
  if (!nn::have_fashion_mnist()) {
    std::puts("skipped: Fashion-MNIST is not here; ./book data fashion-mnist brings it");
    std::exit(77);  // what ctest takes for "skipped"
  }
  const nn::ImageSets sets = nn::load_fashion_mnist();
  BOOST_TEST(nn::shape_text(sets.train.X) == "(60000, 784)");
  BOOST_TEST(nn::shape_text(sets.test.X) == "(10000, 784)");
  const auto mean = [](const Matrix& X) {
    double sum = 0.0;
    for (const Real x : X) sum += static_cast<double>(x);
    return sum / static_cast<double>(X.n_elem);
  };
  BOOST_TEST(mean(sets.train.X) == 0.286041, tolerance(2e-6));
  BOOST_TEST(mean(sets.test.X) == 0.286849, tolerance(2e-6));
  BOOST_TEST(sets.train.X.min() == 0);
  BOOST_TEST(sets.train.X.max() == 1);
  const std::vector<arma::uword> first{9, 0, 0, 3, 0, 2, 7, 2, 5, 5};  // begins with an ankle boot
  BOOST_TEST(list(sets.train.y.head(10)) == first, per_element());
  BOOST_TEST(sets.train.class_names[9] == "Ankle boot");
  BOOST_TEST(sets.train.feature_names[783] == "p2727");
}
