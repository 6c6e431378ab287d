// The long-hand code of chapter 2 against everything else there is: against itself (neuron by
// neuron and as matrices), central differences, common/'s layers, losses and computational graph,
// JAX.
#include <boost/test/unit_test.hpp>

#include "ch02_mlp_backprop/mlp.hpp"
#include "ch02_mlp_backprop/neurons.hpp"
#include "common/data/toy.hpp"
#include "common/graph/graph.hpp"
#include "common/nn.hpp"
#include "tests/golden.hpp"
#include "tests/tiny_network.hpp"

using longhand::Mlp, nn::Matrix, nn::RowVector;

namespace {

const std::vector<std::pair<longhand::Activation, nn::ActivationFunction>> kActivations{
    {longhand::sigmoid, nn::sigmoid},
    {longhand::tanh, nn::tanh},
    {longhand::relu, nn::relu},
    {longhand::linear, nn::linear},
    {longhand::step, nn::step}};

double largest(const Matrix& difference) { return arma::abs(difference).max(); }

nn::ActivationFunction in_common(const longhand::Activation& f) {
  for (const auto& [mine, theirs] : kActivations)
    if (mine.name == f.name) return theirs;
  throw nn::Error("no " + f.name);
}

struct Case {
  Mlp net;
  Matrix X, Y;
};
Case random_case(const std::vector<std::size_t>& sizes, const longhand::Activation& hidden,
                 const longhand::Activation& output, std::size_t n = 7) {
  nn::Rng rng(21);
  Mlp net(sizes, hidden, output);
  net.initialize(rng, 1.0);
  for (std::size_t l = 2; l <= net.L; ++l) net.b[l] = rng.uniform_matrix(1, net.m[l], -1, 1);
  return {net, rng.normal_matrix(n, sizes.front()), rng.uniform_matrix(n, sizes.back())};
}
const std::vector<Case> kCases{random_case({2, 1}, longhand::sigmoid, longhand::sigmoid),
                               random_case({2, 2, 1}, longhand::sigmoid, longhand::sigmoid),
                               random_case({3, 4, 3, 2}, longhand::tanh, longhand::sigmoid),
                               random_case({5, 4, 6, 3, 2}, longhand::relu, longhand::linear),
                               random_case({3, 4, 2}, longhand::sigmoid, longhand::tanh, 1)};

// common/'s layers with the weights of `net`.
std::vector<nn::LayerHandle> layers_of(const Mlp& net) {
  std::vector<nn::LayerHandle> layers;
  for (std::size_t l = 2; l <= net.L; ++l)
    layers.push_back(
        nn::Dense(static_cast<long long>(net.m[l]), {.activation = in_common(net.f[l])}));
  return layers;
}
void copy_weights(const Mlp& net, const std::vector<nn::LayerHandle>& layers) {
  for (std::size_t l = 2; l <= net.L; ++l) layers[l - 2].set_weights({net.W[l], Matrix(net.b[l])});
}

}  // namespace

// ---- Pieces ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(activations_and_derivatives_equal_those_of_common) {
  const Matrix Z = arma::linspace<nn::ColVector>(-8.05, 8.05, 162);  // not at 0, where steps jump
  for (const auto& [mine, theirs] : kActivations) {
    BOOST_TEST(largest(mine(Z) - theirs(Z)) < 1e-15, mine.name);
    BOOST_TEST(largest(mine.prime(Z) - theirs.derivative(Z)) < 1e-15, mine.name);
  }
  const Matrix zero(1, 1);
  BOOST_TEST(longhand::step(zero)(0) == nn::step(zero)(0));
  BOOST_TEST(longhand::relu.prime(zero)(0) == nn::relu.derivative(zero)(0));
}

BOOST_AUTO_TEST_CASE(derivatives_equal_central_differences) {
  for (const auto& [f, unused] : kActivations)
    for (double z : {-3.3, -0.7, 0.4, 2.9})
      BOOST_TEST(std::abs((f.f(z + 1e-6) - f.f(z - 1e-6)) / 2e-6 - f.derivative(z)) < 1e-9, f.name);
}

