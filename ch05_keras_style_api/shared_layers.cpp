// Shared layers: one encoder looks at two digits, and the model says whether they are the same.
//
// Notes:  003 함수 API (공유된 계층)
// Run:    ./book run ch05/shared_layers
// Expect: the shared encoder beats two separate ones, with half of their weights
// Try:    --pairs 20000, --width 4
#include "common/data/data.hpp"
#include "common/plot/graphviz.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/program/program.hpp"

// |a - b|, so that the order of the two digits cannot matter: a layer of our own with two inputs.
struct Distance : nn::MergeLayer {
  Distance() : MergeLayer("Distance") {}
  nn::Shape merged_shape(const nn::Shapes& inputs) override { return inputs[0]; }
  void merge(const Inputs& X, nn::Matrix& Z, nn::Call&) override { Z = arma::abs(*X[0] - *X[1]); }
  void split(const Inputs& X, const nn::Matrix& delta, const Gradients& dX, nn::Call&) override {
    if (dX[0]) *dX[0] = delta % arma::sign(*X[0] - *X[1]);
    if (dX[1]) *dX[1] = delta % arma::sign(*X[1] - *X[0]);
  }
};

struct Pairs {
  nn::Matrix left, right, same;
};
// Left digits from some rows, right digits from others; every second pair is the same digit.
static Pairs draw_pairs(const nn::Dataset& digits, const nn::Indices& left,
                        const nn::Indices& right, std::size_t n, nn::Rng& rng) {
  Pairs pairs{nn::Matrix(n, 64), nn::Matrix(n, 64), nn::Matrix(n, 1)};
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t a = left[rng.below(left.n_elem)];
    std::size_t b = a;
    while (a == b || (digits.y[a] == digits.y[b]) != (i % 2 == 0))
      b = right[rng.below(right.n_elem)];
    pairs.left.row(i) = digits.X.row(a);
    pairs.right.row(i) = digits.X.row(b);
    pairs.same(i, 0) = i % 2 == 0;
  }
  return pairs;
}

// 2. model: the same encoder called twice, or two encoders called once each.
static nn::Model twins(bool shared, int width) {
  const auto encoder = [&](const std::string& name) {
    return nn::Sequential({nn::Dense(32, {.activation = nn::relu, .input_shape = {64}}),
                           nn::Dense(width, {.activation = nn::tanh})},
                          {.name = name});
  };
  const nn::Tensor left = nn::Input({64}, {.name = "left"}),
                   right = nn::Input({64}, {.name = "right"});
  const nn::Sequential one = encoder("encoder"), other = shared ? one : encoder("other");
  const nn::Tensor apart = nn::make_layer<Distance>()({one(left), other(right)});
  const nn::Tensor same = nn::Dense(1, {.activation = nn::sigmoid, .name = "same"})(apart);
  return nn::Model({left, right}, {same});
}

int main(int argc, char** argv) {
  nn::Program program("A shared layer: are these two digits the same?", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int n_pairs = 3000;
  program.knob("pairs", n_pairs, "pairs to learn from", 2, 1000000);
  int references = 3;
  program.knob("references", references, "left digits to learn from, of each of the ten", 1, 100);
  int width = 16;
  program.knob("width", width, "numbers by which a digit is described", 1, 1000);
  int epochs = 20;
  program.knob("epochs", epochs, "passes over the pairs", 1, 1000);
  int runs = 5;
  program.knob("runs", runs, "first weights to try", 1, 100);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: on the left a few reference digits, on the right any; to judge: new ones on both
    const nn::Dataset digits = nn::load_digits();
    nn::Rng rng = program.rng();
    const nn::Split split = nn::stratified_split(digits.y, 0.3, rng);
    nn::Indices cards(10 * references);
    for (int k = 0; k < 10 * references; ++k)
      cards[k] = split.train[arma::find(digits.y.elem(split.train) == k % 10).eval()[k / 10]];
    const Pairs train = draw_pairs(digits, cards, split.train, n_pairs, rng);
    const Pairs test = draw_pairs(digits, split.test, split.test, 2000, rng);

    std::printf("encoder    parameters   training accuracy   test accuracy   f(a, b) - f(b, a)\n");
    std::vector<std::pair<std::string, double>> results;
    for (const std::string kind : {"shared", "separate"}) {
      double seen = 0.0, unseen = 0.0, asymmetry = 0.0, parameters = 0.0;
      for (int run = 0; run < runs; ++run) {
        // 3. training
        nn::set_seed(program.seed() + run);
        nn::Model model = twins(kind == "shared", width);
        model.compile({.optimizer = nn::Adam({.learning_rate = 0.003}),
                       .loss = nn::binary_crossentropy,
                       .metrics = {nn::accuracy}});
        model.fit({train.left, train.right}, train.same, {.epochs = epochs, .verbose = false});
        seen += model.evaluate({train.left, train.right}, train.same)["accuracy"] / runs;
        unseen += model.evaluate({test.left, test.right}, test.same)["accuracy"] / runs;
        const nn::Matrix there = model.predict({test.left, test.right}),
                         back = model.predict({test.right, test.left});
        asymmetry = std::max<double>(asymmetry, arma::abs(there - back).max());
        parameters = static_cast<double>(model.parameter_count());
        if (program.plots() && run == 0) nn::save_graph(model.to_dot(), program.out(kind));
      }
      std::printf("%-10s %10.0f %19.3f %15.3f %19.3g\n", kind.c_str(), parameters, seen, unseen,
                  asymmetry);
      results.emplace_back("parameters_" + kind, parameters);
      results.emplace_back("test_accuracy_" + kind, unseen);
      results.emplace_back("symmetric_" + kind, asymmetry < 1e-6 ? 1 : 0);
    }

    // 4. result
    std::printf("(means of %d runs; guessing is right half of the time)\n\n", runs);
    for (const auto& [name, value] : results) program.result(name, value);
  });
}
