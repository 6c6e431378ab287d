#include "common/optimizers/optimizers.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/files/architecture.hpp"
#include "tests/golden.hpp"
#include "tests/helpers.hpp"

namespace {

constexpr bool is_float = sizeof(nn::Real) == 4;

// As in make_optimizers.py: kernel (2 x 3), bias (1 x 3), embeddings (4 x 1), and their gradients.
struct Weights {
  explicit Weights(const Golden& golden) {
    for (const char* name : {"kernel", "bias", "embeddings"}) {
      const std::string k = std::to_string(weights.size());
      nn::Weight& weight = weights.emplace_back();
      weight.name = name;
      weight.value = golden("start" + k);
      weight.gradient.copy_size(weight.value);
      gradients.push_back(golden("g" + k));
    }
  }
  // The gradient of step t; rows of the file are in the order of the rows of the weight.
  nn::Matrix gradient(std::size_t k, std::size_t t) const {
    const nn::Matrix& W = weights[k].value;
    return arma::reshape(nn::Matrix(gradients[k].row(t)), W.n_cols, W.n_rows).t();
  }
  std::vector<nn::Weight*> pointers() {
    std::vector<nn::Weight*> list;
    for (nn::Weight& weight : weights) list.push_back(&weight);
    return list;
  }
  // All numbers in one row, as in the file.
  nn::Matrix row() const {
    nn::Matrix all(1, 0);
    for (const nn::Weight& weight : weights)
      all = arma::join_rows(all, arma::vectorise(weight.value, 1));
    return all;
  }
  std::deque<nn::Weight> weights;
  std::vector<nn::Matrix> gradients;
};

void step(nn::Optimizer& optimizer, Weights& w, std::size_t t) {
  for (std::size_t k = 0; k < 3; ++k) w.weights[k].gradient = w.gradient(k, t);
  optimizer.step(w.pointers());
}

nn::Matrix slots_of(nn::Optimizer& optimizer) {
  nn::Matrix all(1, 0);
  for (const nn::OptimizerSlot& slot : optimizer.slots())
    all = arma::join_rows(all, arma::vectorise(*slot.value, 1));
  return all.is_empty() ? nn::Matrix(1, 1, arma::fill::zeros) : all;
}

nn::Matrix number(double x) { return nn::Matrix{static_cast<nn::Real>(x)}; }

// The largest difference of an element, as a part of it where it is larger than 1.
double worst(const nn::Matrix& got, const nn::Matrix& expected) {
  BOOST_REQUIRE(arma::size(got) == arma::size(expected));
  double result = 0.0;
  for (arma::uword i = 0; i < got.n_elem; ++i) {
    const double size = std::max(1.0, std::abs(static_cast<double>(expected[i])));
    const double error = std::abs(static_cast<double>(got[i]) - expected[i]) / size;
    if (!(error <= result)) result = std::isnan(error) ? INFINITY : error;
  }
  return result;
}

const std::vector<std::pair<std::string, nn::Optimizer>>& optimizers() {
  static std::vector<std::pair<std::string, nn::Optimizer>> all;
  all.clear();
  // The options that all have, with each optimizer.
  struct Common {
    std::string suffix;
    double weight_decay = 0.0, clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
  };
  for (const Common& c : std::vector<Common>{{""},
                                             {"_decay", 0.1},
                                             {"_clipnorm", 0, 0.7},
                                             {"_clipvalue", 0, 0, 0.4},
                                             {"_global", 0, 0, 0, 1.3}}) {
#define COMMON                                                                      \
  .weight_decay = c.weight_decay, .clipnorm = c.clipnorm, .clipvalue = c.clipvalue, \
  .global_clipnorm = c.global_clipnorm
    all.push_back({"sgd" + c.suffix, nn::SGD({.learning_rate = 0.05, COMMON})});
    all.push_back({"sgd_nesterov" + c.suffix,
                   nn::SGD({.learning_rate = 0.05, .momentum = 0.9, .nesterov = true, COMMON})});
    all.push_back({"adagrad" + c.suffix, nn::Adagrad({.learning_rate = 0.05, COMMON})});
    all.push_back({"rmsprop" + c.suffix, nn::RMSprop({.learning_rate = 0.01, COMMON})});
    all.push_back({"adadelta" + c.suffix, nn::Adadelta({.learning_rate = 1.0, COMMON})});
    all.push_back({"adam" + c.suffix, nn::Adam({.learning_rate = 0.01, COMMON})});
    all.push_back({"adamax" + c.suffix, nn::Adamax({.learning_rate = 0.01, COMMON})});
    all.push_back({"nadam" + c.suffix, nn::Nadam({.learning_rate = 0.01, COMMON})});
#undef COMMON
    nn::AdamWOptions adamw{.learning_rate = 0.01,
                           .clipnorm = c.clipnorm,
                           .clipvalue = c.clipvalue,
                           .global_clipnorm = c.global_clipnorm};
    if (c.weight_decay > 0) adamw.weight_decay = c.weight_decay;
    all.push_back({"adamw" + c.suffix, nn::AdamW(adamw)});
  }
  all.insert(all.end(), {{"sgd_default", nn::SGD()},
                         {"adagrad_default", nn::Adagrad()},
                         {"rmsprop_default", nn::RMSprop()},
                         {"adadelta_default", nn::Adadelta()},
                         {"adam_default", nn::Adam()},
                         {"adamw_default", nn::AdamW()},
                         {"adamax_default", nn::Adamax()},
                         {"nadam_default", nn::Nadam()}});
  const auto add = [](const char* name, const nn::Optimizer& optimizer) {
    all.push_back({name, optimizer});
  };
  add("sgd_momentum", nn::SGD({.learning_rate = 0.05, .momentum = 0.9}));
  add("sgd_momentum_1", nn::SGD({.learning_rate = 0.01, .momentum = 1.0}));
  add("sgd_nesterov_without_momentum", nn::SGD({.learning_rate = 0.05, .nesterov = true}));
  add("adagrad_options",
      nn::Adagrad({.learning_rate = 0.05, .initial_accumulator_value = 0, .epsilon = 1e-3}));
  add("rmsprop_options", nn::RMSprop({.learning_rate = 0.01, .rho = 0.5, .epsilon = 1e-3}));
  add("rmsprop_momentum", nn::RMSprop({.learning_rate = 0.01, .momentum = 0.8}));
  add("rmsprop_centered", nn::RMSprop({.learning_rate = 0.01, .centered = true}));
  add("rmsprop_all",
      nn::RMSprop(
          {.learning_rate = 0.01, .rho = 0.8, .momentum = 0.8, .epsilon = 1e-4, .centered = true}));
  add("adadelta_options", nn::Adadelta({.learning_rate = 0.5, .rho = 0.7, .epsilon = 1e-3}));
  add("adam_options",
      nn::Adam({.learning_rate = 0.01, .beta_1 = 0.7, .beta_2 = 0.95, .epsilon = 1e-2}));
  add("adam_amsgrad", nn::Adam({.learning_rate = 0.01, .amsgrad = true}));
  add("adam_amsgrad_options", nn::Adam({.learning_rate = 0.01,
                                        .beta_1 = 0.5,
                                        .beta_2 = 0.6,
                                        .amsgrad = true,
                                        .weight_decay = 0.2,
                                        .clipnorm = 0.5}));
  add("adamw_amsgrad", nn::AdamW({.learning_rate = 0.01, .amsgrad = true}));
  nn::AdamW not_bias({.learning_rate = 0.01, .weight_decay = 0.1});
  not_bias.exclude_from_weight_decay({"bias"});
  add("adamw_but_not_bias", not_bias);
  add("adamax_options",
      nn::Adamax({.learning_rate = 0.01, .beta_1 = 0.7, .beta_2 = 0.5, .epsilon = 1e-2}));
  add("nadam_options",
      nn::Nadam({.learning_rate = 0.01, .beta_1 = 0.7, .beta_2 = 0.95, .epsilon = 1e-2}));
  // Twice the same: Keras 2's decay, and Keras 3's schedule.
  add("sgd_of_the_notes",
      nn::SGD({.learning_rate = 0.01, .momentum = 0.9, .nesterov = true, .decay = 1e-6}));
  add("sgd_of_the_notes", nn::SGD({.learning_rate = nn::InverseTimeDecay(0.01, 1, 1e-6),
                                   .momentum = 0.9,
                                   .nesterov = true}));
  add("sgd_keras_2_decay", nn::SGD({.learning_rate = 0.1, .momentum = 0.9, .decay = 0.3}));
  add("sgd_exponential",
      nn::SGD({.learning_rate = nn::ExponentialDecay(0.1, 5, 0.7), .momentum = 0.9}));
  add("adamw_cosine", nn::AdamW({.learning_rate = nn::CosineDecay(
                                     0.01, 6, {.warmup_target = 0.1, .warmup_steps = 3})}));
  return all;
}

std::string written(const nn::Optimizer& optimizer) {
  return nn::compile_options_to_json({.optimizer = optimizer, .loss = nn::mean_squared_error});
}

// float64 to 1e-12. float32: ten steps of rounding; Adadelta and the amplified first steps of the
// Adam family lose one digit more.
const double tolerance = is_float ? 5e-6 : 1e-12;

}  // namespace

