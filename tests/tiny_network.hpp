// Layers without a model around them: forward, gradients, and their comparison with differences and
// with Keras's numbers (tests/golden/).
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "common/graph/gradient_check.hpp"
#include "common/model/network.hpp"
#include "tests/allocations.hpp"
#include "tests/golden.hpp"

// Gradients are those of E = sum of R % Y over all outputs + the penalties of the regularizers.
class TinyNetwork {
 public:
  // Frozen: no gradients of weights, those of the inputs only.
  TinyNetwork(const std::vector<nn::Tensor>& inputs, const std::vector<nn::Tensor>& outputs,
              bool frozen = false)
      : network_(inputs, outputs),
        pass_(network_, frozen),
        parameters_(network_.parameters()),
        outputs_(outputs.size()) {
    if (!frozen) weights_ = network_.trainable_weights();
    pass_.want_input_gradients(std::vector<bool>(inputs.size(), true));
  }
  TinyNetwork(const nn::Shape& input, const std::vector<nn::LayerHandle>& layers,
              bool frozen = false)
      : TinyNetwork(stack(input, layers), frozen) {}

  const std::vector<nn::Parameter>& parameters() const { return parameters_; }

  const nn::Matrix& forward(const std::vector<nn::Matrix>& X) {
    pointers_.clear();
    for (const nn::Matrix& x : X) pointers_.push_back(&x);
    pass_.forward(pointers_, true, rng_);
    return pass_.output(0);
  }
  const nn::Matrix& output(std::size_t i) const { return pass_.output(i); }

  double energy(const std::vector<nn::Matrix>& X, const std::vector<nn::Matrix>& R) {
    forward(X);
    double E = 0.0;
    for (std::size_t i = 0; i < outputs_; ++i)
      for (arma::uword k = 0; k < R[i].n_elem; ++k)
        E += static_cast<double>(R[i][k]) * pass_.output(i)[k];
    return E + network_.penalty();
  }

  // Forward, then backward; the gradients are found in dX and in the parameters.
  void gradients(const std::vector<nn::Matrix>& X, const std::vector<nn::Matrix>& R) {
    forward(X);
    backward(R);
  }
  void backward(const std::vector<nn::Matrix>& R) {
    pass_.start_backward();
    for (std::size_t i = 0; i < outputs_; ++i) {
      pass_.output_gradient(i) = R[i];
      pass_.written(i);
    }
    pass_.backward();
    nn::add_penalty_gradients(weights_);
  }
  const nn::Matrix& dX(std::size_t i) { return pass_.input_gradient(i); }

 private:
  TinyNetwork(const std::pair<nn::Tensor, nn::Tensor>& ends, bool frozen)
      : TinyNetwork(std::vector{ends.first}, std::vector{ends.second}, frozen) {}
  static std::pair<nn::Tensor, nn::Tensor> stack(const nn::Shape& input,
                                                 const std::vector<nn::LayerHandle>& layers) {
    const nn::Tensor x = nn::Input(input);
    nn::Tensor y = x;
    for (const nn::LayerHandle& layer : layers) y = layer(y);
    return {x, y};
  }

  nn::Network network_;
  nn::Pass pass_;
  std::vector<nn::Parameter> parameters_;
  std::vector<nn::Weight*> weights_;
  std::vector<const nn::Matrix*> pointers_;
  std::size_t outputs_;
  nn::Rng rng_{1};
};

// The worst relative error of all gradients, of the inputs and of the weights, against differences.
inline double worst_gradient_error(TinyNetwork& network, std::vector<nn::Matrix> X,
                                   const std::vector<nn::Matrix>& R) {
  const auto E = [&] { return network.energy(X, R); };
  network.gradients(X, R);
  std::vector<nn::Matrix> dX, dW;
  for (std::size_t i = 0; i < X.size(); ++i) dX.push_back(network.dX(i));
  for (const nn::Parameter& p : network.parameters()) dW.push_back(p.weight->gradient);
  double worst = 0.0;
  for (std::size_t i = 0; i < X.size(); ++i)
    worst = std::max(worst, nn::check_gradient(E, X[i], dX[i]).relative_error);
  for (std::size_t k = 0; k < dW.size(); ++k) {
    const nn::Parameter p = network.parameters()[k];
    const nn::GradientCheck check = nn::check_gradient(E, p.weight->value, dW[k]);
    BOOST_TEST(check.relative_error < 1e-7, p.name << ": " << check.str());
    worst = std::max(worst, check.relative_error);
  }
  return worst;
}

