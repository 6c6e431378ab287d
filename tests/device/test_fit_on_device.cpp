#include <boost/test/unit_test.hpp>

#include "common/device/fit_on_device.hpp"
#include "common/nn.hpp"
#include "tests/helpers.hpp"

// The engine's source, built for the CPU, against the library's own training. The same test runs on a
// GPU as gpu.fit_on_device: NN_TEST_DEVICE=gpu.

namespace {

constexpr bool single = sizeof(nn::Real) == 4;

nn::Device device() {
  const char* name = std::getenv("NN_TEST_DEVICE");
  return name && std::string(name) == "gpu" ? nn::Device::gpu : nn::Device::cpu;
}

struct Skipped {
  Skipped() {
    if (!nn::device_name(device()).empty()) return;
    std::printf("skipped: %s\n",
                device() == nn::Device::gpu ? nn::why_no_gpu().c_str() : "built without Thrust");
    std::exit(77);
  }
};
BOOST_GLOBAL_FIXTURE(Skipped);

struct Data {
  nn::Matrix X, Y;
};
Data make_data(std::size_t n, std::size_t classes, bool one_hot) {
  nn::Rng rng(9);
  Data data{rng.normal_matrix(n, 7), rng.normal_matrix(n, classes, 0.3, 0.5)};
  if (!one_hot) return data;
  data.Y.zeros();
  for (std::size_t i = 0; i < n; ++i) data.Y(i, rng.below(classes)) = 1;
  return data;
}

double largest_difference(const nn::Model& a, const nn::Model& b) {
  const auto pa = a.network().parameters(), pb = b.network().parameters();
  double largest = 0.0;
  for (std::size_t k = 0; k < pa.size(); ++k)
    largest = std::max(
        largest, static_cast<double>(arma::abs(pa[k].weight->value - pb[k].weight->value).max()));
  return largest;
}

// Trains two models with equal weights, one here and one there, and compares weights, history and
// the optimizer's slots.
void compare(const std::function<nn::Sequential()>& build, const Data& data, double tolerance,
             int batch_size = 16) {
  nn::set_seed(4);
  nn::Sequential here = build();
  nn::set_seed(4);
  nn::Sequential there = build();
  const nn::History expected =
      here.fit(data.X, data.Y, {.epochs = 3, .batch_size = batch_size, .verbose = false});
  const nn::History history = nn::fit_on_device(
      there, data.X, data.Y,
      {.epochs = 3, .batch_size = batch_size, .verbose = false, .device = device()});
  BOOST_TEST(largest_difference(here, there) < tolerance);
  BOOST_TEST(history.names() == expected.names(), boost::test_tools::per_element());
  for (const std::string& name : expected.names())
    for (std::size_t e = 0; e < 3; ++e)
      BOOST_TEST(history[name][e] == expected[name][e],
                 boost::test_tools::tolerance(std::max(tolerance, 1e-9)));
  BOOST_TEST(there.optimizer().iterations() == here.optimizer().iterations());
  const auto a = here.optimizer().slots(), b = there.optimizer().slots();
  BOOST_TEST(a.size() == b.size());
  for (std::size_t s = 0; s < a.size(); ++s)
    BOOST_TEST(arma::abs(*a[s].value - *b[s].value).max() < tolerance);
}

constexpr double rounding = single ? 2e-5 : 1e-11;

}  // namespace

BOOST_AUTO_TEST_CASE(every_activation_function) {
  Data data = make_data(50, 3, true);
  data.X *= nn::Real(0.3);  // e^z of e^z ... must stay a number
  for (const nn::ActivationFunction& phi :
       {nn::linear, nn::step, nn::sign, nn::sigmoid, nn::hard_sigmoid, nn::tanh, nn::relu, nn::selu,
        nn::gelu, nn::gelu_tanh, nn::softplus, nn::swish, nn::silu, nn::exponential, nn::softmax,
        nn::log_softmax, nn::leaky_relu(0.7), nn::elu(0.7)}) {
    BOOST_TEST_CONTEXT(phi.name) {
      compare(
          [&] {
            nn::Sequential model{nn::Dense(9, {.activation = phi, .input_shape = {7}}),
                                 nn::Dense(5, {.activation = phi, .use_bias = false}),
                                 nn::Dense(3, {.activation = nn::softmax})};
            model.compile({.optimizer = nn::SGD({.learning_rate = 0.005, .momentum = 0.9}),
                           .loss = nn::categorical_crossentropy,
                           .metrics = {nn::accuracy}});
            return model;
          },
          data, rounding);
    }
  }
}

