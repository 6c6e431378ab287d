#include "common/functions/activations.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "common/graph/gradient_check.hpp"
#include "common/base/random.hpp"
#include "tests/golden.hpp"
#include "tests/helpers.hpp"

namespace {

constexpr bool is_float = sizeof(nn::Real) == 4;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

const std::vector<std::pair<std::string, nn::ActivationFunction>> elementwise{
    {"linear", nn::linear},
    {"sigmoid", nn::sigmoid},
    {"hard_sigmoid", nn::hard_sigmoid},
    {"tanh", nn::tanh},
    {"relu", nn::relu},
    {"leaky_relu", nn::leaky_relu()},
    {"leaky_relu_0.1", nn::leaky_relu(0.1)},
    {"elu", nn::elu()},
    {"elu_0.5", nn::elu(0.5)},
    {"selu", nn::selu},
    {"gelu", nn::gelu},
    {"gelu_tanh", nn::gelu_tanh},
    {"softplus", nn::softplus},
    {"swish", nn::swish},
    {"exponential", nn::exponential}};

// float64: a few units in the last place; slopes told from h lose digits where h is close to a
// limit, hence the absolute part. float32: rounding of z moves e^z by |z| 6e-8 of itself.
bool is_close(double got, double expected, double absolute = is_float ? 3e-7 : 4e-16) {
  if (std::isnan(got)) return false;
  if (got == expected) return true;
  return std::abs(got - expected) <= (is_float ? 5e-6 : 4e-15) * std::abs(expected) + absolute;
}
// Keras forms 1 + tanh where that is small, and loses digits.
bool is_close_to_keras(double got, double expected) {
  return is_close(got, expected, is_float ? 3e-7 : 8e-15);
}

nn::Matrix number(double x) { return nn::Matrix{static_cast<nn::Real>(x)}; }
double value(const nn::ActivationFunction& f, double z) { return f(number(z))[0]; }
double slope(const nn::ActivationFunction& f, double z) { return f.derivative(number(z))[0]; }

// dZ from dH.
nn::Matrix back(const nn::ActivationFunction& f, const nn::Matrix& Z, const nn::Matrix& H,
                nn::Matrix dH) {
  f.activate_back(f.needs_Z ? Z : H, dH);
  return dH;
}

// All of them, by their names.
const std::vector<std::pair<std::string, nn::ActivationFunction>> by_name{
    {"linear", nn::linear},
    {"step", nn::step},
    {"sign", nn::sign},
    {"sigmoid", nn::sigmoid},
    {"hard_sigmoid", nn::hard_sigmoid},
    {"tanh", nn::tanh},
    {"relu", nn::relu},
    {"leaky_relu", nn::leaky_relu(0.2)},
    {"elu", nn::elu(0.2)},
    {"selu", nn::selu},
    {"gelu", nn::gelu},
    {"gelu_tanh", nn::gelu_tanh},
    {"softplus", nn::softplus},
    {"swish", nn::swish},
    {"silu", nn::silu},
    {"exponential", nn::exponential},
    {"softmax", nn::softmax},
    {"log_softmax", nn::log_softmax}};

// Whether element i of the grid z is itself: in float32 1e-300 has become 0, 1e300 infinite.
bool representable(const nn::Matrix& z, arma::uword i) {
  if (z[i] == 0) return i == z.n_elem / 2;
  if (std::isinf(z[i])) return i == 0 || i == z.n_elem - 1;
  return std::abs(z[i]) > 2 * std::numeric_limits<nn::Real>::min();
}

}  // namespace

