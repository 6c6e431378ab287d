// SimpleRNN, LSTM and GRU: against steps written out, differences, and Keras.
#include <boost/test/unit_test.hpp>

#include "common/layers/dense.hpp"
#include "common/layers/gru.hpp"
#include "common/layers/lstm.hpp"
#include "common/layers/simple_rnn.hpp"
#include "tests/helpers.hpp"
#include "tests/tiny_network.hpp"

using nn::GRU;
using nn::LSTM;
using nn::Matrix;
using nn::RowVector;
using nn::Shape;
using nn::SimpleRNN;

namespace {

void keras(const std::string& name, const Shape& input,
           const std::vector<nn::LayerHandle>& layers) {
  static const Golden golden("conv_recurrent.txt");
  check_against_keras(golden, name, input, layers);
}

Matrix one(double value) { return Matrix(1, 1, arma::fill::value(static_cast<nn::Real>(value))); }

// The cases that all three layers have.
template <class Layer, class Options>
void compare_with_keras(const std::string& kind) {
  keras(kind, {4, 3}, {Layer(2)});
  keras(kind + "_sequences", {4, 3}, {Layer(2, Options{.return_sequences = true})});
  keras(kind + "_backwards", {4, 3}, {Layer(2, Options{.go_backwards = true})});
  keras(kind + "_both", {4, 3},
        {Layer(2, Options{.return_sequences = true, .go_backwards = true})});
  keras(kind + "_no_bias", {4, 3}, {Layer(2, Options{.use_bias = false})});
  keras(kind + "_one_step", {1, 3}, {Layer(2)});
  keras(kind + "_swish", {3, 2}, {Layer(3, Options{.activation = nn::swish})});
  keras(kind + "_linear", {3, 2}, {Layer(3, Options{.activation = nn::linear})});
  keras(kind + "_penalties", {3, 2},
        {Layer(2, Options{.kernel_regularizer = nn::l2(0.1),
                          .recurrent_regularizer = nn::l1_l2(0.02, 0.03),
                          .bias_regularizer = nn::l2(0.05)})});
  keras(kind + "_batch_32", {3, 2}, {Layer(3, Options{.return_sequences = true})});
}
template <class Layer, class Options>
void compare_gates_with_keras(const std::string& kind) {
  keras(kind + "_gates", {3, 2}, {Layer(3, Options{.recurrent_activation = nn::hard_sigmoid})});
  keras(kind + "_gates_swish", {3, 2}, {Layer(3, Options{.recurrent_activation = nn::swish})});
  keras(kind + "_gates_linear", {3, 2}, {Layer(3, Options{.recurrent_activation = nn::linear})});
}

}  // namespace

BOOST_AUTO_TEST_CASE(simple_rnn_by_hand) {
  SimpleRNN layer(1, {.activation = nn::linear});
  TinyNetwork network(Shape(3, 1), {layer});
  layer.set_weights({one(2.0), one(10.0), one(0.5)});
  // h = 2 x + 10 h + 0.5: 2.5; 4 + 25 + 0.5 = 29.5; 6 + 295 + 0.5 = 301.5
  BOOST_TEST(network.forward({RowVector{1, 2, 3}})[0] == nn::Real(301.5));
}

