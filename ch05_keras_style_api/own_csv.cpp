// Your own data: a network for any CSV file, the baselines it has to beat, and new rows.
//
// Notes:  001 data, model, compile, fit; 003 CreditCard, infert
// Run:    ./book run ch05/own_csv -- --csv FILE --target COLUMN      trains, reports, saves
//         ./book run ch05/own_csv -- --predict NEW_FILE              the saved model on new rows
// Expect: without --csv the notes' infert.csv: no better than the linear model, as R says too
// Try:    --csv iris.csv --target Species; --csv creditcard.csv --target share --drop card
#include <sstream>

#include "ch05_keras_style_api/own_csv.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("A network for your own CSV file", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  std::string csv, target_column, drop, task = "auto", predict;
  program.knob("csv", csv, "your file, with a header line");
  program.knob("target", target_column, "the column to predict; not given: the last one");
  program.knob("drop", drop, "columns that are no inputs, separated by commas");
  program.knob("task", task, "what the target is", {"auto", "regression", "classes"});
  program.knob("predict", predict, "a file with new rows, without the target");
  int hidden = 32, epochs = 300, patience = 20;
  program.knob("hidden", hidden, "units of the first hidden layer; the second has half", 1, 4096);
  program.knob("epochs", epochs, "passes over the training rows at most", 0, 100000);
  program.knob("patience", patience, "epochs without improvement before training stops", 1, 100000);
  double learning_rate = 0.003, l2 = 0.001;
  program.knob("learning-rate", learning_rate, "Adam's learning rate", 0.0, 1.0);
  program.knob("l2", l2, "weight of the penalty, sum w^2", 0.0, 10.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    if (csv.empty() && !predict.empty()) return predict_new(program, predict);
    if (csv.empty()) csv = "infert.csv", target_column = "case", drop = "stratum,pooled.stratum";

    // 1. data: the columns as numbers; 60 % of the rows to learn, 20 % to watch, 20 % to test
    nn::Table table = nn::Table::read(csv);
    if (target_column.empty()) target_column = table.columns().back();
    if (const std::size_t missing = table.missing(target_column)) {
      std::printf("%zu rows without %s are left out\n", missing, target_column.c_str());
      table = table.complete({target_column});
    }
    std::vector<std::string> names = table.columns();
    std::stringstream dropped(drop + "," + target_column);
    for (std::string name; std::getline(dropped, name, ',');) {
      if (!name.empty() && !table.has(name)) table.texts(name);  // says which columns there are
      std::erase(names, name);
    }
    if (table.rows() < 20)
      throw nn::Error(nn::text("%s: %zu rows, expected at least 20", csv.c_str(), table.rows()));
    const Columns columns(table, names);
    const Target target(table, target_column, task);
    const bool regression = target.regression();
    nn::Rng rng = program.rng();
    const nn::Split cut = nn::train_test_split(table.rows(), 0.2, rng);
    const nn::Matrix all = columns.numbers(table), X = all.rows(cut.train),
                     Y = target.Y.rows(cut.train), X_test = all.rows(cut.test),
                     Y_test = target.Y.rows(cut.test);
    std::printf("%zu rows, %zu inputs, target %s: %s\n\n", table.rows(), columns.size(),
                target_column.c_str(),
                regression ? "a number" : nn::text("%zu classes", target.size()).c_str());

    // 2. model: two hidden layers; and the linear model, the baseline that is not silly
    nn::set_seed(program.seed());
    const nn::ActivationFunction output = regression ? nn::linear : nn::softmax;
    nn::Sequential network(
        {nn::Dense(hidden, {.activation = nn::relu,
                            .kernel_regularizer = nn::l2(l2),
                            .input_shape = {columns.size()}}),
         nn::Dense((hidden + 1) / 2, {.activation = nn::relu, .kernel_regularizer = nn::l2(l2)}),
         nn::Dense(target.size(), {.activation = output})});
    nn::Sequential linear(
        {nn::Dense(target.size(), {.activation = output, .input_shape = {columns.size()}})});
    const auto fit = [&](nn::Sequential& model, double rate, bool progress) {
      model.compile(
          {.optimizer = nn::Adam({.learning_rate = rate}),
           .loss = regression ? nn::mean_squared_error : nn::Loss(nn::categorical_crossentropy)});
      const auto print = [progress](nn::Model&, int epoch, const nn::Scores& scores) {
        if (progress && (epoch == 0 || (epoch + 1) % 10 == 0))
          std::printf("epoch %3d: loss %.4f, validation loss %.4f\n", epoch + 1, scores.loss,
                      scores["val_loss"]);
      };
      return model.fit(
          X, Y,
          {.epochs = epochs,
           .validation_split = 0.25,
           .callbacks = {nn::EarlyStopping({.patience = patience, .restore_best_weights = true}),
                         nn::LambdaCallback({.on_epoch_end = print})},
           .verbose = false});
    };

    // 3. training, until the validation rows get no better
    const nn::History history = fit(network, learning_rate, true);
    fit(linear, 0.01, false);

    // 4. result: against the baselines, on rows that no training has seen
    const nn::Matrix P = network.predict(X_test), P_linear = linear.predict(X_test),
                     P_silly = arma::repmat(arma::mean(Y, 0), X_test.n_rows, 1);
    std::printf("\n%-28s %10s %10s\n",
                nn::text("%zu test rows", static_cast<std::size_t>(cut.test.n_elem)).c_str(),
                regression ? "R2" : "accuracy", regression ? "RMSE" : "log-loss");
    const auto report = [&](const char* name, const nn::Matrix& Q) {
      const double good = regression ? nn::r2(Y_test, Q) : nn::accuracy(Y_test, Q);
      const double bad = regression ? nn::root_mean_squared_error(Y_test, Q) * target.unit()
                                    : nn::categorical_crossentropy.value(Y_test, Q);
      std::printf("%-28s %10.4f %10.4g\n", name, good, bad);
      return good;
    };
    const double silly =
        report(regression ? "always the mean" : "always the largest class", P_silly);
    const double straight = report("linear model", P_linear), deep = report("two hidden layers", P);
    std::printf("%s\n\n", std::max(straight, deep) < silly + 0.01
                              ? "Nothing was learned that holds for new rows."
                          : deep < straight + 0.01 ? "The linear model does as well: take that one."
                                                   : "The network found more than a linear model.");
    program.result("baseline", silly);
    program.result("linear", straight);
    program.result("network", deep);
    network.save(program.out("model.h5").string());
    columns.save(program.out("columns.csv"));
    target.save(program.out("target.csv"));
    save_pictures(program, history, target, Y_test, P);
    if (!predict.empty()) predict_new(program, predict);
  });
}
