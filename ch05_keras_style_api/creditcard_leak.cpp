// Too good to be true: share is a formula of two of its inputs. Five sets of inputs, least squares
// and a network on each, show what is learned there and what is left without the leak.
//
// Notes:  003 CreditCard; erratum 17; reference results in data/README.md
// Run:    ./book run ch05/creditcard_leak
// Expect: one ratio makes R2 1.0000; without expenditure next to nothing is left. Least squares on all
//         rows is R's: 0.798496, 0.044043. Held out, the references had other folds than ours
// Try:    --epochs 20, --folds 10, --first 4 --second 2
#include "common/data/data.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Credit cards: a target that is a formula of its inputs", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int first = 32, second = 16;
  program.knob("first", first, "units of the first hidden layer", 1, 1000);
  program.knob("second", second, "units of the second hidden layer", 1, 1000);
  int epochs = 150, folds = 5;
  program.knob("epochs", epochs, "passes over the training rows");
  program.knob("folds", folds, "parts of the cross-validation", 2, 100);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data, and the formula: share * income * 10000 = 12 * expenditure + k
    const nn::Table table = nn::Table::read("creditcard.csv");
    const nn::ColVector share = table.numbers("share"), income = table.numbers("income"),
                        expenditure = table.numbers("expenditure");
    const nn::ColVector k = share % income * 10000 - 12 * expenditure;
    const nn::Indices whole =
        arma::find(arma::abs(k - arma::round(k)) < 0.02 && k > -0.5 && k < 12.5);
    std::printf(
        "k = share * income * 10000 - 12 * expenditure is whole, 0 to 12, in %d of %d rows\n\n",
        static_cast<int>(whole.n_elem), static_cast<int>(k.n_elem));
    const nn::Matrix ratio = expenditure / income;
    const nn::Matrix X8 = table.numbers({"reports", "age", "income", "expenditure", "dependents",
                                         "months", "majorcards", "active"}),
                     X7 = table.numbers({"reports", "age", "income", "dependents", "months",
                                         "majorcards", "active"});
    struct Inputs {
      std::string name;
      nn::Matrix X;
      const char *least_squares, *network;  // the references
    };
    const std::vector<Inputs> variants{
        {"the notes' 8", X8, "0.7804", "0.9852"},
        {"expenditure, income", table.numbers({"expenditure", "income"}), "", "0.9938"},
        {"8 and expenditure/income", nn::Matrix(arma::join_rows(X8, ratio)), "1.0000", ""},
        {"expenditure/income", ratio, "1.0000", ""},
        {"7 without expenditure", X7, "0.0348", "-0.156"}};

    // 2. model and 3. training, in each fold; returns the answers for its test rows
    const auto network = [&](const nn::Matrix& X, const nn::Matrix& Y, const nn::Matrix& X_test) {
      nn::Sequential model({nn::Dense(first, {.activation = nn::relu, .input_shape = {X.n_cols}}),
                            nn::Dense(second, {.activation = nn::relu}), nn::Dense(1)});
      model.compile(
          {.optimizer = nn::Adam({.learning_rate = 0.003}), .loss = nn::mean_squared_error});
      model.fit(X, Y, {.epochs = epochs, .batch_size = 64, .verbose = false});
      return nn::Matrix(model.predict(X_test));
    };
    const auto least_squares = [](const nn::Matrix& X, const nn::Matrix& Y,
                                  const nn::Matrix& X_test) -> nn::Matrix {
      const nn::Matrix w = arma::solve(arma::join_rows(arma::ones<nn::Matrix>(X.n_rows, 1), X), Y);
      return arma::join_rows(arma::ones<nn::Matrix>(X_test.n_rows, 1), X_test) * w;
    };
    nn::set_seed(program.seed());
    nn::Rng rng = program.rng();
    const std::vector<nn::Split> splits =
        nn::k_fold(share.n_elem, static_cast<std::size_t>(folds), rng);
    std::printf(
        "                                 least squares                  network\n"
        "R2                         all rows %3d folds reference* %7d folds reference*\n",
        folds, folds);
    nn::Matrix R2(variants.size(), 2);
    std::vector<double> all_rows;  // least squares on the rows that it has learned from
    for (std::size_t v = 0; v < variants.size(); ++v) {
      nn::Matrix linear(share.n_elem, 1), deep(share.n_elem, 1);
      for (const nn::Split& split : splits) {
        nn::Standardizer inputs, target;
        const nn::Matrix X = inputs.fit_transform(variants[v].X.rows(split.train)),
                         Y = target.fit_transform(nn::Matrix(share.elem(split.train))),
                         X_test = inputs.transform(variants[v].X.rows(split.test));
        linear.rows(split.test) = target.inverse(least_squares(X, Y, X_test));
        deep.rows(split.test) = target.inverse(network(X, Y, X_test));
      }
      const nn::Matrix X = nn::Standardizer().fit_transform(variants[v].X);
      all_rows.push_back(nn::r2(share, least_squares(X, share, X)));
      R2(v, 0) = static_cast<nn::Real>(nn::r2(share, linear));
      R2(v, 1) = static_cast<nn::Real>(nn::r2(share, deep));
      std::printf("%-26s %8.4f %9.4f %10s %13.4f %10s\n", variants[v].name.c_str(), all_rows[v],
                  R2(v, 0), variants[v].least_squares, R2(v, 1), variants[v].network);
    }

    // 4. result
    std::printf("* R and scikit-learn, with other folds\n\n");
    program.result("least_squares_8_all_rows", all_rows[0]);  // R: 0.79849574
    program.result("least_squares_7_all_rows", all_rows[4]);  // R: 0.04404260
    program.result("least_squares_8", R2(0, 0));
    program.result("network_8", R2(0, 1));
    program.result("least_squares_ratio", R2(3, 0));
    program.result("least_squares_7", R2(4, 0));
    program.result("network_7", R2(4, 1));
    nn::Figure bars({.title = "Held-out R2", .y_range = {-0.5, 1.2}});
    bars.bars({"8", "2", "8, ratio", "ratio", "7"}, arma::clamp(R2, nn::Real(-0.5), nn::Real(1)),
              {"least squares", "network"});
    nn::Figure points(
        {.title = "The whole secret", .x_label = "expenditure / income", .y_label = "share"});
    points.scatter(arma::join_rows(ratio, share));
    program.save(nn::Panels(1, 2).add(std::move(bars)).add(std::move(points)), "leak");
  });
}
