#include "common/functions/weight.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

#include "common/graph/gradient_check.hpp"
#include "common/base/random.hpp"
#include "tests/helpers.hpp"

BOOST_AUTO_TEST_CASE(penalties_by_hand) {
  // |w|: 1 + 2 + 3 = 6; w^2: 1 + 4 + 9 = 14. As in Keras: no 1/2, no division.
  const nn::Matrix W{{1, -2}, {0, 3}};
  const auto near = boost::test_tools::tolerance(1e-12);
  BOOST_TEST(nn::Regularizer{}.penalty(W) == 0.0);
  BOOST_TEST(nn::l1(0.5).penalty(W) == 3.0, near);
  BOOST_TEST(nn::l2(0.5).penalty(W) == 7.0, near);
  BOOST_TEST(nn::l1_l2(0.5, 0.25).penalty(W) == 6.5, near);
  BOOST_TEST(nn::l1().l1 == 0.01);
  BOOST_TEST(nn::l2().l2 == 0.01);
  BOOST_TEST(nn::l1_l2().l1 == 0.01);
  BOOST_TEST(nn::Regularizer{}.is_none());
  BOOST_TEST(!nn::l2(0.1).is_none());
}

BOOST_AUTO_TEST_CASE(gradients_are_added) {
  nn::Weight w;
  w.value = nn::Matrix{{1, -2}, {0, 3}};
  w.gradient = nn::Matrix{{10, 10}, {10, 10}};
  nn::l1_l2(0.5, 0.25).add_gradient(w.value, w.gradient);  // + 0.5 sign(w) + 0.5 w
  BOOST_TEST(row(w.gradient, 0) == (std::vector<double>{11, 8.5}));
  BOOST_TEST(row(w.gradient, 1) == (std::vector<double>{10, 12}));  // sign(0) = 0

  w.gradient.zeros();
  nn::l2(1.0).add_gradient(w.value, w.gradient);
  BOOST_TEST(row(w.gradient, 0) == (std::vector<double>{2, -4}));

  w.gradient.fill(7);
  nn::Regularizer{}.add_gradient(w.value, w.gradient);
  BOOST_TEST(arma::all(arma::vectorise(w.gradient) == 7));
}

BOOST_AUTO_TEST_CASE(the_gradient_agrees_with_differences) {
  nn::Rng rng(3);
  for (const nn::Regularizer& r : {nn::l1(0.3), nn::l2(0.2), nn::l1_l2(0.1, 0.4)}) {
    nn::Weight w;
    w.value = rng.normal_matrix(4, 3) + 3;  // away from 0, where |w| has no derivative
    w.gradient.zeros(4, 3);
    r.add_gradient(w.value, w.gradient);
    const nn::Matrix dW = w.gradient;
    const nn::GradientCheck check =
        nn::check_gradient([&] { return r.penalty(w.value); }, w.value, dW);
    BOOST_TEST(check.relative_error < (sizeof(nn::Real) == 4 ? 1e-4 : 1e-9), check.str());
  }
}

BOOST_AUTO_TEST_CASE(a_weight_is_drawn_once_in_the_size_that_was_said) {
  nn::Rng rng(4);
  nn::Weight W{"kernel", nn::glorot_uniform}, average{"moving_mean", nn::ones, {}, false};
  W.has_size(3, 2);
  average.has_length(4);
  W.draw(rng);
  average.draw(rng);
  BOOST_TEST(nn::shape_text(W.value) == "(3, 2)");
  BOOST_TEST(nn::shape_text(W.gradient) == "(3, 2)");
  BOOST_TEST(arma::accu(W.gradient != 0) == 0u);
  BOOST_TEST(row(average.value, 0) == std::vector<double>(4, 1.0));
  BOOST_TEST(average.gradient.is_empty());
  const nn::Matrix first = W.value;
  W.has_size(3, 2);
  W.draw(rng);
  BOOST_TEST(arma::approx_equal(W.value, first, "absdiff", 0));
  BOOST_TEST(refusal([&] { W.has_size(5, 2); }) ==
             "this input needs a kernel of (5, 2), it is (3, 2)");
}