BOOST_AUTO_TEST_CASE(ten_steps_of_every_optimizer_are_those_of_keras) {
  const Golden golden("optimizers.txt");
  for (auto [name, optimizer] : optimizers()) {
    Weights w(golden);
    const nn::Matrix& trajectory = golden(name + "/weights");
    for (std::size_t t = 0; t < 10; ++t) {
      step(optimizer, w, t);
      const double error = worst(w.row(), trajectory.row(t));
      BOOST_TEST(error < tolerance, name << " step " << t << ": " << error);
    }
    const double error = worst(slots_of(optimizer), golden(name + "/slots"));
    BOOST_TEST(error < tolerance, name << " slots: " << error);
    BOOST_TEST(optimizer.iterations() == 10);
  }
}

BOOST_AUTO_TEST_CASE(matrices_without_layers_take_the_same_steps) {
  const Golden golden("optimizers.txt");
  Weights w(golden);
  nn::Adam adam({.learning_rate = 0.01});
  for (std::size_t t = 0; t < 10; ++t)
    adam.step({{w.weights[0].value, w.gradient(0, t)},
               {w.weights[1].value, w.gradient(1, t)},
               {w.weights[2].value, w.gradient(2, t)}});
  BOOST_TEST(worst(w.row(), golden("adam/weights").row(9)) < tolerance);
  // A row vector is a matrix too: the bias of chapters 2 to 4.
  nn::RowVector b{1, 2}, db{1, -1};
  nn::SGD sgd({.learning_rate = 0.5});
  sgd.step({{b, db}});
  BOOST_TEST(row(b, 0) == (std::vector<double>{0.5, 2.5}));
}