BOOST_AUTO_TEST_CASE(
    values_and_slopes_are_those_of_the_formulas_from_the_smallest_to_the_largest_z) {
  const Golden golden("activations.txt");
  const nn::Matrix& z = golden("z");
  for (const auto& [name, function] : elementwise) {
    const nn::Matrix H = function(z), D = function.derivative(z);
    for (arma::uword i = 0; i < z.n_elem; ++i) {
      if (!representable(z, i)) continue;
      BOOST_TEST(is_close(H[i], golden(name + "/h")[i]),
                 name << "(" << z[i] << ") = " << H[i] << ", expected " << golden(name + "/h")[i]);
      BOOST_TEST(is_close(D[i], golden(name + "/d")[i]),
                 name << "'(" << z[i] << ") = " << D[i] << ", expected " << golden(name + "/d")[i]);
    }
  }
}

BOOST_AUTO_TEST_CASE(values_and_slopes_are_those_of_keras) {
  const Golden golden("activations.txt");
  const nn::Matrix& z = golden("z");
  for (const auto& [name, function] : elementwise) {
    const nn::Matrix H = function(z), D = function.derivative(z);
    const nn::Matrix &keras_h = golden(name + "/keras_h"), &keras_d = golden(name + "/keras_d");
    for (arma::uword i = 0; i < z.n_elem; ++i) {
      if (!representable(z, i)) continue;
      // Keras 3.15 gives NaN for GELU and swish at infinity; and where leaky ReLU has no slope, at
      // 0, it takes the right one, we take the left one.
      const bool at_the_kink = name.find("leaky") == 0 && z[i] == 0;
      if (!std::isnan(keras_h[i]))
        BOOST_TEST(is_close_to_keras(H[i], keras_h[i]),
                   name << "(" << z[i] << ") = " << H[i] << ", Keras " << keras_h[i]);
      if (!std::isnan(keras_d[i]) && !at_the_kink)
        BOOST_TEST(is_close_to_keras(D[i], keras_d[i]),
                   name << "'(" << z[i] << ") = " << D[i] << ", Keras " << keras_d[i]);
    }
  }
}

BOOST_AUTO_TEST_CASE(small_values_keep_their_digits) {
  // Not only the difference to 0 is small: these are right to the last digits.
  const double tolerance = is_float ? 1e-5 : 1e-13;
  BOOST_TEST(value(nn::sigmoid, -40) == 4.248354255291589e-18,
             boost::test_tools::tolerance(tolerance));
  BOOST_TEST(value(nn::softplus, -40) == 4.248354255291589e-18,
             boost::test_tools::tolerance(tolerance));
  BOOST_TEST(slope(nn::softplus, -40) == 4.248354255291589e-18,
             boost::test_tools::tolerance(tolerance));
  BOOST_TEST(value(nn::tanh, 1e-20) == 1e-20, boost::test_tools::tolerance(tolerance));
  BOOST_TEST(value(nn::elu(), -1e-20) == -1e-20, boost::test_tools::tolerance(tolerance));
  BOOST_TEST(value(nn::gelu, -10) == -7.619853024160593e-23,
             boost::test_tools::tolerance(tolerance));
  if (!is_float) {
    BOOST_TEST(value(nn::sigmoid, -740) == 4.1998153e-322, boost::test_tools::tolerance(0.01));
    BOOST_TEST(value(nn::exponential, -744.4) > 0.0);  // the smallest number there is
  }
}

BOOST_AUTO_TEST_CASE(step_and_sign_at_zero) {
  const nn::Matrix Z{{-2, -0.0, 0, 3, static_cast<nn::Real>(-infinity)}};
  BOOST_TEST(row(nn::step(Z), 0) == (std::vector<double>{0, 1, 1, 1, 0}));
  BOOST_TEST(row(nn::sign(Z), 0) == (std::vector<double>{-1, 0, 0, 1, -1}));
  BOOST_TEST(row(nn::step.derivative(Z), 0) == std::vector<double>(5, 0.0));
  BOOST_TEST(row(nn::sign.derivative(Z), 0) == std::vector<double>(5, 0.0));
}