BOOST_AUTO_TEST_CASE(both_losses_and_every_end) {
  for (const nn::ActivationFunction& end :
       {nn::linear, nn::sigmoid, nn::tanh, nn::softmax, nn::gelu}) {
    BOOST_TEST_CONTEXT(end.name) {
      compare(
          [&] {
            nn::Sequential model{nn::Dense(6, {.activation = nn::tanh, .input_shape = {7}}),
                                 nn::Dense(4, {.activation = end})};
            model.compile(
                {.optimizer = nn::SGD({.learning_rate = 0.1}), .loss = nn::mean_squared_error});
            return model;
          },
          make_data(37, 4, false), rounding);
    }
  }
  compare(  // one output: accuracy is that of a yes-or-no question
      [] {
        nn::Sequential model{nn::Dense(1, {.activation = nn::sigmoid, .input_shape = {7}})};
        model.compile({.optimizer = nn::SGD({.learning_rate = 0.1}),
                       .loss = nn::mean_squared_error,
                       .metrics = {nn::accuracy}});
        return model;
      },
      Data{make_data(40, 1, false).X,
           arma::conv_to<nn::Matrix>::from(make_data(40, 1, false).Y > 0.3)},
      rounding);
}

BOOST_AUTO_TEST_CASE(every_optimizer_and_odd_batches) {
  // An optimizer belongs to one model: each needs a new one.
  const std::vector<std::function<nn::Optimizer()>> optimizers{
      [] { return nn::SGD({.learning_rate = 0.05}); },
      [] {
        return nn::SGD({.learning_rate = 0.05, .momentum = 0.9, .nesterov = true, .decay = 0.01});
      },
      [] { return nn::Adam({.learning_rate = 0.01}); },
      [] {
        return nn::Adam({.learning_rate = 0.02, .beta_1 = 0.8, .beta_2 = 0.95, .epsilon = 1e-3});
      }};
  for (std::size_t k = 0; k < optimizers.size(); ++k)
    for (int batch_size : {1, 7, 50, 1000}) {
      BOOST_TEST_CONTEXT("optimizer " << k << " " << batch_size) {
        compare(
            [&] {
              nn::Sequential model{nn::Dense(8, {.activation = nn::relu, .input_shape = {7}}),
                                   nn::Dense(3, {.activation = nn::softmax})};
              model.compile({.optimizer = optimizers[k](), .loss = nn::categorical_crossentropy});
              return model;
            },
            make_data(50, 3, true), 5 * rounding, batch_size);
      }
    }
}

BOOST_AUTO_TEST_CASE(a_training_goes_on_here_or_there) {
  const Data data = make_data(60, 3, true);
  const auto build = [] {
    nn::set_seed(2);
    nn::Sequential model{nn::Dense(8, {.activation = nn::gelu, .input_shape = {7}}),
                         nn::Dense(3, {.activation = nn::softmax})};
    model.compile(
        {.optimizer = nn::Adam({.learning_rate = 0.01}), .loss = nn::categorical_crossentropy});
    return model;
  };
  nn::Sequential here = build(), both = build();
  here.fit(data.X, data.Y, {.epochs = 6, .batch_size = 16, .verbose = false});
  const nn::DeviceFitOptions there{
      .epochs = 2, .batch_size = 16, .verbose = false, .device = device()};
  nn::fit_on_device(both, data.X, data.Y, there);
  both.fit(data.X, data.Y, {.epochs = 2, .batch_size = 16, .verbose = false});
  nn::fit_on_device(both, data.X, data.Y, there);
  BOOST_TEST(largest_difference(here, both) < 5 * rounding);
  const nn::Sequential before = build();
  nn::Sequential none = build();
  nn::fit_on_device(none, data.X, data.Y, {.epochs = 0, .verbose = false, .device = device()});
  BOOST_TEST(largest_difference(before, none) == 0.0);
}