BOOST_AUTO_TEST_CASE(a_step_is_counted_once_whatever_the_number_of_parameters) {
  // Adam's first step is rate * sign(g): with one count for each parameter the later ones differ.
  nn::Matrix a{{1, 1}}, b{{1, 1}}, c{{1, 1}}, g{{4, -4}};
  nn::Adam adam({.learning_rate = 0.25, .epsilon = 0.0});
  adam.step({{a, g}, {b, g}, {c, g}});
  for (const nn::Matrix& W : {a, b, c}) {
    BOOST_TEST(std::abs(W[0] - 0.75) < 1e-6);
    BOOST_TEST(std::abs(W[1] - 1.25) < 1e-6);
  }
  BOOST_TEST(adam.iterations() == 1);
}

BOOST_AUTO_TEST_CASE(a_parameter_without_gradient_is_left_alone) {
  nn::Weight weight;
  weight.value = nn::Matrix{{1, 2}};
  weight.gradient = nn::Matrix{{1, 1}};
  nn::Weight average;
  average.trained = false;
  average.value = nn::Matrix{{7, 8}};
  nn::SGD sgd({.learning_rate = 0.5, .momentum = 0.5});
  sgd.step({&average, &weight});
  BOOST_TEST(row(average.value, 0) == (std::vector<double>{7, 8}));
  BOOST_TEST(row(weight.value, 0) == (std::vector<double>{0.5, 1.5}));
  BOOST_REQUIRE(sgd.slots().size() == 1u);
  BOOST_TEST(sgd.slots()[0].weight == 1u);
  BOOST_TEST(sgd.slots()[0].name == "momentum");
}