// Output, gradients, and ten steps of SGD (rate 0.05, mean squared error) as Keras computed them.
inline void check_against_keras(const Golden& golden, const std::string& name,
                                const nn::Shape& input,
                                const std::vector<nn::LayerHandle>& layers) {
#ifdef NN_FLOAT32
  const double tolerance = 1e-5, trained = 1e-4;  // rounding; the same after ten steps
#else
  const double tolerance = 1e-11, trained = 1e-10;
#endif
  const auto number = [&](const char* what, std::size_t k) {
    return name + "/" + what + std::to_string(k);
  };
  const auto close = [&](const nn::Matrix& got, const std::string& what, double limit) {
    const double error = golden_error(got, golden(what));
    BOOST_TEST(error <= limit, what << ": " << error);
  };
  TinyNetwork network(input, layers);
  const std::vector<nn::Parameter>& parameters = network.parameters();
  BOOST_TEST(!golden.has(number("w", parameters.size())), name << " has more weights in Keras");
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const nn::Matrix& w = golden(number("w", k));
    BOOST_TEST_REQUIRE(nn::shape_text(parameters[k].weight->value) == nn::shape_text(w), number("w", k));
    parameters[k].weight->value = w;
  }

  const std::vector<nn::Matrix> X{golden(name + "/X0")}, R{golden(name + "/R")};
  close(network.forward(X), name + "/Y", tolerance);
  network.backward(R);
  close(network.dX(0), name + "/dX0", tolerance);
  for (std::size_t k = 0; k < parameters.size(); ++k)
    close(parameters[k].weight->gradient, number("dw", k), tolerance);

  if (!golden.has(name + "/T")) return;
  const nn::Matrix& T = golden(name + "/T");
  nn::Matrix losses(1, 10);
  for (int step = 0; step < 10; ++step) {
    const nn::Matrix difference = network.forward(X) - T;
    const double n = static_cast<double>(T.n_elem);
    losses[step] = static_cast<nn::Real>(network.energy(X, {difference * 0}) +
                                         arma::accu(arma::square(difference)) / n);
    network.backward({difference * static_cast<nn::Real>(2 / n)});
    for (const nn::Parameter& p : parameters) p.weight->value -= nn::Real(0.05) * p.weight->gradient;
  }
  close(losses, name + "/losses", trained);
  for (std::size_t k = 0; k < parameters.size(); ++k)
    close(parameters[k].weight->value, number("w_end", k), trained);
}

// A batch of n, then a short one of 3: neither allocates once both were seen, and the short one gives
// what a network gives that saw nothing else.
inline void check_memory(const nn::Shape& input, const nn::LayerHandle& layer, std::size_t n) {
  nn::Rng rng(6);
  TinyNetwork network(input, {layer}), fresh(input, {layer});
  const std::vector<nn::Matrix> X{rng.normal_matrix(n, input.size())}, X3{X[0].head_rows(3)};
  const std::vector<nn::Matrix> R{rng.normal_matrix(n, network.forward(X).n_cols)},
      R3{R[0].head_rows(3)};
  network.gradients(X, R);
  network.gradients(X3, R3);
  const long before = allocations;
  BOOST_TEST((!counts_allocations || before > 0), "the counter counts");
  network.gradients(X, R);
  network.gradients(X3, R3);
  const long counted = allocations - before;
  BOOST_TEST(counted == 0, layer.type() << " allocated " << counted << " times");

  const nn::Matrix Y = network.output(0), dX = network.dX(0);
  std::vector<nn::Matrix> dW;
  for (const nn::Parameter& p : network.parameters()) dW.push_back(p.weight->gradient);
  fresh.gradients(X3, R3);
  BOOST_TEST(golden_error(Y, fresh.output(0)) == 0.0, layer.type());
  BOOST_TEST(golden_error(dX, fresh.dX(0)) == 0.0, layer.type());
  for (std::size_t k = 0; k < dW.size(); ++k)
    BOOST_TEST(golden_error(dW[k], fresh.parameters()[k].weight->gradient) == 0.0, layer.type());
}

// Frozen weights: nothing is written to their gradients, dX is what it was.
inline void check_frozen(const nn::Shape& input, const nn::LayerHandle& layer, std::size_t n) {
  nn::Rng rng(8);
  TinyNetwork network(input, {layer});
  const std::vector<nn::Matrix> X{rng.normal_matrix(n, input.size())};
  const std::vector<nn::Matrix> R{rng.normal_matrix(n, network.forward(X).n_cols)};
  network.gradients(X, R);
  const nn::Matrix dX = network.dX(0);
  for (const nn::Parameter& p : network.parameters()) p.weight->gradient.fill(7);
  TinyNetwork frozen(input, {layer}, true);
  frozen.gradients(X, R);
  BOOST_TEST(golden_error(frozen.dX(0), dX) == 0.0, layer.type());
  for (const nn::Parameter& p : network.parameters())
    BOOST_TEST(arma::all(arma::vectorise(p.weight->gradient) == 7), p.name);
}
