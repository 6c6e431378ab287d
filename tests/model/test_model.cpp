// Models: structure, the listings of the notes and of the README, training, and every wrong use.
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "common/data/data.hpp"
#include "common/nn.hpp"

using nn::Matrix;
using nn::Real;

namespace {

struct Blobs {
  Matrix X, Y;  // n x 2, one-hot n x 3
  arma::uvec labels;
};

Blobs blobs(std::size_t n = 120) {
  nn::Rng rng(7);
  const nn::Dataset set = nn::gaussian_blobs(n, 3, rng);
  return {set.X, nn::one_hot(set.y), set.y};
}

// The text of the Error that `call` throws; "" if it throws none.
template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const nn::Error& error) {
    return error.what();
  }
  return "";
}

nn::Sequential small_model(std::size_t inputs = 2, std::size_t classes = 3) {
  nn::Sequential model;
  model.add(nn::Dense(8, {.activation = nn::tanh, .input_shape = {inputs}}));
  model.add(nn::Dense(classes, {.activation = nn::softmax}));
  return model;
}

void compile(nn::Sequential& model) {
  model.compile({.optimizer = nn::SGD({.learning_rate = 0.5}),
                 .loss = nn::categorical_crossentropy,
                 .metrics = {nn::accuracy}});
}

}  // namespace

// ---- Parameter counts of the notes -------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_sequential_model_from_a_list_has_25450_parameters) {
  nn::Sequential model({nn::Dense(32, {.input_shape = {784}}), nn::Activation(nn::relu),
                        nn::Dense(10), nn::Activation(nn::softmax)});
  BOOST_TEST(model.parameter_count() == 25450U);
}

BOOST_AUTO_TEST_CASE(add_builds_the_same_model_as_the_list) {
  const auto weights_of = [](bool by_add) {
    nn::set_seed(3);
    if (!by_add)
      return nn::Sequential({nn::Dense(32, {.input_shape = {784}}), nn::Activation(nn::relu)})
          .weights();
    nn::Sequential model;
    model.add(nn::Dense(32, {.input_shape = {784}}));
    model.add(nn::Activation(nn::relu));
    return model.weights();
  };
  const std::vector<Matrix> list = weights_of(false), added = weights_of(true);
  BOOST_TEST(list.size() == 2U);
  for (std::size_t i = 0; i < list.size(); ++i)
    BOOST_TEST(arma::approx_equal(list[i], added[i], "absdiff", 0.0));
}

BOOST_AUTO_TEST_CASE(the_dropout_model_has_6154_parameters_and_trains) {
  nn::set_seed(42);
  nn::Rng rng(1);
  const Matrix X_train = rng.uniform_matrix(200, 20);
  const Matrix Y_train =
      nn::one_hot(arma::conv_to<nn::Indices>::from(arma::floor(X_train.col(0) * Real(9.99))), 10);
  const Matrix X_test = X_train.head_rows(50), Y_test = Y_train.head_rows(50),
               X_new = X_test.head_rows(3);

  nn::Sequential model;
  model.add(nn::Dense(64, {.activation = nn::relu, .input_shape = {20}}));
  model.add(nn::Dropout(0.5));
  model.add(nn::Dense(64, {.activation = nn::relu}));
  model.add(nn::Dropout(0.5));
  model.add(nn::Dense(10, {.activation = nn::softmax}));
  BOOST_TEST(model.parameter_count() == 6154U);
  nn::SGD sgd({.learning_rate = 0.01, .momentum = 0.9, .nesterov = true, .decay = 1e-6});
  model.compile(
      {.optimizer = sgd, .loss = nn::categorical_crossentropy, .metrics = {nn::accuracy}});
  nn::History history = model.fit(X_train, Y_train,
                                  {.epochs = 20,
                                   .batch_size = 128,
                                   .validation_split = 0.1,
                                   .callbacks = {nn::EarlyStopping({.patience = 3})},
                                   .verbose = false});
  nn::Scores scores = model.evaluate(X_test, Y_test, {.batch_size = 128});
  nn::Matrix P = model.predict(X_new);
  BOOST_TEST(history.epochs() >= 1U);
  BOOST_TEST(std::isfinite(scores.loss));
  BOOST_TEST((scores["accuracy"] >= 0.0 && scores["accuracy"] <= 1.0));
  BOOST_TEST(P.n_rows == 3U);
  BOOST_TEST(
      arma::approx_equal(arma::sum(P, 1), arma::Col<Real>(3, arma::fill::ones), "absdiff", 1e-5));
}

