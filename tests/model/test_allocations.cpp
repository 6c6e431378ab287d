// After the first epoch a training step allocates nothing: the interposed malloc of allocations.hpp
// counts every allocation of the process (operator new, Armadillo's and OpenBLAS's too).
#include <boost/test/unit_test.hpp>
#include <memory>

#include "common/data/data.hpp"
#include "common/kernels/parallel.hpp"
#include "common/nn.hpp"
#include "tests/allocations.hpp"

using nn::Matrix;
using nn::Real;

namespace {

// Counts from the first batch of the second epoch to the last batch of the third.
class CountEpochs : public nn::Callback {
 public:
  explicit CountEpochs(int batches) : batches_(batches) {}
  void on_batch_end(nn::Model&, int epoch, int batch, const nn::Scores&) override {
    if (epoch == 1 && batch == 0) before_ = allocations;
    if (epoch == 2 && batch == batches_ - 1) counted = allocations - before_;
  }
  long counted = -1;

 private:
  int batches_;
  long before_ = 0;
};

// Three epochs, the last batch of each a short one.
long allocations_of(nn::Model& model, const Matrix& X, const Matrix& Y, int batch_size) {
  const int n = static_cast<int>(X.n_rows), batches = (n + batch_size - 1) / batch_size;
  BOOST_TEST_REQUIRE(n % batch_size != 0);
  BOOST_TEST_REQUIRE(batches > 1);
  const auto counter = std::make_shared<CountEpochs>(batches);
  model.fit(X, Y,
            {.epochs = 3, .batch_size = batch_size, .callbacks = {counter}, .verbose = false});
  return counter->counted;
}

Matrix random_classes(std::size_t n, std::size_t classes, nn::Rng& rng) {
  nn::Indices labels(n);
  for (auto& label : labels) label = rng.below(classes);
  return nn::one_hot(labels, classes);
}

nn::Sequential mlp(std::size_t d, long long hidden_1, long long hidden_2) {
  return nn::Sequential({nn::Dense(hidden_1, {.activation = nn::relu, .input_shape = {d}}),
                         nn::Dense(hidden_2, {.activation = nn::relu}),
                         nn::Dense(10, {.activation = nn::softmax})});
}
nn::Sequential mlp() { return mlp(40, 30, 10); }

std::vector<nn::Optimizer> every_optimizer() {
  return {nn::SGD(),
          nn::SGD({.momentum = 0.9, .nesterov = true, .clipnorm = 1.0}),
          nn::Adagrad(),
          nn::RMSprop({.momentum = 0.9, .centered = true}),
          nn::Adadelta(),
          nn::Adam({.amsgrad = true, .clipvalue = 0.5}),
          nn::AdamW({.global_clipnorm = 1.0}),
          nn::Adamax(),
          nn::Nadam(),
          nn::Adam({.learning_rate = nn::CosineDecay(0.01, 100)})};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_count_sees_an_allocation) {
  const long before = allocations;
  const Matrix M(100, 100);
  BOOST_TEST(allocations - before == (counts_allocations ? 1 : 0));
  BOOST_TEST(M.n_elem == 10000U);
}

BOOST_AUTO_TEST_CASE(w1_and_w2_with_every_optimizer) {
  nn::Rng rng(1);
  const Matrix X = rng.uniform_matrix(150, 784), Y = random_classes(150, 10, rng);
  for (const int batch_size : {32, 128})
    for (const nn::Optimizer& optimizer : every_optimizer()) {
      nn::Sequential model = mlp(784, 300, 100);
      model.compile({.optimizer = optimizer,
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});
      BOOST_TEST_CONTEXT(optimizer.name() << ", batches of " << batch_size)
      BOOST_TEST(allocations_of(model, X, Y, batch_size) == 0);
    }
}

// While it lives, a step is shared by so many threads.
struct Threads {
  explicit Threads(int count) { nn::set_thread_count(count); }
  ~Threads() { nn::set_thread_count(1); }
};

BOOST_AUTO_TEST_CASE(w1_and_w2_on_two_threads) {
  nn::Rng rng(1);
  const Matrix X = rng.uniform_matrix(150, 784), Y = random_classes(150, 10, rng);
  const Threads two(2);
  for (const int batch_size : {32, 128}) {
    nn::Sequential model = mlp(784, 300, 100);
    model.compile(
        {.optimizer = nn::Adam(), .loss = nn::categorical_crossentropy, .metrics = {nn::accuracy}});
    BOOST_TEST(allocations_of(model, X, Y, batch_size) == 0);
  }
}

BOOST_AUTO_TEST_CASE(w4_large_layers) {
  nn::Rng rng(1);
  const Matrix X = rng.uniform_matrix(300, 1024), Y = random_classes(300, 10, rng);
  nn::Sequential model = mlp(1024, 2048, 2048);
  model.compile(
      {.optimizer = nn::SGD(), .loss = nn::categorical_crossentropy, .metrics = {nn::accuracy}});
  BOOST_TEST(allocations_of(model, X, Y, 256) == 0);
}

BOOST_AUTO_TEST_CASE(every_loss_and_metric_trains_without_allocating) {
  nn::Rng rng(1);
  const Matrix X = rng.uniform_matrix(70, 40), Y = random_classes(70, 10, rng);
  for (const nn::Loss& loss :
       {nn::Loss(nn::mean_squared_error), nn::Loss(nn::mean_absolute_error), nn::huber(),
        nn::Loss(nn::binary_crossentropy), nn::Loss(nn::kl_divergence), nn::Loss(nn::hinge)}) {
    nn::Sequential model = mlp();
    model.compile({.optimizer = nn::SGD(),
                   .loss = loss,
                   .metrics = {nn::accuracy, nn::mean_absolute_error, nn::top_k(3), nn::precision,
                               nn::recall}});
    BOOST_TEST_CONTEXT(loss.name) BOOST_TEST(allocations_of(model, X, Y, 32) == 0);
  }
}

BOOST_AUTO_TEST_CASE(w3_xor_with_matrices_of_at_most_16_elements) {
  nn::Sequential model({nn::Dense(4, {.activation = nn::tanh, .input_shape = {2}}),
                        nn::Dense(1, {.activation = nn::sigmoid})});
  model.compile({.optimizer = nn::SGD({.learning_rate = 0.5}),
                 .loss = nn::mean_squared_error,
                 .metrics = {nn::accuracy}});
  // One of them twice: Armadillo keeps a single number inside of the matrix, and a last batch of
  // one row would give back the memory of all that have one column.
  const Matrix X{{0, 0}, {0, 1}, {1, 0}, {1, 1}, {0, 0}}, Y = arma::Col<Real>{0, 1, 1, 0, 0};
  BOOST_TEST(allocations_of(model, X, Y, 3) == 0);
}

BOOST_AUTO_TEST_CASE(w5_convolution_and_pooling) {
  nn::Rng rng(1);
  const Matrix X = rng.uniform_matrix(70, 28 * 28), Y = random_classes(70, 10, rng);
  nn::Sequential model(
      {nn::Conv2D(
           32, {3, 3},
           {.padding = nn::Padding::same, .activation = nn::relu, .input_shape = {28, 28, 1}}),
       nn::MaxPooling2D({2, 2}), nn::Flatten(), nn::Dense(10, {.activation = nn::softmax})});
  model.compile(
      {.optimizer = nn::SGD(), .loss = nn::categorical_crossentropy, .metrics = {nn::accuracy}});
  for (const int threads : {1, 2}) {
    const Threads shared_by(threads);
    BOOST_TEST(allocations_of(model, X, Y, 32) == 0, threads << " threads");
  }
}

BOOST_AUTO_TEST_CASE(w6_embedding_and_lstm) {
  nn::Rng rng(1);
  Matrix X(40, 100);
  for (Real& id : X) id = static_cast<Real>(rng.below(10000));
  const Matrix Y = arma::conv_to<Matrix>::from(X.col(0) > Real(5000));
  for (const nn::Optimizer& optimizer : {nn::Optimizer(nn::SGD()), nn::Optimizer(nn::Adam())}) {
    nn::Sequential model({nn::Embedding(10000, 512, {.input_shape = {100}}), nn::LSTM(32),
                          nn::Dense(1, {.activation = nn::sigmoid})});
    model.compile(
        {.optimizer = optimizer, .loss = nn::binary_crossentropy, .metrics = {nn::accuracy}});
    for (const int threads : {1, 2}) {
      const Threads shared_by(threads);
      BOOST_TEST_CONTEXT(optimizer.name() << ", " << threads << " threads")
      BOOST_TEST(allocations_of(model, X, Y, 32) == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(convolution_with_dropout_and_batch_normalization) {
  nn::Rng rng(1);
  const Matrix X = rng.uniform_matrix(70, 28 * 28), Y = random_classes(70, 10, rng);
  nn::Sequential model(
      {nn::Conv2D(
           4, {3, 3},
           {.padding = nn::Padding::same, .activation = nn::relu, .input_shape = {28, 28, 1}}),
       nn::BatchNormalization(), nn::MaxPooling2D({2, 2}), nn::Dropout(0.25), nn::Flatten(),
       nn::Dense(10, {.activation = nn::softmax})});
  model.compile(
      {.optimizer = nn::Adam(), .loss = nn::categorical_crossentropy, .metrics = {nn::accuracy}});
  BOOST_TEST(allocations_of(model, X, Y, 32) == 0);
}

BOOST_AUTO_TEST_CASE(embedding_and_every_recurrent_layer) {
  nn::Rng rng(1);
  Matrix X(70, 12);
  for (Real& id : X) id = static_cast<Real>(rng.below(50));
  const Matrix Y = arma::conv_to<Matrix>::from(X.col(0) > Real(25));
  for (int kind = 0; kind < 3; ++kind) {
    nn::Sequential model;
    model.add(nn::Embedding(50, 8, {.input_shape = {12}}));
    if (kind == 0) model.add(nn::LSTM(5));
    if (kind == 1) model.add(nn::GRU(5));
    if (kind == 2) model.add(nn::SimpleRNN(5));
    model.add(nn::LayerNormalization());
    model.add(nn::Dense(1, {.activation = nn::sigmoid}));
    model.compile(
        {.optimizer = nn::RMSprop(), .loss = nn::binary_crossentropy, .metrics = {nn::accuracy}});
    BOOST_TEST_CONTEXT("kind " << kind) BOOST_TEST(allocations_of(model, X, Y, 32) == 0);
  }
}

BOOST_AUTO_TEST_CASE(branches_shared_layers_and_nested_models) {
  nn::Rng rng(1);
  const Matrix X = rng.uniform_matrix(70, 6), Y = random_classes(70, 3, rng);
  nn::Tensor x = nn::Input({6}), inner = nn::Input({6});
  nn::Dense shared(5, {.activation = nn::gelu});
  nn::Model body(inner, nn::Dense(5)(shared(inner)));
  nn::Tensor y =
      nn::concatenate({nn::add({shared(x), body(x)}), nn::multiply({shared(x), body(x)}), x});
  nn::Model model(x, nn::Dense(3, {.activation = nn::softmax})(y));
  model.compile({.optimizer = nn::Adam(), .loss = nn::categorical_crossentropy});
  BOOST_TEST(allocations_of(model, X, Y, 32) == 0);
}