BOOST_AUTO_TEST_CASE(lstm_by_hand) {
  LSTM layer(
      1, {.activation = nn::linear, .recurrent_activation = nn::linear, .return_sequences = true});
  TinyNetwork network(Shape(2, 1), {layer});
  // gates in the order i f g o, linear: i = x, f = 1 + h, g = 2 x, o = 3
  layer.set_weights({RowVector{1, 0, 2, 0}, RowVector{0, 1, 0, 0}, RowVector{0, 1, 0, 3}});
  // x = 1: c = 1 * 2 = 2, h = 6;  x = 2: c = (1 + 6) * 2 + 2 * 4 = 22, h = 66
  BOOST_TEST(row(network.forward({RowVector{1, 2}}), 0) == std::vector<double>({6, 66}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gru_by_hand) {
  for (const bool reset_after : {true, false}) {
    GRU layer(1, {.activation = nn::linear,
                  .recurrent_activation = nn::linear,
                  .return_sequences = true,
                  .reset_after = reset_after});
    TinyNetwork network(Shape(2, 1), {layer});
    // gates in the order z r g: z = 0.5, r = x, g = x + r * (2 h + b')
    Matrix b = RowVector{0.5, 0, 0};
    if (reset_after) b.insert_rows(1, RowVector{0, 0, 1});
    layer.set_weights({RowVector{0, 1, 1}, RowVector{0, 0, 2}, b});
    // with b' = 1: x = 1: g = 2, h = 1;    x = 2: g = 2 + 2 * 3 = 8, h = 4.5
    // without:     x = 1: g = 1, h = 0.5;  x = 2: g = 2 + 2 * 1 = 4, h = 2.25
    const std::vector<double> expected =
        reset_after ? std::vector<double>{1, 4.5} : std::vector<double>{0.5, 2.25};
    BOOST_TEST(row(network.forward({RowVector{1, 2}}), 0) == expected,
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(simple_rnn_as_keras) {
  compare_with_keras<SimpleRNN, nn::SimpleRNNOptions>("rnn");
}

BOOST_AUTO_TEST_CASE(lstm_as_keras) {
  compare_with_keras<LSTM, nn::LSTMOptions>("lstm");
  compare_gates_with_keras<LSTM, nn::LSTMOptions>("lstm");
  keras("lstm_net", {5, 2}, {LSTM(3, {.return_sequences = true}), LSTM(2), nn::Dense(1)});
}

BOOST_AUTO_TEST_CASE(gru_as_keras) {
  compare_with_keras<GRU, nn::GRUOptions>("gru");
  compare_gates_with_keras<GRU, nn::GRUOptions>("gru");
  keras("gru_paper", {4, 3}, {GRU(2, {.return_sequences = true, .reset_after = false})});
  keras("gru_paper_no_bias", {4, 3}, {GRU(2, {.use_bias = false, .reset_after = false})});
  keras(
      "gru_paper_swish", {4, 3},
      {GRU(2, {.activation = nn::swish, .recurrent_activation = nn::swish, .reset_after = false})});
}

BOOST_AUTO_TEST_CASE(parameter_counts) {
  const auto count = [](const nn::LayerHandle& layer, const Shape& input) {
    layer(nn::Input(input));
    return layer.parameter_count();
  };
  BOOST_TEST(count(LSTM(32), {100, 512}) == 69760U);  // the notes' headline model
  BOOST_TEST(count(SimpleRNN(32), {100, 512}) == 512U * 32 + 32 * 32 + 32);
  BOOST_TEST(count(GRU(32), {100, 512}) == 3U * (512 * 32 + 32 * 32 + 2 * 32));
  BOOST_TEST(count(GRU(32, {.reset_after = false}), {100, 512}) == 3U * (512 * 32 + 32 * 32 + 32));
  BOOST_TEST(count(LSTM(32, {.use_bias = false}), {100, 512}) == 69632U);
}

BOOST_AUTO_TEST_CASE(first_weights) {
  const auto weights = [](const nn::LayerHandle& layer) {
    layer(nn::Input({7, 5}));
    return layer.weights();
  };
  const std::vector<Matrix> lstm = weights(LSTM(3));
  BOOST_TEST(row(lstm[2], 0) == std::vector<double>({0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(arma::norm(weights(LSTM(3, {.unit_forget_bias = false}))[2]) == 0.0);
  BOOST_TEST(arma::norm(lstm[1] * lstm[1].t() - arma::eye<Matrix>(3, 3)) < 1e-5);  // orthogonal
  BOOST_TEST(lstm[0].max() < std::sqrt(6.0 / (5 + 12)));
  BOOST_TEST(lstm[0].max() > 0.9 * std::sqrt(6.0 / (5 + 12)));
  BOOST_TEST(nn::shape_text(weights(GRU(3))[2]) == "(2, 9)");
}

BOOST_AUTO_TEST_CASE(sequences_of_two_lengths_with_the_same_weights) {
  nn::Rng rng(2);
  for (const nn::LayerHandle& layer : std::vector<nn::LayerHandle>{SimpleRNN(2), LSTM(2), GRU(2)}) {
    const nn::Tensor shorter = nn::Input({3, 2}), longer = nn::Input({5, 2});
    TinyNetwork network({shorter, longer}, {layer(shorter), layer(longer)});
    Matrix X = rng.normal_matrix(4, 10);
    X.head_cols(4).zeros();  // without bias at rest: the longer one begins with two idle steps
    std::vector<Matrix> W = layer.weights();
    W.back().zeros();
    layer.set_weights(W);
    network.forward({X.tail_cols(6), X});
    BOOST_TEST(golden_error(network.output(0), network.output(1)) < 1e-6, layer.type());
  }
}

BOOST_AUTO_TEST_CASE(recurrent_layers_refuse_what_does_not_fit) {
  BOOST_TEST(refusal([] { LSTM(0); }) == "LSTM: units is 0, expected at least 1");
  BOOST_TEST(refusal([] { GRU(-1); }) == "GRU: units is -1, expected at least 1");
  SimpleRNN layer(3, {.name = "memory"});
  const auto with = [&](const Shape& input) { return refusal([&] { layer(nn::Input(input)); }); };
  BOOST_TEST(with({4}) ==
             "SimpleRNN \"memory\": expected an input of shape (steps, features), got (4)");
  BOOST_TEST(with({5, 4}) == "no error");
  BOOST_TEST(
      with({5, 2}) ==
      "SimpleRNN \"memory\": the input has 2 features, the weights expect 4 (input shape (5, 2))");
}

// ---- Memory ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_step_allocates_nothing) {
  for (const std::size_t n : {5, 20})
    for (const nn::LayerHandle& layer : std::vector<nn::LayerHandle>{
             SimpleRNN(2), SimpleRNN(1, {.activation = nn::gelu, .go_backwards = true}), LSTM(2),
             LSTM(1, {.return_sequences = true}), LSTM(3, {.recurrent_activation = nn::gelu}),
             LSTM(5, {.kernel_regularizer = nn::l2(0.1), .recurrent_regularizer = nn::l1(0.1)}),
             GRU(2), GRU(1, {.return_sequences = true, .reset_after = false}),
             GRU(3, {.use_bias = false, .reset_after = false})})
      check_memory({4, 3}, layer, n);
}

BOOST_AUTO_TEST_CASE(frozen_weights_are_left_alone) {
  for (const std::size_t n : {5, 20})
    for (const nn::LayerHandle& layer :
         std::vector<nn::LayerHandle>{SimpleRNN(2), LSTM(2, {.bias_regularizer = nn::l2(0.1)}),
                                      GRU(2), GRU(2, {.reset_after = false})})
      check_frozen({4, 3}, layer, n);
}

// ---- Gradients through time ---------------------------------------------------------------------

#ifndef NN_FLOAT32

namespace {

double gradient_error(std::size_t n, const nn::LayerHandle& layer) {
  nn::Rng rng(7);
  TinyNetwork network(Shape(4, 3), {layer});
  for (const nn::Parameter& p : network.parameters())
    p.weight->value = rng.normal_matrix(p.weight->rows, p.weight->columns, 0.0, 0.7);
  const std::vector<Matrix> X{rng.normal_matrix(n, 12)};
  return worst_gradient_error(network, X, {rng.normal_matrix(n, network.forward(X).n_cols)});
}

template <class Layer, class Options>
void check_gradients() {
  for (const std::size_t n : {1, 3, 16})
    for (const bool sequences : {false, true})
      for (const bool backwards : {false, true})
        for (const bool use_bias : {false, true})
          for (const auto& phi : {nn::linear, nn::tanh, nn::gelu, nn::softmax})
            BOOST_TEST(gradient_error(n, Layer(2, Options{.activation = phi,
                                                          .use_bias = use_bias,
                                                          .kernel_regularizer = nn::l2(0.1),
                                                          .recurrent_regularizer = nn::l2(0.2),
                                                          .bias_regularizer = nn::l2(0.3),
                                                          .return_sequences = sequences,
                                                          .go_backwards = backwards})) < 1e-8);
}

}  // namespace

BOOST_AUTO_TEST_CASE(gradients_through_time) {
  check_gradients<SimpleRNN, nn::SimpleRNNOptions>();
  check_gradients<LSTM, nn::LSTMOptions>();
  check_gradients<GRU, nn::GRUOptions>();
  for (const auto& s : {nn::linear, nn::sigmoid, nn::gelu, nn::softmax}) {
    BOOST_TEST(gradient_error(2, LSTM(2, {.recurrent_activation = s})) < 1e-8);
    for (const bool reset_after : {false, true})
      for (const bool use_bias : {false, true})
        BOOST_TEST(gradient_error(2, GRU(2, {.recurrent_activation = s,
                                             .use_bias = use_bias,
                                             .reset_after = reset_after})) < 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(gradients_of_shared_layers_add_up) {
  nn::Rng rng(4);
  const std::vector<nn::LayerHandle> layers{
      SimpleRNN(2, {.kernel_regularizer = nn::l2(0.1), .return_sequences = true}),
      LSTM(2, {.recurrent_regularizer = nn::l2(0.1), .return_sequences = true}),
      GRU(2, {.bias_regularizer = nn::l2(0.1), .return_sequences = true})};
  for (const nn::LayerHandle& layer : layers) {
    const nn::Tensor a = nn::Input({3, 2}), b = nn::Input({4, 2});
    const nn::Tensor once = layer(a);
    TinyNetwork network({a, b}, {once, layer(b), layer(once)});
    const std::vector<Matrix> X{rng.normal_matrix(3, 6), rng.normal_matrix(3, 8)};
    const std::vector<Matrix> R{rng.normal_matrix(3, 6), rng.normal_matrix(3, 8),
                                rng.normal_matrix(3, 6)};
    BOOST_TEST(worst_gradient_error(network, X, R) < 1e-8, layer.type());
  }
}

BOOST_AUTO_TEST_CASE(gradients_through_two_layers) {
  nn::Rng rng(4);
  TinyNetwork network(Shape(3, 2), {LSTM(3, {.return_sequences = true}),
                                    GRU(2, {.return_sequences = true, .go_backwards = true}),
                                    SimpleRNN(2), nn::Dense(1)});
  const std::vector<Matrix> X{rng.normal_matrix(3, 6)};
  BOOST_TEST(worst_gradient_error(network, X, {rng.normal_matrix(3, 1)}) < 1e-8);
}

#endif