BOOST_AUTO_TEST_CASE(the_functional_model_has_3466_parameters) {
  nn::Tensor input = nn::Input({64});
  nn::Tensor x = nn::Dense(32, {.activation = nn::relu})(input);
  x = nn::Dense(32, {.activation = nn::relu})(x);
  nn::Tensor output = nn::Dense(10, {.activation = nn::softmax})(x);
  nn::Model model(input, output);
  BOOST_TEST(model.parameter_count() == 3466U);
}

BOOST_AUTO_TEST_CASE(the_headline_model_has_5200610_parameters) {
  nn::Tensor main_input = nn::Input({100}, {.name = "main_input"});
  nn::Tensor x = nn::Embedding(10000, 512)(main_input);
  nn::Tensor lstm_out = nn::LSTM(32)(x);
  nn::Tensor auxiliary_output =
      nn::Dense(1, {.activation = nn::sigmoid, .name = "aux_output"})(lstm_out);
  nn::Tensor auxiliary_input = nn::Input({5}, {.name = "aux_input"});
  x = nn::concatenate({lstm_out, auxiliary_input});
  x = nn::Dense(64, {.activation = nn::relu})(x);
  x = nn::Dense(64, {.activation = nn::relu})(x);
  x = nn::Dense(64, {.activation = nn::relu})(x);
  nn::Tensor main_output = nn::Dense(1, {.activation = nn::sigmoid, .name = "main_output"})(x);
  nn::Model model({main_input, auxiliary_input}, {main_output, auxiliary_output});
  BOOST_TEST(model.parameter_count() == 5200610U);
}

BOOST_AUTO_TEST_CASE(the_inception_module_has_140160_parameters) {
  nn::Tensor input_img = nn::Input({256, 256, 3});
  nn::Tensor tower_1 =
      nn::Conv2D(64, {1, 1}, {.padding = nn::Padding::same, .activation = nn::relu})(input_img);
  tower_1 = nn::Conv2D(64, {3, 3}, {.padding = nn::Padding::same, .activation = nn::relu})(tower_1);
  nn::Tensor tower_2 =
      nn::Conv2D(64, {1, 1}, {.padding = nn::Padding::same, .activation = nn::relu})(input_img);
  tower_2 = nn::Conv2D(64, {5, 5}, {.padding = nn::Padding::same, .activation = nn::relu})(tower_2);
  nn::Tensor tower_3 =
      nn::MaxPooling2D({3, 3}, {.strides = {1, 1}, .padding = nn::Padding::same})(input_img);
  tower_3 = nn::Conv2D(64, {1, 1}, {.padding = nn::Padding::same, .activation = nn::relu})(tower_3);
  nn::Tensor output = nn::concatenate({tower_1, tower_2, tower_3}, {.axis = -1});
  nn::Model model(input_img, output);
  BOOST_TEST(model.parameter_count() == 140160U);
  BOOST_TEST(output.shape().str() == "(256, 256, 192)");
}

