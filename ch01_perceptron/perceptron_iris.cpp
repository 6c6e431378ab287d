// A perceptron that tells setosa from the other irises by its petals, without one error.
//
// Notes:  004 a TLU as linear binary classifier; 000, 002 perceptron (Rosenblatt 1957)
// Run:    ./book run ch01/perceptron_iris
// Expect: 0 errors on the 150 flowers after two epochs
// Try:    --species virginica --epochs 50 (no line separates it), --shuffle no, --seed 1
#include "common/data/data.hpp"
#include "common/perceptron/perceptron.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("One TLU learns to recognise an iris by its petals");
  // ---- knobs -----------------------------------------------------------------------------------
  std::string species = "setosa";
  program.knob("species", species, "to be told from the rest",
               {"setosa", "versicolor", "virginica"});
  int epochs = 20;
  program.knob("epochs", epochs, "at most so many passes over the 150 flowers");
  double eta = 1.0;
  program.knob("eta", eta, "learning rate", 1e-6, 1e6);
  bool shuffle = true;
  program.knob("shuffle", shuffle, "a new order of the flowers in each epoch");
  int max_frames = 60;
  program.knob("max_frames", max_frames, "of the film: the first corrections", 0, 500);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: petal length and width in cm; 1 for the species asked for
    const nn::Dataset iris = nn::load_iris();
    const nn::Matrix X = iris.X.cols(2, 3);
    const std::size_t wanted = species == "setosa" ? 0 : (species == "versicolor" ? 1 : 2);
    const nn::ColVector y = arma::conv_to<nn::ColVector>::from(iris.y == wanted);

    // 2. model: one TLU with two inputs, all weights 0
    nn::Perceptron perceptron(2, 1);
    nn::Animation film(700);
    const auto frame = [&](const std::string& title, const nn::RowVector& flower) {
      nn::Figure figure({.title = title,
                         .x_label = "petal length, cm",
                         .y_label = "petal width, cm",
                         .x_range = {0, 7.5},
                         .y_range = {-0.2, 2.8}});
      const double color = static_cast<double>(wanted), gray = 7;
      figure.regions([&](const nn::Matrix& XY) -> nn::ColVector {
        return gray + (color - gray) * perceptron.predict(XY).as_col();
      });
      figure.contour([&](const nn::Matrix& XY) { return perceptron.neuron(0).weighted_sums(XY); },
                     {.levels = {0}});
      figure.scatter(X, iris.y, iris.class_names);
      if (!flower.is_empty()) figure.annotate(flower[0], flower[1], "");  // corrected here
      return figure;
    };

    // 3. training: one flower at a time; every mistake moves the line
    std::printf("epoch   petal length, width    y   error        w1        w2         b\n");
    nn::Rng rng = program.rng();
    nn::Indices order = arma::regspace<nn::Indices>(0, X.n_rows - 1);
    int mistakes = 0, mistakes_in_epoch = 1, epoch = 0;
    while (epoch < epochs && mistakes_in_epoch > 0) {
      ++epoch;
      mistakes_in_epoch = 0;
      if (shuffle) rng.shuffle(order);
      for (std::size_t i : order) {
        const nn::RowVector error = perceptron.learn(X.row(i), nn::RowVector{y[i]}, eta);
        if (error[0] == 0) continue;
        ++mistakes_in_epoch;
        ++mistakes;
        if (mistakes <= 20)
          std::printf("%5d %12.1f %9.1f %6.0f %7.0f %9.2f %9.2f %9.2f\n", epoch, X(i, 0), X(i, 1),
                      y[i], error[0], perceptron.W()(0, 0), perceptron.W()(1, 0),
                      perceptron.b()[0]);
        if (program.plots() && mistakes <= max_frames)
          film.add(frame(nn::text("epoch %d, correction %d: the flower at (%.1f, %.1f)", epoch,
                                  mistakes, X(i, 0), X(i, 1)),
                         X.row(i)));
      }
    }

    // 4. result
    const double errors = arma::accu(perceptron.predict(X) != y);
    std::printf(
        "%s where %.2f length %+.2f width %+.2f >= 0: %d mistakes on the way, %.0f errors "
        "of 150 now\n",
        species.c_str(), perceptron.W()(0, 0), perceptron.W()(1, 0), perceptron.b()[0], mistakes,
        errors);
    program.result("epochs", epoch);
    program.result("mistakes", mistakes);
    program.result("errors", errors);
    program.save(frame(nn::text("%s or not: %.0f errors of 150", species.c_str(), errors), {}),
                 "boundary");
    for (int hold = 0; hold < 3; ++hold)
      film.add(frame(nn::text("%s or not: %.0f errors of 150", species.c_str(), errors), {}));
    program.save(film, "learning");
  });
}
