// The error back-propagation algorithm, the notes' steps 1 to 6; its equations are in neurons.hpp.
//
// Notes:  003 오류 역전파 (EBP) 1-6, 변화량 = 학습률 x 국부적 기울기 x 입력; errata 1, 4, 5
// Run:    ./book run ch02/error_backpropagation
// Expect: XOR learned, stopped by a small E; the same weights as the matrix form of mlp.hpp
// Try:    --seed 4 --order reversed (a long plateau), --epsilon 0: which rule stops it then?
#include "ch02_mlp_backprop/neurons.hpp"
#include "common/data/data.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("The error back-propagation algorithm, steps 1 to 6", 2);
  // ---- knobs: EBP 1, the structure, the learning rate, the stopping rules -----------------------
  int hidden = 3, epochs = 20000, patience = 100;
  double eta = 0.5, epsilon = 0.005, min_gradient = 0.001;
  std::string order = "shuffled";
  program.knob("hidden", hidden, "neurons of the hidden layer", 1, 100);
  program.knob("eta", eta, "learning rate", 0.0);
  program.knob("epochs", epochs, "rule 1: stop after so many epochs");
  program.knob("epsilon", epsilon, "rule 2: stop when E is smaller", 0.0);
  program.knob("min-gradient", min_gradient, "rule 3: stop when the gradient is smaller", 0.0);
  program.knob("patience", patience, "rule 4: stop after so many epochs without a smaller E", 1);
  program.knob("order", order, "how observations are ordered", {"fixed", "reversed", "shuffled"});
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset data = nn::gate(nn::Gate::XOR);
    const nn::Matrix& X = data.X;
    const nn::Matrix Y = arma::conv_to<nn::ColVector>::from(data.y);
    const std::size_t N = X.n_rows;

    // 2. model. EBP 1: structure and initial weights, U(-1, 1), biases 0
    nn::Rng rng = program.rng();
    longhand::Mlp start({2, static_cast<std::size_t>(hidden), 1}, longhand::sigmoid,
                        longhand::sigmoid);
    start.initialize(rng, 1.0);
    longhand::Neurons net(start);
    longhand::Mlp matrices = start;
    std::printf(
        "EBP 1  2-%d-1, eta = %g; stop after %d epochs, or when E < %g, or when |gradient| < %g, "
        "or\n       after %d epochs without a smaller E\n",
        hidden, eta, epochs, epsilon, min_gradient, patience);

    // 3. training
    std::vector<double> curve;
    double best = std::numeric_limits<double>::infinity(), difference = 0;
    int epoch = 0, waited = 0;
    const char* stopped_by = epochs > 0 ? nullptr : "the number of epochs";
    while (!stopped_by) {
      nn::Indices presented =
          arma::regspace<nn::Indices>(0, N - 1);  // EBP 2: order the observations
      if (order == "reversed") presented = arma::reverse(presented);
      if (order == "shuffled") rng.shuffle(presented);
      double E = 0, squared_gradient = 0;
      for (std::size_t n : presented) {  // EBP 2: present them one by one
        E += net.forward(X.row(n), Y.row(n)) / static_cast<double>(N);  // EBP 3
        net.backward();                                                 // EBP 4
        const bool first = epoch == 0 && n == presented(0);
        if (first)
          std::printf(
              "EBP 3  observation %zu: x = (%g, %g), y = %g: o = %.6f, e = %.6f\n"
              "EBP 4  delta of the output %.6f\nEBP 5  the three factors\n",
              n + 1, X(n, 0), X(n, 1), Y(n, 0), net.h[net.L](0), net.e(0), net.delta[net.L](0));
        squared_gradient += net.squared_gradient() / static_cast<double>(N);
        net.update(eta, first);  // EBP 5
      }
      longhand::train_epoch(matrices, X, Y, presented, 1, eta);  // the same epoch, as matrices
      curve.push_back(E);
      ++epoch;
      waited = E < best ? 0 : waited + 1;
      best = std::min(best, E);
      if (epoch == epochs) stopped_by = "the number of epochs";  // EBP 6: a stopping rule holds?
      if (waited >= patience) stopped_by = "no smaller E";
      if (std::sqrt(squared_gradient) < min_gradient) stopped_by = "a small gradient";
      if (E < epsilon) stopped_by = "a small E";
    }
    std::printf("EBP 6  stopped after %d epochs by %s\n\n", epoch, stopped_by);

    // 4. result
    int right = 0;
    std::printf("x1 x2   y        o\n");
    for (std::size_t n = 0; n < N; ++n) {
      net.forward(X.row(n), Y.row(n));
      right += (net.h[net.L](0) > 0.5) == (Y(n, 0) > 0.5);
      std::printf("%2.0f %2.0f %3.0f %8.4f\n", X(n, 0), X(n, 1), Y(n, 0), net.h[net.L](0));
    }
    for (std::size_t l = 2; l <= net.L; ++l)
      difference = std::max(difference, arma::abs(net.W[l] - matrices.W[l]).max());
    std::printf("\n");
    program.result("epochs", epoch);
    program.result("E", curve.empty() ? std::nan("") : curve.back());
    program.result("right", right);
    program.result("difference_from_matrix_form", difference);
    nn::Figure figure({.title = "XOR by error back-propagation",
                       .x_label = "epoch",
                       .y_label = "E",
                       .log_y = true});
    figure.line(curve, order + " order").horizontal(epsilon, "stopping rule: E");
    program.save(figure, "error");
  });
}