// ---- Several inputs and outputs ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(two_inputs_and_two_outputs_train_with_loss_weights) {
  nn::set_seed(1);
  nn::Rng rng(3);
  const Matrix headlines = rng.uniform_matrix(64, 6), extra = rng.uniform_matrix(64, 2);
  const Matrix labels = arma::conv_to<Matrix>::from(headlines.col(0) + extra.col(0) > Real(1));
  nn::Tensor main_input = nn::Input({6}, {.name = "main_input"});
  nn::Tensor auxiliary_input = nn::Input({2}, {.name = "aux_input"});
  nn::Tensor h = nn::Dense(8, {.activation = nn::tanh})(main_input);
  nn::Tensor auxiliary_output = nn::Dense(1, {.activation = nn::sigmoid, .name = "aux_output"})(h);
  nn::Tensor main_output = nn::Dense(
      1, {.activation = nn::sigmoid, .name = "main_output"})(nn::concatenate({h, auxiliary_input}));
  nn::Model model({main_input, auxiliary_input}, {main_output, auxiliary_output});
  model.compile({.optimizer = nn::RMSprop(),
                 .loss = {nn::binary_crossentropy, nn::binary_crossentropy},
                 .loss_weights = {1.0, 0.2}});
  const nn::History history = model.fit({headlines, extra}, {labels, labels},
                                        {.epochs = 50, .batch_size = 32, .verbose = false});
  BOOST_TEST(history["loss"].back() < 0.9 * history["loss"].front());
  const nn::Scores scores = model.evaluate({headlines, extra}, {labels, labels});
  BOOST_TEST(scores.loss == scores["main_output_loss"] + 0.2 * scores["aux_output_loss"],
             boost::test_tools::tolerance(1e-5));
  const nn::Predictions predictions = model.predict({headlines, extra});
  BOOST_TEST(predictions.size() == 2U);
  BOOST_TEST(error_of([&] {
               const Matrix& one = predictions;
               (void)one;
             }) == "predict: this model has 2 outputs; choose one by its number, predict(X)[0]");
}

BOOST_AUTO_TEST_CASE(a_shared_layer_adds_up_the_gradients_of_its_calls) {
  // y = w (a + b) through one layer called twice has dE/dw = dE/dy (a + b).
  nn::Tensor a = nn::Input({1}), b = nn::Input({1});
  nn::Dense shared(1, {.use_bias = false, .kernel_initializer = nn::constant(2.0)});
  nn::Model model({a, b}, {nn::add({shared(a), shared(b)})});
  model.compile(
      {.optimizer = nn::SGD({.learning_rate = 0.125}), .loss = nn::half_sum_squared_error});
  const Matrix A{Real(3)}, B{Real(4)}, Y{Real(13)};
  model.train_on_batch({A, B}, Y);  // y = 14, dE/dw = (14 - 13) 7
  BOOST_TEST(shared.weights()[0].at(0, 0) == Real(2 - 0.125 * 7));
}

// ---- Models as layers --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_model_as_a_layer_computes_and_learns_like_its_layers_in_a_row) {
  const Blobs data = blobs();
  const auto build = [&](bool nested) {
    nn::set_seed(5);
    nn::Tensor x = nn::Input({2});
    nn::Dense first(6, {.activation = nn::tanh}), second(4, {.activation = nn::relu});
    nn::Tensor h;
    if (nested) {
      nn::Tensor inner = nn::Input({2});
      h = nn::Model(inner, second(first(inner)), {.name = "body"})(x);
    } else {
      h = second(first(x));
    }
    nn::Model model(x, nn::Dense(3, {.activation = nn::softmax})(h));
    model.compile({.optimizer = nn::Adam(), .loss = nn::categorical_crossentropy});
    model.fit(data.X, data.Y, {.epochs = 3, .verbose = false});
    return Matrix(model.predict(data.X));
  };
  BOOST_TEST(arma::approx_equal(build(true), build(false), "absdiff", 1e-6));
}