BOOST_AUTO_TEST_CASE(slots_are_listed_as_keras_lists_them) {
  const Golden golden("optimizers.txt");
  const auto names = [&](nn::Optimizer optimizer) {
    Weights w(golden);
    BOOST_TEST(optimizer.slots().empty());
    optimizer.build(w.pointers());
    std::string list;
    for (const nn::OptimizerSlot& slot : optimizer.slots())
      list += w.weights[slot.weight].name.substr(0, 1) + ":" + slot.name + " ";
    BOOST_TEST(optimizer.iterations() == 0);
    return list;
  };
  BOOST_TEST(names(nn::SGD()) == "");
  BOOST_TEST(names(nn::Adam()) ==
             "k:momentum k:velocity b:momentum b:velocity e:momentum e:velocity ");
  BOOST_TEST(names(nn::Adam({.amsgrad = true})) ==
             "k:momentum k:velocity b:momentum b:velocity e:momentum e:velocity k:velocity_hat "
             "b:velocity_hat e:velocity_hat ");
  BOOST_TEST(names(nn::RMSprop({.momentum = 0.5, .centered = true})) ==
             "k:velocity b:velocity e:velocity k:momentum b:momentum e:momentum k:average_gradient "
             "b:average_gradient e:average_gradient ");
}

BOOST_AUTO_TEST_CASE(going_on_from_saved_slots_gives_the_same_bits) {
  const Golden golden("optimizers.txt");
  const auto all = optimizers(), again = optimizers();  // two of each
  for (std::size_t i = 0; i < all.size(); ++i) {
    nn::Optimizer first = all[i].second, second = again[i].second;
    Weights w(golden);
    for (std::size_t t = 0; t < 5; ++t) step(first, w, t);
    // What a checkpoint holds: weights, slots, the number of steps, the rate if it is a number.
    Weights copy(golden);
    for (std::size_t k = 0; k < 3; ++k) copy.weights[k].value = w.weights[k].value;
    second.build(copy.pointers());
    const auto from = first.slots(), to = second.slots();
    BOOST_REQUIRE(from.size() == to.size());
    for (std::size_t s = 0; s < to.size(); ++s) *to[s].value = *from[s].value;
    second.set_iterations(first.iterations());
    if (first.base_learning_rate() > 0) second.set_base_learning_rate(first.base_learning_rate());
    for (std::size_t t = 5; t < 10; ++t) {
      step(first, w, t);
      step(second, copy, t);
    }
    BOOST_TEST(arma::all(arma::vectorise(w.row() == copy.row())), all[i].first);
    BOOST_TEST(arma::all(arma::vectorise(slots_of(first) == slots_of(second))), all[i].first);
  }
}

