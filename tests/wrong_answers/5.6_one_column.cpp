// A typical wrong answer to exercise 5.6: a product instead of a ratio
#include "common/data/data.hpp"
#include "common/program/exercise.hpp"
#include "common/functions/metrics.hpp"

static nn::ColVector column(const nn::ColVector& income, const nn::ColVector& expenditure) {
  return expenditure % income;  // spending more and earning more: that is not a share
}

static double test_r2(const nn::Matrix& X, const nn::Matrix& y, std::size_t train) {
  const nn::Matrix A = arma::join_rows(nn::Matrix(X.n_rows, 1, arma::fill::ones), X);
  const nn::Matrix w = arma::solve(A.head_rows(train), y.head_rows(train));
  return nn::r2(y.tail_rows(y.n_rows - train), A.tail_rows(A.n_rows - train) * w);
}

int main() {
  nn::Exercise exercise("5.6");
  return exercise.verdict([&] {
    const nn::Table table = nn::Table::read("creditcard.csv");
    const nn::Matrix share = table.numbers({"share"});
    const nn::Matrix yours = column(table.numbers("income"), table.numbers("expenditure"));
    exercise.expect_at_least("R2 on the test rows", 0.9999, test_r2(yours, share, 1055));

    nn::Rng rng(6);  // other people: what they earn, and the share that they spend
    const nn::Matrix income = rng.uniform_matrix(300, 1, 1, 9), part = rng.uniform_matrix(300, 1);
    const nn::Matrix spent = part % income * 10000 / 12;
    exercise.expect_at_least("R2 for other people", 0.9999,
                             test_r2(column(income.col(0), spent.col(0)), part, 200));
  });
}