// ---- Summary -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_summary_counts_trainable_and_frozen_weights) {
  nn::Sequential model = small_model();
  model.layers()[0].set_trainable(false);
  const std::string summary = model.summary_text();
  BOOST_TEST(summary.find("dense (Dense)") != std::string::npos);
  BOOST_TEST(summary.find("(None, 8)") != std::string::npos);
  BOOST_TEST(summary.find("Total params: 51 ") != std::string::npos);
  BOOST_TEST(summary.find("Trainable params: 27 ") != std::string::npos);
  BOOST_TEST(summary.find("Non-trainable params: 24 ") != std::string::npos);
  BOOST_TEST(summary.find("Layers with weights: 2, of them hidden: 1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_frozen_layer_keeps_its_weights) {
  const Blobs data = blobs();
  nn::Sequential model = small_model();
  model.layers()[0].set_trainable(false);
  compile(model);
  const std::vector<Matrix> before = model.weights();
  model.fit(data.X, data.Y, {.epochs = 2, .verbose = false});
  const std::vector<Matrix> after = model.weights();
  BOOST_TEST(arma::approx_equal(before[0], after[0], "absdiff", 0.0));
  BOOST_TEST(!arma::approx_equal(before[2], after[2], "absdiff", 1e-6));
}

BOOST_AUTO_TEST_CASE(the_penalty_of_a_frozen_layer_does_not_count) {
  nn::Dense dense(3, {.kernel_regularizer = nn::l2(0.5), .input_shape = {2}});
  nn::Sequential model({dense, nn::Dense(1)});
  const Matrix X = arma::ones<Matrix>(4, 2), Y = arma::zeros<Matrix>(4, 1);
  const auto loss_of = [&] {
    model.compile({.optimizer = nn::SGD(), .loss = nn::mean_squared_error});
    return model.evaluate(X, Y).loss;
  };
  const double free_loss = loss_of();
  dense.set_trainable(false);
  const Matrix W = dense.weights()[0];
  BOOST_TEST(free_loss - loss_of() == 0.5 * arma::accu(arma::square(W)),
             boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(freezing_a_model_used_as_a_layer_reaches_the_layers_inside) {
  const Blobs data = blobs();
  const nn::BatchNormalization normalization;
  nn::Sequential inner({nn::Dense(6, {.input_shape = {2}}), normalization});
  nn::Sequential model({inner, nn::Dense(3, {.activation = nn::softmax})});
  BOOST_TEST(model.summary_text().find("Trainable params: 51 ") != std::string::npos);

  inner.set_trainable(false);
  BOOST_TEST(!normalization.layer().trainable);
  BOOST_TEST(model.summary_text().find("Trainable params: 21 ") != std::string::npos);
  compile(model);
  const std::vector<Matrix> before = inner.weights();
  model.fit(data.X, data.Y, {.epochs = 2, .verbose = false});
  for (std::size_t i = 0; i < before.size(); ++i)  // the averages of the normalization too
    BOOST_TEST(arma::approx_equal(before[i], inner.weights()[i], "absdiff", 0.0));

  inner.set_trainable(true);
  compile(model);
  model.fit(data.X, data.Y, {.epochs = 2, .verbose = false});
  for (const std::size_t i : {0, 2, 4})  // kernel, gamma, moving mean
    BOOST_TEST(!arma::approx_equal(before[i], inner.weights()[i], "absdiff", 1e-6));
}

// ---- Lists of metrics --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(metrics_for_all_outputs_or_for_each) {
  BOOST_TEST(nn::Metrics({nn::accuracy}).size() == 1U);
  BOOST_TEST(nn::Metrics({nn::accuracy, nn::auc}).size() == 1U);
  BOOST_TEST(nn::Metrics({nn::accuracy, nn::auc})[0].size() == 2U);
  const nn::Metrics each{{nn::accuracy}, {nn::auc}}, second_only{{}, {nn::accuracy, nn::auc}};
  BOOST_TEST(each.size() == 2U);
  BOOST_TEST(each[1][0].name == "auc");
  BOOST_TEST(second_only[0].size() == 0U);
  BOOST_TEST(second_only[1].size() == 2U);
}

// ---- Outputs with more axes ---------------------------------------------------------------------

// Cross-entropy looks along the last axis: a sequence of 3 distributions is trained as three samples
// with one distribution each, and every step has its sample's weight.
BOOST_AUTO_TEST_CASE(every_step_of_a_sequence_has_its_own_distribution) {
  nn::Rng rng(3);
  const std::size_t n = 10, steps = 3;
  const Matrix X = rng.normal_matrix(n, steps * 2), weight = rng.uniform_matrix(n, 1);
  Matrix X_steps(n * steps, 2), Y_steps(n * steps, 4), weight_steps(n * steps, 1), labels(n, steps);
  Matrix Y(n, steps * 4, arma::fill::zeros);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t t = 0; t < steps; ++t) {
      const std::size_t label = rng.below(4), row = t * n + i;
      labels(i, t) = static_cast<nn::Real>(label);
      Y(i, t * 4 + label) = 1;
      Y_steps.row(row) = Y.row(i).cols(t * 4, t * 4 + 3);
      X_steps.row(row) = X.row(i).cols(t * 2, t * 2 + 1);
      weight_steps[row] = weight[i];
    }
  const auto build = [](nn::Shape shape, const nn::Loss& loss) {
    nn::set_seed(4);
    nn::Sequential model({nn::Dense(5, {.activation = nn::tanh, .input_shape = shape}),
                          nn::Dense(4, {.activation = nn::softmax})});
    model.compile(
        {.optimizer = nn::SGD({.learning_rate = 0.5}), .loss = loss, .metrics = {nn::accuracy}});
    return model;
  };
  nn::Sequential rows = build({2}, nn::categorical_crossentropy);
  const nn::FitOptions fit{
      .epochs = 3, .batch_size = 100, .sample_weight = weight_steps, .verbose = false};
  const nn::History expected = rows.fit(X_steps, Y_steps, fit);
  const double tolerance = sizeof(nn::Real) == 8 ? 1e-12 : 1e-5;
  const std::vector<std::pair<nn::Loss, const Matrix*>> cases{
      {nn::categorical_crossentropy, &Y}, {nn::sparse_categorical_crossentropy, &labels}};
  for (const auto& [loss, target] : cases) {
    nn::Sequential model = build({3, 2}, loss);
    const nn::History history = model.fit(
        X, *target, {.epochs = 3, .batch_size = 100, .sample_weight = weight, .verbose = false});
    for (const std::size_t epoch : {0, 2}) {
      BOOST_TEST(std::abs(history["loss"][epoch] - expected["loss"][epoch]) < tolerance);
      BOOST_TEST(std::abs(history["accuracy"][epoch] - expected["accuracy"][epoch]) < tolerance);
    }
    for (std::size_t k = 0; k < 4; ++k)
      BOOST_TEST(arma::approx_equal(model.weights()[k], rows.weights()[k], "absdiff", tolerance));
    BOOST_TEST(error_of([&, &l = loss] {
                 build({3, 2}, l).fit(X, X.head_cols(4), fit);
               }) ==
               "fit: output \"dense_1\": Y has 4 columns, expected a multiple of the 3 steps of "
               "shape (3, 4)");
    BOOST_TEST(error_of([&, &y = *target] {
                 model.fit(X, y, {.class_weight = {{1, 2.0}}, .verbose = false});
               }) == "fit: .class_weight works for outputs with one axis");
  }
}

// ---- Training ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bits) {
  const Blobs data = blobs();
  const auto train = [&] {
    nn::set_seed(11);
    nn::Sequential model({nn::Dense(8, {.activation = nn::relu, .input_shape = {2}}),
                          nn::Dropout(0.3), nn::Dense(3, {.activation = nn::softmax})});
    compile(model);
    model.fit(data.X, data.Y, {.epochs = 5, .batch_size = 17, .verbose = false});
    return model.weights();
  };
  const std::vector<Matrix> one = train(), two = train();
  for (std::size_t i = 0; i < one.size(); ++i)
    BOOST_TEST(arma::approx_equal(one[i], two[i], "absdiff", 0.0));
}