BOOST_AUTO_TEST_CASE(error_is_half_the_squared_error_of_common) {
  for (Case c : kCases) {
    c.net.forward(c.X);
    const double outputs = static_cast<double>(c.Y.n_cols);  // MSE is a mean over outputs, E a sum
    BOOST_TEST(std::abs(c.net.error(c.Y) -
                        outputs / 2 * nn::mean_squared_error.value(c.Y, c.net.H[c.net.L])) < 1e-14);
  }
}

// ---- The whole network -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(forward_and_gradients_equal_those_of_common) {
  for (Case c : kCases) {
    const std::vector<nn::LayerHandle> layers = layers_of(c.net);
    TinyNetwork network(nn::Shape(c.X.n_cols), layers);
    copy_weights(c.net, layers);
    const Matrix O = c.net.forward(c.X);
    BOOST_TEST(largest(network.forward({c.X}) - O) < 1e-12);
    BOOST_TEST(largest(c.net.predict(c.X) - O) == 0.0);
    c.net.backward(c.Y);
    network.gradients({c.X}, {-c.net.e / static_cast<double>(c.X.n_rows)});  // dE/do = -(y - o) / n
    for (std::size_t l = 2; l <= c.net.L; ++l) {
      const std::vector<nn::Weight*> weights = layers[l - 2].layer().weights();
      BOOST_TEST(largest(weights[0]->gradient - c.net.dW[l]) < 1e-12);
      BOOST_TEST(largest(weights[1]->gradient - c.net.db[l]) < 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_hundred_epochs_equal_those_of_a_sequential_model) {
  for (Case c : kCases) {
    nn::Sequential model;
    const std::vector<nn::LayerHandle> layers = layers_of(c.net);
    for (const nn::LayerHandle& layer : layers) model.add(layer);
    const double eta = 0.1, outputs = static_cast<double>(c.Y.n_cols);
    model.compile({.optimizer = nn::SGD({.learning_rate = eta * outputs / 2}),
                   .loss = nn::mean_squared_error});
    model.fit(c.X, c.Y, {.epochs = 0, .verbose = false});  // makes the weights
    copy_weights(c.net, layers);
    const nn::Indices order = arma::regspace<nn::Indices>(0, c.X.n_rows - 1);
    for (int epoch = 0; epoch < 100; ++epoch) longhand::train_epoch(c.net, c.X, c.Y, order, 3, eta);
    model.fit(c.X, c.Y,
              {.epochs = 100, .batch_size = 3, .shuffle = false, .verbose = false});  // 3, 3, 1
    for (std::size_t l = 2; l <= c.net.L; ++l) {
      BOOST_TEST(largest(layers[l - 2].weights()[0] - c.net.W[l]) < 1e-12);
      BOOST_TEST(largest(layers[l - 2].weights()[1] - c.net.b[l]) < 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(gradients_equal_those_of_the_computational_graph) {
  for (Case c : kCases) {
    if (c.net.f[c.net.L].name == "linear") continue;
    nn::Graph tf;
    std::vector<nn::Node> W, b;
    nn::Node H = tf.placeholder({nn::any_size, c.X.n_cols}, "X");
    const nn::Node X = H, Y = tf.placeholder({nn::any_size, c.Y.n_cols}, "Y");
    for (std::size_t l = 2; l <= c.net.L; ++l) {
      W.push_back(tf.variable(c.net.W[l]));
      b.push_back(tf.variable(Matrix(c.net.b[l])));
      const nn::Node Z = tf.matmul(H, W.back()) + b.back();
      H = c.net.f[l].name == "tanh" ? tf.tanh(Z) : tf.sigmoid(Z);
    }
    const nn::Node E = tf.sum(tf.square(Y - H)) / (2.0 * static_cast<double>(c.X.n_rows));
    const nn::BackwardPass pass = nn::Session(tf).backward(E, {{X, c.X}, {Y, c.Y}});
    c.net.forward(c.X);
    BOOST_TEST(std::abs(pass.value(E)(0) - c.net.error(c.Y)) < 1e-14);
    c.net.backward(c.Y);
    for (std::size_t l = 2; l <= c.net.L; ++l) {
      BOOST_TEST(largest(pass.gradient(W[l - 2]) - c.net.dW[l]) < 1e-12);
      BOOST_TEST(largest(pass.gradient(b[l - 2]) - c.net.db[l]) < 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(gradients_equal_central_differences) {
  for (Case c : kCases) {
    c.net.forward(c.X);
    c.net.backward(c.Y);
    const Mlp net = c.net;
    const auto E = [&] {
      c.net.forward(c.X);
      return c.net.error(c.Y);
    };
    for (std::size_t l = 2; l <= c.net.L; ++l) {
      BOOST_TEST(nn::check_gradient(E, c.net.W[l], net.dW[l]).relative_error < 1e-7);
      Matrix b = c.net.b[l];
      const auto E_of_b = [&] {
        c.net.b[l] = b;
        return E();
      };
      BOOST_TEST(nn::check_gradient(E_of_b, b, Matrix(net.db[l])).relative_error < 1e-7);
      E_of_b();  // puts b back
    }
  }
}

BOOST_AUTO_TEST_CASE(neuron_by_neuron_equals_the_matrices) {
  Case c = random_case({3, 4, 3, 2}, longhand::sigmoid, longhand::sigmoid);
  longhand::Neurons neurons(c.net);
  double E = 0;
  for (int epoch = 0; epoch < 20; ++epoch) {
    E = 0;
    for (std::size_t n = 0; n < c.X.n_rows; ++n) {
      E += neurons.forward(c.X.row(n), c.Y.row(n)) / static_cast<double>(c.X.n_rows);
      neurons.backward();
      neurons.update(0.7);
    }
    const double same = longhand::train_epoch(
        c.net, c.X, c.Y, arma::regspace<nn::Indices>(0, c.X.n_rows - 1), 1, 0.7);
    BOOST_TEST(std::abs(E - same) < 1e-13);
  }
  for (std::size_t l = 2; l <= c.net.L; ++l) {
    BOOST_TEST(largest(neurons.W[l] - c.net.W[l]) < 1e-12);
    BOOST_TEST(largest(neurons.b[l] - c.net.b[l]) < 1e-12);
    BOOST_TEST(largest(neurons.delta[l] - c.net.delta[l]) < 1e-12);  // of the last observation
  }
  double squared = 0;
  for (std::size_t l = 2; l <= c.net.L; ++l)
    squared += arma::accu(arma::square(c.net.dW[l])) + arma::accu(arma::square(c.net.db[l]));
  BOOST_TEST(std::abs(neurons.squared_gradient() - squared) < 1e-14);
}

BOOST_AUTO_TEST_CASE(gradients_and_ten_steps_equal_jax) {
  const Golden golden("backprop.txt");
  const auto compare = [&](const std::string& name, Mlp net) {
    const auto stored = [&](const std::string& what) { return golden(name + "/" + what); };
    const Matrix X = stored("X"), Y = stored("Y");
    for (std::size_t l = 2; l <= net.L; ++l) {
      net.W[l] = stored(nn::text("W%zu", l));
      net.b[l] = stored(nn::text("b%zu", l));
    }
    Matrix errors(1, 10);
    for (std::size_t step = 0; step < 10; ++step) {
      net.forward(X);
      errors(step) = net.error(Y);
      net.backward(Y);
      if (step == 0)
        for (std::size_t l = 2; l <= net.L; ++l) {
          BOOST_TEST(golden_error(net.dW[l], stored(nn::text("dW%zu", l))) < 1e-11);
          BOOST_TEST(golden_error(net.db[l], stored(nn::text("db%zu", l))) < 1e-11);
        }
      net.update(0.7);
    }
    BOOST_TEST(golden_error(errors, stored("errors")) < 1e-11);
    for (std::size_t l = 2; l <= net.L; ++l) {
      BOOST_TEST(golden_error(net.W[l], stored(nn::text("W%zu_after", l))) < 1e-11);
      BOOST_TEST(golden_error(net.b[l], stored(nn::text("b%zu_after", l))) < 1e-11);
    }
  };
  compare("2-4-1", Mlp({2, 4, 1}, longhand::sigmoid, longhand::sigmoid));
  compare("3-4-3-2", Mlp({3, 4, 3, 2}, longhand::tanh, longhand::sigmoid));
  compare("2-5-4-3-2", Mlp({2, 5, 4, 3, 2}, longhand::relu, longhand::linear));
}

// ---- Numbers of the notes ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(xor_by_hand_to_seven_digits) {
  Mlp net({2, 2, 1}, longhand::sigmoid, longhand::sigmoid);
  net.W[2] = {{20, -20}, {20, -20}};
  net.b[2] = {-10, 30};
  net.W[3] = nn::ColVector{20, 20};
  net.b[3] = {-30};
  const Matrix O = net.forward(nn::gate(nn::Gate::XOR).X);
  const Matrix H{{0.0000454, 1.0000000},
                 {0.9999546, 0.9999546},
                 {0.9999546, 0.9999546},
                 {1.0000000, 0.0000454}};
  BOOST_TEST(largest(net.H[2] - H) < 5e-8);
  BOOST_TEST(largest(O - nn::ColVector{0.0000454, 0.9999545, 0.9999545, 0.0000454}) < 5e-8);
}

BOOST_AUTO_TEST_CASE(parameters_are_counted) {
  const auto parameters = [](const std::vector<std::size_t>& sizes) {
    return Mlp(sizes, longhand::sigmoid, longhand::sigmoid).parameters();
  };
  BOOST_TEST(parameters({2, 2, 1}) == 9u);
  BOOST_TEST(parameters({6, 4, 3}) == 43u);
  BOOST_TEST(parameters({784, 32, 10}) == 25450u);
  BOOST_TEST(parameters({784, 300, 100, 10}) == 266610u);
}

BOOST_AUTO_TEST_CASE(steps_have_no_gradient_and_sigmoids_have_one) {
  Case c = random_case({2, 4, 1}, longhand::step, longhand::step);
  const auto E = [&] {
    c.net.forward(c.X);
    return c.net.error(c.Y);
  };
  BOOST_TEST(largest(nn::numerical_gradient(E, c.net.W[2])) == 0.0);
  c.net.f.assign(c.net.L + 1, longhand::sigmoid);
  BOOST_TEST(largest(nn::numerical_gradient(E, c.net.W[2])) > 1e-4);
}

// ---- Training and refusals ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_epoch_takes_every_row_once_and_its_last_batch_may_be_short) {
  Case c = random_case({3, 4, 2}, longhand::tanh, longhand::sigmoid);  // 7 rows
  for (std::size_t batch_size : {1, 2, 3, 7, 100}) {
    Mlp at_rest = c.net;
    const double E =
        longhand::train_epoch(at_rest, c.X, c.Y, {6, 0, 5, 1, 4, 2, 3}, batch_size, 0.0);
    at_rest.forward(c.X);
    BOOST_TEST(std::abs(E - at_rest.error(c.Y)) < 1e-14);  // eta = 0: nothing moved
  }
}

BOOST_AUTO_TEST_CASE(one_step_lowers_the_error) {
  for (Case c : kCases) {
    c.net.forward(c.X);
    const double before = c.net.error(c.Y);
    c.net.backward(c.Y);
    c.net.update(0.01);
    c.net.forward(c.X);
    BOOST_TEST(c.net.error(c.Y) < before);
  }
}

BOOST_AUTO_TEST_CASE(wrong_shapes_are_refused_in_words) {
  Mlp net({2, 3, 1}, longhand::sigmoid, longhand::sigmoid);
  const auto says = [](const std::function<void()>& mistake) {
    try {
      mistake();
    } catch (const nn::Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  BOOST_TEST(says([&] { net.forward(Matrix(4, 3)); }) ==
             "Mlp: X has 3 columns, the input layer has 2");
  BOOST_TEST(says([&] { net.predict(Matrix(4, 3)); }) ==
             "Mlp: X has 3 columns, the input layer has 2");
  net.forward(Matrix(4, 2));
  BOOST_TEST(says([&] { net.backward(Matrix(4, 2)); }) == "Mlp: Y is (4, 2), expected (4, 1)");
  BOOST_TEST(says([] { Mlp({2}, longhand::sigmoid, longhand::sigmoid); }) ==
             "Mlp: expected at least two sizes, inputs and outputs");
}