BOOST_AUTO_TEST_CASE(numbers_of_the_notes) {
  const double digits = is_float ? 1e-5 : 5e-3;  // as many as are printed there
  BOOST_TEST(slope(nn::sigmoid, 0) == 0.25);
  BOOST_TEST(slope(nn::sigmoid, 2) == 0.105, boost::test_tools::tolerance(5e-3));
  BOOST_TEST(slope(nn::sigmoid, 5) == 6.65e-3, boost::test_tools::tolerance(5e-3));
  BOOST_TEST(slope(nn::sigmoid, 10) == 4.54e-5, boost::test_tools::tolerance(5e-3));
  if (!is_float)
    BOOST_TEST(slope(nn::sigmoid, 20) == 2.06e-9, boost::test_tools::tolerance(digits));
  BOOST_TEST(slope(nn::sigmoid, 40) == 0.0);  // 1 - h is rounded to 0

  const nn::Matrix P = nn::softmax(nn::Matrix{{2.0, 1.0, nn::Real(0.1)}});
  BOOST_TEST(std::abs(P[0] - 0.6590) < 5e-5);
  BOOST_TEST(std::abs(P[1] - 0.2424) < 5e-5);
  BOOST_TEST(std::abs(P[2] - 0.0986) < 5e-5);
  BOOST_TEST(std::abs(arma::accu(P) - 1.0) < 1e-6);
}

BOOST_AUTO_TEST_CASE(softmax_is_that_of_keras_and_finite_where_e_to_the_z_is_not) {
  const Golden golden("activations.txt");
  const nn::Matrix &Z = golden("rows/Z"), &dH = golden("rows/dH");
  for (const nn::ActivationFunction* function : {&nn::softmax, &nn::log_softmax}) {
    const std::string name = function->name;
    const nn::Matrix H = (*function)(Z), dZ = back(*function, Z, H, dH);
    for (arma::uword i = 0; i < Z.n_elem; ++i) {
      const double h = golden(name + "/H")[i], dz = golden(name + "/dZ")[i];
      if (is_float && i % Z.n_rows == 7) continue;  // the row with 1e300
      BOOST_TEST(is_close(H[i], h), name << " " << i << ": " << H[i] << " for " << h);
      BOOST_TEST(is_close(dZ[i], dz), name << "' " << i << ": " << dZ[i] << " for " << dz);
    }
  }
}

BOOST_AUTO_TEST_CASE(softmax_has_the_limits_that_keras_gives_up) {
  const nn::Real inf = static_cast<nn::Real>(infinity);
  const nn::Matrix Z{{inf, 0, 1}, {-inf, -inf, -inf}, {inf, -inf, inf}};
  const nn::Matrix H = nn::softmax(Z), L = nn::log_softmax(Z);
  BOOST_TEST(row(H, 0) == (std::vector<double>{1, 0, 0}));
  BOOST_TEST(row(H, 2) == (std::vector<double>{0.5, 0, 0.5}));
  for (int j = 0; j < 3; ++j) BOOST_TEST(std::abs(H(1, j) - 1.0 / 3.0) < 1e-7);
  BOOST_TEST(row(L, 0) == (std::vector<double>{0, -infinity, -infinity}));
}