// One thread or two: OpenBLAS adds in another order, so the weights agree to rounding.
extern "C" void openblas_set_num_threads(int) __attribute__((weak));

BOOST_AUTO_TEST_CASE(one_thread_and_two_give_the_same_weights_to_rounding) {
  if (!openblas_set_num_threads) {
    BOOST_TEST_MESSAGE("this BLAS cannot be told its number of threads");
    return;
  }
  nn::Rng rng(8);
  const Matrix X = rng.uniform_matrix(300, 200), Y = rng.uniform_matrix(300, 50);
  const auto train = [&](int threads) {
    openblas_set_num_threads(threads);
    nn::set_seed(6);
    nn::Sequential model(
        {nn::Dense(150, {.activation = nn::tanh, .input_shape = {200}}), nn::Dense(50)});
    model.compile({.optimizer = nn::SGD(), .loss = nn::mean_squared_error});
    model.fit(X, Y, {.epochs = 2, .batch_size = 128, .verbose = false});
    openblas_set_num_threads(1);
    return model.weights();
  };
  const std::vector<Matrix> one = train(1), two = train(2);
  const double rounding = sizeof(Real) == 4 ? 1e-5 : 1e-13;
  for (std::size_t i = 0; i < one.size(); ++i)
    BOOST_TEST(arma::approx_equal(one[i], two[i], "absdiff", rounding));
}