BOOST_AUTO_TEST_CASE(what_is_not_on_the_device_is_refused) {
  const Data data = make_data(20, 3, true);
  const auto refused = [&](nn::Sequential model, nn::Optimizer optimizer, nn::Loss loss,
                           const nn::Matrix& Y, std::vector<nn::Metric> metrics = {}) {
    nn::CompileOptions options{.optimizer = optimizer, .loss = loss};
    if (!metrics.empty()) options.metrics.push_back(metrics);
    model.compile(options);
    return refusal(
        [&] { nn::fit_on_device(model, data.X, Y, {.verbose = false, .device = device()}); });
  };
  const auto dense = [](nn::DenseOptions options = {}) {
    options.input_shape = {7};
    options.name = "only";
    if (options.activation.is_linear()) options.activation = nn::softmax;
    return nn::Sequential{nn::Dense(3, options)};
  };
  const nn::SGD sgd;
  const nn::Loss ce = nn::categorical_crossentropy;
  BOOST_TEST(refused({nn::Dense(3, {.input_shape = {7}}), nn::Dropout(0.5, {.name = "d"})}, sgd, ce,
                     data.Y) ==
             "fit_on_device: Dropout \"d\" is not on the device, only Dense layers are");
  BOOST_TEST(refused(dense({.kernel_regularizer = nn::l2(0.1)}), sgd, ce, data.Y) ==
             "fit_on_device: Dense \"only\": regularizers are not on the device");
  nn::ActivationFunction own = nn::relu;
  own.name = "own";
  BOOST_TEST(refused({nn::Dense(3, {.activation = own, .input_shape = {7}}),
                      nn::Dense(3, {.activation = nn::softmax})},
                     sgd, ce,
                     data.Y) == "fit_on_device: there is no activation \"own\" on the device");
  BOOST_TEST(refused(dense(), nn::RMSprop(), ce, data.Y) ==
             "fit_on_device: RMSprop is not on the device, only SGD and Adam are");
  BOOST_TEST(refused(dense(), nn::Adam({.clipnorm = 1.0}), ce, data.Y) ==
             "fit_on_device: Adam: .clipnorm is not on the device");
  BOOST_TEST(refused(dense(), sgd, nn::huber(), data.Y) ==
             "fit_on_device: huber is not on the device, only mean_squared_error and "
             "categorical_crossentropy are");
  BOOST_TEST(refused(dense({.activation = nn::sigmoid}), sgd, ce, data.Y) ==
             "fit_on_device: categorical_crossentropy needs a model that ends with softmax");
  BOOST_TEST(
      refused(dense(), sgd, nn::categorical_crossentropy({.label_smoothing = 0.1}), data.Y) ==
      "fit_on_device: categorical_crossentropy with .label_smoothing is not on the device");
  BOOST_TEST(refused(dense(), sgd, ce, data.Y, {nn::auc}) ==
             "fit_on_device: the metric auc is not on the device, only accuracy is");
  BOOST_TEST(refused(dense(), sgd, ce, data.Y.head_cols(2)) ==
             "fit_on_device: Y has 2 columns, expected 3");
  nn::Sequential frozen = dense();
  frozen.layers()[0].set_trainable(false);
  BOOST_TEST(refused(frozen, sgd, ce, data.Y) ==
             "fit_on_device: Dense \"only\": frozen layers are not on the device");
  frozen.compile({.optimizer = nn::SGD(), .loss = ce});
  frozen.layers()[0].set_trainable(true);  // what compile found counts
  BOOST_TEST(refusal([&] {
               nn::fit_on_device(frozen, data.X, data.Y, {.verbose = false, .device = device()});
             }) ==
             "fit_on_device: the layers that are frozen are others than at compile; compile again");
  nn::Sequential weighted = dense();
  weighted.compile({.optimizer = nn::SGD(), .loss = ce, .loss_weights = {0.1}});
  BOOST_TEST(refusal([&] {
               nn::fit_on_device(weighted, data.X, data.Y, {.verbose = false, .device = device()});
             }) == "fit_on_device: .loss_weights is 0.1, only 1 is on the device");
}

BOOST_AUTO_TEST_CASE(a_loss_that_is_no_number_changes_nothing) {
  Data data = make_data(20, 3, false);
  data.Y *= single ? nn::Real(1e30) : nn::Real(1e200);
  nn::Sequential model{nn::Dense(3, {.activation = nn::exponential, .input_shape = {7}})};
  model.compile({.optimizer = nn::SGD({.learning_rate = 10}), .loss = nn::mean_squared_error});
  const std::vector<nn::Matrix> before = model.layers()[0].weights();
  BOOST_TEST(refusal([&] {
               nn::fit_on_device(model, data.X, data.Y,
                                 {.epochs = 5, .verbose = false, .device = device()});
             }).find("on the device; try a smaller learning rate") != std::string::npos);
  BOOST_TEST(arma::approx_equal(model.layers()[0].weights()[0], before[0], "absdiff", 0));
  BOOST_TEST(model.optimizer().iterations() == 0);
}