BOOST_AUTO_TEST_CASE(softmax_of_many_rows_is_that_of_each_row) {
  nn::Rng rng(5);
  for (const std::size_t rows : {1, 2, 255, 256, 257, 600}) {
    const nn::Matrix Z = rng.normal_matrix(rows, 4, 0.0, 3.0), dH = rng.normal_matrix(rows, 4);
    for (const nn::ActivationFunction* function : {&nn::softmax, &nn::log_softmax}) {
      const nn::Matrix H = (*function)(Z), dZ = back(*function, Z, H, dH);
      for (const std::size_t i : {std::size_t{0}, rows / 2, rows - 1}) {
        const nn::Matrix z = Z.row(i), h = (*function)(z), dz = back(*function, z, h, dH.row(i));
        BOOST_TEST(arma::abs(H.row(i) - h).max() < 1e-6);
        BOOST_TEST(arma::abs(dZ.row(i) - dz).max() < 1e-6);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_way_back_agrees_with_differences) {
  nn::Rng rng(7);
  std::vector<nn::ActivationFunction> functions{nn::softmax, nn::log_softmax};
  for (const auto& named : elementwise) functions.push_back(named.second);
  for (const nn::ActivationFunction& function : functions) {
    nn::Matrix Z = rng.normal_matrix(5, 3, 0.0, 2.0);
    Z.transform([](nn::Real z) { return std::abs(z) < nn::Real(0.1) ? nn::Real(0.1) : z; });
    const nn::Matrix R = rng.normal_matrix(5, 3), dZ = back(function, Z, function(Z), R);
    const auto E = [&] {
      return arma::accu(arma::conv_to<arma::mat>::from(R) %
                        arma::conv_to<arma::mat>::from(function(Z)));
    };
    const nn::GradientCheck check = nn::check_gradient(E, Z, dZ);
    // float32: differences of numbers with seven digits have four.
    BOOST_TEST(check.relative_error < (is_float ? 2e-3 : 1e-8),
               function.name << ": " << check.str());
  }
}

BOOST_AUTO_TEST_CASE(many_rows_in_place_give_what_each_row_gives) {
  nn::Rng rng(8);
  const nn::Matrix Z = rng.normal_matrix(300, 3, 0.0, 2.0), dH = rng.normal_matrix(300, 3);
  for (const auto& [name, f] : by_name) {
    nn::Matrix H = Z;
    f.activate(H);
    const nn::Matrix dZ = back(f, Z, H, dH);
    for (arma::uword i = 0; i < 300; ++i) {
      const nn::Matrix z = Z.row(i), h = f(z), dz = back(f, z, h, dH.row(i));
      BOOST_TEST(arma::abs(H.row(i) - h).max() <= 1e-6, name);
      BOOST_TEST(arma::abs(dZ.row(i) - dz).max() <= 1e-6, name);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_nan_is_never_hidden) {
  for (const auto& [name, f] : by_name) {
    BOOST_TEST(std::isnan(f(nn::Matrix{{static_cast<nn::Real>(not_a_number), 1}})[0]), name);
    BOOST_TEST(std::isnan(f(nn::Matrix{{1, 2, static_cast<nn::Real>(not_a_number)}})[2]), name);
    BOOST_TEST(f.name == name);
  }
  for (const nn::ActivationFunction* f : {&nn::softmax, &nn::log_softmax})
    BOOST_TEST((*f)(nn::Matrix{{1, static_cast<nn::Real>(not_a_number), 3}}).has_nan());
}

BOOST_AUTO_TEST_CASE(names_defaults_and_refusals) {
  BOOST_TEST(nn::leaky_relu().alpha == 0.3);  // keras.layers.LeakyReLU
  BOOST_TEST(nn::elu().alpha == 1.0);
  BOOST_TEST(nn::linear.is_linear());
  BOOST_TEST(!nn::relu.is_linear());
  BOOST_TEST(value(nn::leaky_relu(1.5), -2) == -3.0);  // no max(az, z): a may be above 1
  BOOST_TEST(slope(nn::leaky_relu(1.5), -2) == 1.5);
  BOOST_TEST(refusal([] { nn::leaky_relu(-0.1); }) ==
             "leaky_relu: alpha is -0.1, expected a number of at least 0");
  BOOST_TEST(refusal([] { nn::elu(not_a_number); }) ==
             "elu: alpha is nan, expected a number of at least 0");
}

BOOST_AUTO_TEST_CASE(nothing_but_the_matrix_is_touched) {
  const nn::Matrix empty;
  for (const auto& [name, function] : elementwise) BOOST_TEST(function(empty).n_elem == 0u);
  BOOST_TEST(nn::softmax(nn::Matrix(0, 3)).n_rows == 0u);
  BOOST_TEST(nn::softmax(nn::Matrix(3, 1, arma::fill::zeros))[2] == 1.0);  // one column: certain
}