BOOST_AUTO_TEST_CASE(the_blobs_are_learned_and_the_history_tells_it) {
  const Blobs data = blobs();
  nn::set_seed(2);
  nn::Sequential model = small_model();
  compile(model);
  const nn::History history = model.fit(
      data.X, data.Y, {.epochs = 30, .batch_size = 16, .validation_split = 0.25, .verbose = false});
  BOOST_TEST((history.names() ==
              std::vector<std::string>{"loss", "accuracy", "val_loss", "val_accuracy"}));
  BOOST_TEST(history.epochs() == 30U);
  BOOST_TEST(history["accuracy"].back() > 0.95);
  BOOST_TEST(model.evaluate(data.X, data.Y)["accuracy"] > 0.95);
}

BOOST_AUTO_TEST_CASE(sample_weights_and_class_weights_agree_with_repeating_samples) {
  const Blobs data = blobs(30);
  const auto train = [&](const Matrix& X, const Matrix& Y, nn::FitOptions options, double rate) {
    nn::set_seed(4);
    nn::Sequential model = small_model();
    model.compile(
        {.optimizer = nn::SGD({.learning_rate = rate}), .loss = nn::categorical_crossentropy});
    options.batch_size = 1000;
    options.verbose = false;
    model.fit(X, Y, options);
    return Matrix(model.predict(data.X));
  };
  arma::Col<Real> weights(data.X.n_rows, arma::fill::ones);
  for (std::size_t i = 0; i < weights.n_elem; ++i) weights[i] = data.labels[i] == 1 ? 2 : 1;
  const arma::uvec ones = arma::find(data.labels == 1);
  const double n = static_cast<double>(data.X.n_rows), more = static_cast<double>(ones.n_elem);
  const Matrix weighted = train(data.X, data.Y, {.epochs = 3, .sample_weight = weights}, 0.1);
  const Matrix by_class = train(data.X, data.Y, {.epochs = 3, .class_weight = {{1, 2.0}}}, 0.1);
  const Matrix repeated =
      train(arma::join_cols(data.X, data.X.rows(ones)), arma::join_cols(data.Y, data.Y.rows(ones)),
            {.epochs = 3}, 0.1 * (n + more) / n);
  BOOST_TEST(arma::approx_equal(weighted, by_class, "absdiff", 1e-6));
  BOOST_TEST(arma::approx_equal(weighted, repeated, "absdiff", 1e-5));
}

// A layer, a loss and a metric of one's own, in ten lines each.
class Scale : public nn::Layer {  // y = a x, with one weight
 public:
  Scale() : Layer("Scale") {}
  nn::Shape build(const nn::Shape& input) override {
    a_.has_size(1, 1);
    return input;
  }
  void forward(const Matrix& X, Matrix& Z, nn::Call&) override { Z = a_.value[0] * X; }
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, nn::Call&) override {
    a_.gradient[0] = arma::accu(X % delta);
    if (dX) *dX = a_.value[0] * delta;
  }
  std::vector<nn::Weight*> weights() override { return {&a_}; }

 private:
  nn::Weight a_{"a", nn::ones};
};

BOOST_AUTO_TEST_CASE(own_layer_loss_and_metric_train_like_ours) {
  const Matrix X = arma::Col<Real>{1, 2, 3, 4}, Y = 2.5 * X;
  const nn::Loss own_square(
      "own_square",
      [](const Matrix& T, const Matrix& P) -> nn::ColVector {
        return arma::sum(arma::square(P - T), 1);
      },
      [](const Matrix& T, const Matrix& P) -> Matrix { return Real(2) * (P - T); });
  const nn::Metric largest_error(
      "largest_error",
      [](nn::Metric::Kept& kept, const Matrix& T, const Matrix& P, const Matrix*) {
        kept.resize(1);
        kept[0] = std::max(kept[0], static_cast<double>(arma::abs(P - T).max()));
      },
      [](const nn::Metric::Kept& kept) { return kept[0]; });
  nn::Tensor x = nn::Input({1});
  nn::LayerHandle scale = nn::make_layer<Scale>();
  nn::Model model(x, scale(x));
  model.compile({.optimizer = nn::SGD({.learning_rate = 0.05}),
                 .loss = own_square,
                 .metrics = {largest_error}});
  model.fit(X, Y, {.epochs = 40, .batch_size = 4, .verbose = false});
  BOOST_TEST(scale.weights()[0][0] == Real(2.5), boost::test_tools::tolerance(Real(1e-4)));
  BOOST_TEST(model.evaluate(X, Y)["largest_error"] < 1e-2);
}