BOOST_AUTO_TEST_CASE(the_learning_rate_now_and_later) {
  const auto near = boost::test_tools::tolerance(1e-14);
  nn::SGD sgd({.learning_rate = 0.01, .momentum = 0.9, .nesterov = true, .decay = 1e-6});
  nn::Optimizer same = sgd;  // a handle: both are one optimizer
  BOOST_TEST(sgd.learning_rate() == 0.01);
  same.set_iterations(1000000);
  BOOST_TEST(sgd.learning_rate() == 0.005, near);  // 0.01 / (1 + 1e-6 * 1e6)
  sgd.set_learning_rate(0.002);
  BOOST_TEST(same.learning_rate() == 0.002, near);
  BOOST_TEST(same.base_learning_rate() == 0.004, near);

  nn::Adam adam({.learning_rate = nn::ExponentialDecay(0.1, 10, 0.5)});
  adam.set_iterations(10);
  BOOST_TEST(adam.learning_rate() == 0.05, near);
  BOOST_TEST(adam.base_learning_rate() == 0.0);
  BOOST_TEST(refusal([&] { adam.set_learning_rate(0.1); }) ==
             "Adam: the learning rate follows ExponentialDecay and cannot be set; give the "
             "optimizer a number instead");
  BOOST_TEST(adam.name() == "Adam");

  // A new rate holds from the next step on.
  nn::Matrix W = number(1), dW = number(1);
  nn::SGD plain({.learning_rate = 0.5});
  plain.step({{W, dW}});
  plain.set_learning_rate(0.25);
  plain.step({{W, dW}});
  BOOST_TEST(W[0] == 0.25);
}

BOOST_AUTO_TEST_CASE(state_that_fades_ends_at_zero) {
  // A momentum that no gradient feeds is multiplied by 0.9 again and again. By itself it would get
  // stuck at a denormal number, with which processors calculate many times slower.
  nn::Matrix W = number(1), dW = number(1), zero = number(0);
  nn::Adam adam;
  nn::SGD sgd({.momentum = 0.5});
  adam.step({{W, dW}});
  sgd.step({{W, dW}});
  for (int t = 0; t < (is_float ? 1000 : 8000); ++t) {
    adam.step({{W, zero}});
    sgd.step({{W, zero}});
  }
  BOOST_TEST((*adam.slots()[0].value)[0] == 0.0);
  BOOST_TEST((*adam.slots()[1].value)[0] > 0.0);  // 0.999^t is still far from it
  BOOST_TEST((*sgd.slots()[0].value)[0] == 0.0);
}

BOOST_AUTO_TEST_CASE(clipping_shortens_what_is_too_long_and_nothing_else) {
  const auto near = boost::test_tools::tolerance(is_float ? 1e-6 : 1e-14);
  const auto change = [](nn::SGDOptions options, const nn::Matrix& g1, const nn::Matrix& g2) {
    nn::Matrix a(arma::size(g1), arma::fill::zeros), b(arma::size(g2), arma::fill::zeros);
    options.learning_rate = 1.0;
    nn::SGD(options).step({{a, g1}, {b, g2}});
    return std::vector<double>{-a[0], -a[1], -b[0]};
  };
  const nn::Matrix five{{3, 4}}, twelve = number(12);
  BOOST_TEST(change({.clipnorm = 2.5}, five, twelve)[0] == 1.5, near);  // each parameter by itself
  BOOST_TEST(change({.clipnorm = 2.5}, five, twelve)[2] == 2.5, near);
  BOOST_TEST(change({.clipnorm = 6}, five, twelve)[1] == 4.0);
  BOOST_TEST(change({.clipvalue = 3.5}, five, twelve) == (std::vector<double>{3, 3.5, 3.5}));
  BOOST_TEST(change({.clipvalue = 2}, -five, twelve) == (std::vector<double>{-2, -2, 2}));
  BOOST_TEST(change({.global_clipnorm = 6.5}, five, twelve)[0] == 1.5, near);  // 13 -> 6.5
  BOOST_TEST(change({.global_clipnorm = 6.5}, five, twelve)[2] == 6.0, near);
  // A NaN is passed on, not clipped away.
  const nn::Matrix nan{{std::numeric_limits<nn::Real>::quiet_NaN(), 1}};
  for (const nn::SGDOptions& options :
       {nn::SGDOptions{.clipnorm = 1}, nn::SGDOptions{.clipvalue = 1},
        nn::SGDOptions{.global_clipnorm = 1}, nn::SGDOptions{}})
    BOOST_TEST(std::isnan(change(options, nan, twelve)[0]));
}

