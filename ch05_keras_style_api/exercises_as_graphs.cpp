// Both exercises of the notes as TensorFlow 1 had them, a graph and a session, beside Sequential.
//
// Notes:  003 CreditCard and infert, TensorFlow and Keras versions; TensorFlow APIs
// Run:    ./book run ch05/exercises_as_graphs
// Expect: the same losses and answers, to 1e-9 and better: unlike the rest of the chapter this
//         program computes in float64, where rounding is too small to hide a mistake
// Try:    --seed 6 --epochs 100: the regression's last digits grow apart, the classification's do not
#include "common/data/data.hpp"
#include "common/nn.hpp"
#include "common/plot/graphviz.hpp"
#include "common/program/program.hpp"

struct Exercise {
  std::string name;
  nn::Matrix X, Y;
  int batch_size;
  double eta, l2;
  bool yes_or_no;        // sigmoid and cross-entropy, or a number and the mean squared error
  nn::Sequential model;  // the Keras version
};

// The TensorFlow version, from the model's first weights: placeholders, variables and the cost are
// nodes, a session runs them batch after batch. Returns each epoch's loss and the answers for X.
static std::pair<std::vector<double>, nn::Matrix> train(nn::Graph& tf, const Exercise& task,
                                                        int epochs) {
  const nn::Node X = tf.placeholder({nn::any_size, task.X.n_cols}, "X"),
                 Y = tf.placeholder({nn::any_size, 1}, "Y");
  std::vector<nn::Node> w;
  for (const char* name : {"W1", "b1", "W2", "b2", "W3", "b3"})
    w.push_back(tf.variable(task.model.weights()[w.size()], name));
  const nn::Node L1 = tf.tanh(tf.matmul(X, w[0]) + w[1]);  // L1 = tf.tanh(tf.matmul(X, W1) + b1)
  const nn::Node L2 = tf.tanh(tf.matmul(L1, w[2]) + w[3]);
  const nn::Node L3 = tf.matmul(L2, w[4]) + w[5];
  const nn::Node H = task.yes_or_no ? tf.sigmoid(L3) : L3;  // hypothesis
  nn::Node cost = task.yes_or_no ? -tf.mean(Y * tf.log(H) + (1.0 - Y) * tf.log(1.0 - H))
                                 : tf.mean(tf.square(H - Y));
  if (task.l2 > 0)
    for (const nn::Node& W : {w[0], w[2], w[4]}) cost = cost + task.l2 * tf.sum(tf.square(W));
  nn::Session sess(tf);
  std::vector<double> losses;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    double sum = 0;
    for (arma::uword row = 0; row < task.X.n_rows;
         row += static_cast<arma::uword>(task.batch_size)) {
      const arma::uword last = std::min<arma::uword>(row + task.batch_size, task.X.n_rows) - 1;
      const nn::BackwardPass pass =
          sess.backward(cost, {{X, task.X.rows(row, last)}, {Y, task.Y.rows(row, last)}});
      for (const nn::Node& v : w) sess.assign(v, sess.value(v) - task.eta * pass.gradient(v));
      sum += pass.value(cost)(0) * static_cast<double>(last - row + 1);
    }
    losses.push_back(sum / static_cast<double>(task.X.n_rows));
  }
  return {losses, sess.run(H, {{X, task.X}})};
}

int main(int argc, char** argv) {
  nn::Program program("The notes' two exercises as graphs and as Sequential models", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 20;
  program.knob("epochs", epochs, "passes over the training rows", 1, 100000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: the rows that creditcard_styles learns from, and all of infert
    const auto cards = nn::Table::read("creditcard.csv"), women = nn::Table::read("infert.csv");
    std::vector<std::string> levels{"0-5yrs", "6-11yrs", "12+ yrs"};
    nn::Standardizer standard;
    const nn::Matrix eight = cards.numbers({"reports", "age", "income", "expenditure", "dependents",
                                            "months", "majorcards", "active"});
    const nn::Matrix X_cards = standard.fit_transform(eight.head_rows(1055));
    const nn::Matrix share = standard.fit_transform(cards.numbers({"share"}).head_rows(1055));
    const nn::Matrix X_women = standard.fit_transform(
        arma::join_rows(arma::conv_to<nn::Matrix>::from(women.classes("education", levels)),
                        women.numbers({"age", "parity", "induced", "spontaneous"})));

    // 2. model: 8-16-8-1 and 5-8-8-1
    nn::set_seed(program.seed());
    nn::Sequential regression({nn::Dense(16, {.activation = nn::tanh, .input_shape = {8}}),
                               nn::Dense(8, {.activation = nn::tanh}), nn::Dense(1)});
    regression.compile(
        {.optimizer = nn::SGD({.learning_rate = 0.1}), .loss = nn::mean_squared_error});
    nn::Sequential classification;
    for (const int units : {8, 8, 1})
      classification.add(nn::Dense(units, {.activation = units > 1 ? nn::tanh : nn::sigmoid,
                                           .kernel_regularizer = nn::l2(0.0025),
                                           .input_shape = {5}}));
    classification.compile(
        {.optimizer = nn::SGD({.learning_rate = 0.2}), .loss = nn::binary_crossentropy});

    // 3. training, twice from the same first weights
    const Exercise credit{"creditcard", X_cards, share, 16, 0.1, 0, false, regression},
        infert{"infert", X_women, women.numbers({"case"}), 248, 0.2, 0.0025, true, classification};
    for (Exercise task : {credit, infert}) {
      nn::Graph tf;
      const auto [losses, P] = train(tf, task, epochs);
      const nn::History history = task.model.fit(
          task.X, task.Y,
          {.epochs = epochs, .batch_size = task.batch_size, .shuffle = false, .verbose = false});
      // 4. result
      double apart = arma::abs(P - nn::Matrix(task.model.predict(task.X))).max();
      std::printf("%-10s  epoch     loss, graph  loss, Sequential\n", task.name.c_str());
      for (std::size_t k = 0; k < losses.size(); ++k) {
        apart = std::max(apart, std::abs(losses[k] - history["loss"][k]));
        if (k < 3 || k + 1 == losses.size())
          std::printf("%17zu %15.12f %17.12f\n", k + 1, losses[k], history["loss"][k]);
      }
      std::printf("\n");
      program.result(task.name + "_last_loss", losses.back());
      program.result(task.name + "_largest_difference", apart);
      if (program.plots()) nn::save_graph(tf.to_dot(), program.out(task.name));
    }
  });
}