BOOST_AUTO_TEST_CASE(ctrl_c_stops_after_the_batch_and_keeps_the_history) {
  const Blobs data = blobs();
  nn::Sequential model = small_model();
  compile(model);
  nn::LambdaCallback at_third_epoch(
      {.on_batch_end = [](nn::Model&, int epoch, int, const nn::Scores&) {
        if (epoch == 2) std::raise(SIGINT);
      }});
  const nn::History history =
      model.fit(data.X, data.Y, {.epochs = 50, .callbacks = {at_third_epoch}, .verbose = false});
  BOOST_TEST(history.epochs() == 3U);
}

BOOST_AUTO_TEST_CASE(zero_epochs_and_odd_batches_are_fine) {
  const Blobs data = blobs(31);
  nn::Sequential model = small_model();
  compile(model);
  BOOST_TEST(model.fit(data.X, data.Y, {.epochs = 0}).epochs() == 0U);
  for (int batch_size : {1, 7, 31, 1000})
    BOOST_TEST(model.fit(data.X, data.Y, {.epochs = 1, .batch_size = batch_size, .verbose = false})
                   .epochs() == 1U);
}

// ---- Callbacks ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(early_stopping_waits_and_restores_the_best_weights) {
  const Blobs data = blobs();
  nn::set_seed(2);
  nn::Sequential model = small_model();
  compile(model);
  std::vector<std::vector<Matrix>> seen;
  auto stopping = std::make_shared<nn::EarlyStopping>(nn::EarlyStoppingOptions{
      .monitor = "val_loss", .min_delta = 0.05, .patience = 2, .restore_best_weights = true});
  nn::LambdaCallback remember(
      {.on_epoch_end = [&](nn::Model& m, int, const nn::Scores&) { seen.push_back(m.weights()); }});
  model.fit(data.X, data.Y,
            {.epochs = 200,
             .validation_split = 0.25,
             .callbacks = {remember, stopping},
             .verbose = false});
  BOOST_TEST(stopping->stopped_epoch() == stopping->best_epoch() + 2);
  BOOST_TEST(arma::approx_equal(model.weights()[0],
                                seen[static_cast<std::size_t>(stopping->best_epoch())][0],
                                "absdiff", 0.0));
}

BOOST_AUTO_TEST_CASE(the_learning_rate_follows_scheduler_and_plateau) {
  const Blobs data = blobs();
  nn::Sequential model = small_model();
  compile(model);
  model.fit(data.X, data.Y,
            {.epochs = 3,
             .callbacks = {nn::LearningRateScheduler(
                 [](int epoch, double) { return 0.1 / (1 + epoch); })},
             .verbose = false});
  BOOST_TEST(model.optimizer().learning_rate() == 0.1 / 3, boost::test_tools::tolerance(1e-6));
  model.fit(data.X, data.Y,
            {.epochs = 5,
             .callbacks = {nn::ReduceLROnPlateau(
                 {.monitor = "loss", .factor = 0.5, .patience = 1, .min_delta = 100.0})},
             .verbose = false});
  BOOST_TEST(model.optimizer().learning_rate() == 0.1 / 3 / 16, boost::test_tools::tolerance(1e-6));
}