BOOST_AUTO_TEST_CASE(an_optimizer_of_ones_own) {
  struct SignRule : nn::UpdateRule {
    SignRule() : UpdateRule("SignSGD", {{"count", 5.0}}) {}
    void begin(double rate, std::int64_t t) override {
      rate_ = static_cast<nn::Real>(rate);
      BOOST_TEST(t == ++last_);  // 1, 2, 3 ...
    }
    void update(nn::Numbers p) const override {
      for (std::size_t i = 0; i < p.size; ++i) {
        p.w[i] = p.decayed(p.w[i]) - std::copysign(rate_, p.clipped(p.g[i]));
        p.slot[0][i] += 1;
      }
    }
    nn::Real rate_ = 0;
    std::int64_t last_ = 0;
  };
  nn::Optimizer optimizer(std::make_shared<SignRule>(), {.learning_rate = 0.25});
  nn::Matrix W{{1, 1}}, dW{{3, -1}};
  optimizer.step({{W, dW}});
  optimizer.step({{W, dW}});
  BOOST_TEST(row(W, 0) == (std::vector<double>{0.5, 1.5}));
  BOOST_TEST(row(*optimizer.slots()[0].value, 0) == (std::vector<double>{7, 7}));
  BOOST_TEST(optimizer.name() == "SignSGD");
}

BOOST_AUTO_TEST_CASE(mistakes_are_refused_in_one_sentence) {
  BOOST_TEST(refusal([] { nn::SGD({.momentum = 1.5}); }) ==
             "SGD: momentum is 1.5, expected 0 to 1");
  BOOST_TEST(refusal([] { nn::SGD({.decay = -1}); }) ==
             "SGD: decay is -1, expected a number of at least 0");
  BOOST_TEST(refusal([] { nn::Adam({.beta_2 = -0.1}); }) ==
             "Adam: beta_2 is -0.1, expected 0 to 1");
  BOOST_TEST(refusal([] { nn::AdamW({.weight_decay = NAN}); }) ==
             "AdamW: weight_decay is nan, expected a number of at least 0");
  BOOST_TEST(refusal([] { nn::Nadam({.clipnorm = 1, .clipvalue = 1}); }) ==
             "Nadam: only one of clipnorm, clipvalue and global_clipnorm can be given");
  BOOST_TEST(refusal([] { nn::RMSprop({.learning_rate = -1}); }) ==
             "learning_rate: the learning rate is -1, expected a number of at least 0");

  nn::Matrix W(2, 3, arma::fill::zeros), V(2, 3, arma::fill::zeros), b(1, 3, arma::fill::zeros);
  nn::SGD sgd;
  BOOST_TEST(refusal([&] { sgd.step({{W, b}}); }) == "SGD: a gradient is (1, 3), expected (2, 3)");
  BOOST_TEST(sgd.iterations() == 0);
  sgd.step({{W, V}});
  BOOST_TEST(
      refusal([&] {
        sgd.step({{W, W}, {b, b}});
      }) ==
      "SGD: got 2 parameters, but its first step was for 1; make a new optimizer for another "
      "model");
  BOOST_TEST(
      refusal([&] {
        sgd.step({{V, W}});
      }) ==
      "SGD: parameter 0 is not the matrix of the first step; make a new optimizer for another "
      "model");
  BOOST_TEST(refusal([&] { sgd.exclude_from_weight_decay({"bias"}); }) ==
             "SGD: exclude_from_weight_decay must be called before the first step");
}

BOOST_AUTO_TEST_CASE(made_again_from_json_they_take_the_same_steps) {
  const Golden golden("optimizers.txt");
  for (auto [name, optimizer] : optimizers()) {
    const std::string json = written(optimizer);
    nn::Optimizer again = nn::compile_options_from_json(json).optimizer;
    Weights w(golden), v(golden);
    for (std::size_t t = 0; t < 10; ++t) {
      step(optimizer, w, t);
      step(again, v, t);
    }
    BOOST_TEST(arma::all(arma::vectorise(w.row() == v.row())), name);
    BOOST_TEST(written(again) == json, name);
  }
}