// ---- Wrong use ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_wrong_use_gives_one_sentence) {
  const Blobs data = blobs(30);
  nn::Sequential model = small_model();
  BOOST_TEST(error_of([&] { model.fit(data.X, data.Y); }) ==
             "fit: the model is not compiled; call compile first");
  BOOST_TEST(error_of([&] { model.compile({.optimizer = nn::SGD()}); }) ==
             "compile: .loss is missing; name the loss to minimise");
  compile(model);
  const Matrix wide(30, 3, arma::fill::ones), none(0, 2), no_targets(0, 3);
  BOOST_TEST(error_of([&] { model.fit(wide, data.Y); }) ==
             "fit: input \"input_layer\": X has 3 columns, expected 2 (input shape (2))");
  BOOST_TEST(error_of([&] { model.fit(none, no_targets); }) ==
             "fit: input \"input_layer\": X has no rows");
  BOOST_TEST(error_of([&] {
               model.fit(data.X, data.Y.head_rows(29));
             }).find("30 rows but Y has 29") != std::string::npos);
  BOOST_TEST(error_of([&] { model.fit(data.X, data.Y, {.batch_size = 0}); }) ==
             "fit: .batch_size is 0, expected at least 1");
  BOOST_TEST(error_of([&] { model.fit(data.X, data.Y, {.validation_split = 1.0}); }) ==
             "fit: .validation_split is 1, expected 0 <= split < 1");
  BOOST_TEST(error_of([&] {
               model.fit({data.X, data.X}, data.Y);
             }) == "fit: got 2 input matrices, the model has 1 inputs");
  BOOST_TEST(error_of([&] {
               model.fit(data.X, {data.Y, data.Y, data.Y});
             }) == "fit: got 3 target matrices, the model has 1 outputs");
  Matrix with_nan = data.X;
  with_nan(3, 1) = std::numeric_limits<Real>::quiet_NaN();
  BOOST_TEST(error_of([&] { model.fit(with_nan, data.Y); }).find("X(3, 1) is nan") !=
             std::string::npos);
  BOOST_TEST(error_of([&] { model.fit(data.X, data.Y.cols(0, 1)); }).find("output \"dense_1\"") !=
             std::string::npos);
  BOOST_TEST(error_of([&] {
               model.fit(data.X, data.Y, {.callbacks = {nn::EarlyStopping()}, .verbose = false});
             }).find("there is no score \"val_loss\" to monitor") != std::string::npos);

  nn::Sequential sparse = small_model();
  sparse.compile({.optimizer = nn::SGD(), .loss = nn::sparse_categorical_crossentropy});
  BOOST_TEST(error_of([&] {
               sparse.fit(data.X, arma::conv_to<Matrix>::from(data.labels) + Real(1));
             }).find("output \"dense_1\"") != std::string::npos);

  nn::Tensor x = nn::Input({2}), other = nn::Input({2});
  BOOST_TEST(error_of([&] {
               nn::Model m(other, nn::Dense(1)(x));
             }).find("which is not among the inputs") != std::string::npos);
  BOOST_TEST(error_of([&] {
               nn::Model m(x, nn::Dense(1, {.name = "a"})(nn::Dense(1, {.name = "a"})(x)));
             }) == "Model: two layers are named \"a\"; give one of them another name");
  BOOST_TEST(error_of([&] {
               nn::Tensor empty;
               nn::Dense(1)(empty);
             }).find("this tensor is empty") != std::string::npos);
  BOOST_TEST(error_of([&] { model.add(model); }) ==
             "Sequential: a model cannot be a layer of itself");
  BOOST_TEST(error_of([&] { nn::Input({3, 0}); }) == "Input: the shape (3, 0) has a size of 0");
  nn::Sequential nothing;
  nothing.compile({.optimizer = nn::SGD(), .loss = nn::mean_squared_error});
  BOOST_TEST(error_of([&] { nothing.fit(data.X, data.Y); }) ==
             "Sequential: it has no layers; add some before training");
  BOOST_TEST(error_of([&] { model.get_layer("dence"); }) ==
             "Model: no layer is named \"dence\"; there are dense, dense_1");
  BOOST_TEST(error_of([&] {
               model.layers()[0].set_weights({Matrix(2, 7), Matrix(1, 8)});
             }) == "Dense \"dense\": set_weights: kernel is (2, 7), expected (2, 8)");
}

BOOST_AUTO_TEST_CASE(a_loss_that_explodes_is_reported_with_where_it_arose) {
  const Blobs data = blobs();
  nn::Sequential model({nn::Dense(4, {.input_shape = {2}}), nn::Dense(3)});
  model.compile({.optimizer = nn::SGD({.learning_rate = 1e30}), .loss = nn::mean_squared_error});
  const std::string problem =
      error_of([&] { model.fit(data.X, data.Y, {.epochs = 50, .verbose = false}); });
  BOOST_TEST(problem.find("the loss became") == 0U);
  BOOST_TEST(problem.find("try a smaller learning rate") != std::string::npos);
  for (const Matrix& weight : model.weights()) BOOST_TEST(weight.is_finite());
}
