// Wide and deep: what must be learned by heart goes straight to the output, the rest through layers.
//
// Notes:  003 함수 API (다중 입력, DAG)
// Run:    ./book run ch05/wide_and_deep
// Expect: each half alone leaves an error that the two together do not
// Try:    --shops 200 (fewer sales for each), --epochs 100
#include "common/model/callbacks.hpp"
#include "common/data/data.hpp"
#include "common/plot/graphviz.hpp"
#include "common/layers/concatenate.hpp"
#include "common/layers/dense.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Wide and deep: one model for rules and exceptions", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int shops = 40;
  program.knob("shops", shops, "shops, each with an offset of its own", 1, 1000);
  int epochs = 30;
  program.knob("epochs", epochs, "passes over 4000 days", 1, 1000);
  double noise = 0.2;
  program.knob("noise", noise, "standard deviation of what nobody can predict", 0.0, 10.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: sales = smooth function of weather and price + the shop's own offset + noise
    nn::Rng rng = program.rng();
    const nn::ColVector offset = rng.normal_matrix(shops, 1);  // to be learned by heart
    const auto draw = [&](std::size_t n, nn::Matrix& wide, nn::Matrix& deep, nn::Matrix& y) {
      deep = rng.uniform_matrix(n, 2, -2, 2);  // temperature and price, standardized
      wide.zeros(n, shops);
      y.set_size(n, 1);
      for (std::size_t i = 0; i < n; ++i) {
        const std::size_t shop = rng.below(shops);
        wide(i, shop) = 1;
        y(i) = std::sin(2 * deep(i, 0)) * deep(i, 1) + offset[shop] + rng.normal(0, noise);
      }
    };
    nn::Matrix wide, deep, y, wide_test, deep_test, y_test;
    draw(4000, wide, deep, y);
    draw(1000, wide_test, deep_test, y_test);

    // 2. models: wide, deep, and both joined before the output
    nn::Figure figure({.title = "Test error",
                       .x_label = "epoch",
                       .y_label = "mean squared error",
                       .log_y = true});
    std::printf("model            parameters   test MSE\n");
    std::vector<std::pair<std::string, double>> results;
    for (const std::string kind : {"wide", "deep", "wide_and_deep"}) {
      nn::set_seed(program.seed());
      const nn::Tensor shop = nn::Input({shops}, {.name = "shop"}),
                       day = nn::Input({2}, {.name = "day"});
      nn::Tensor x = nn::Dense(32, {.activation = nn::relu})(day);
      x = nn::Dense(32, {.activation = nn::relu})(x);
      if (kind == "wide") x = shop;
      if (kind == "wide_and_deep") x = nn::concatenate({shop, x});
      const nn::Tensor sales = nn::Dense(1, {.name = "sales"})(x);
      nn::Model model = kind == "wide"   ? nn::Model(shop, sales)
                        : kind == "deep" ? nn::Model(day, sales)
                                         : nn::Model({shop, day}, {sales});
      model.compile(
          {.optimizer = nn::Adam({.learning_rate = 0.003}), .loss = nn::mean_squared_error});

      // 3. training
      const auto inputs = [&](const nn::Matrix& w, const nn::Matrix& d) -> nn::MatrixList {
        if (kind == "wide") return w;
        if (kind == "deep") return d;
        return {w, d};
      };
      const nn::History history =
          model.fit(inputs(wide, deep), y,
                    {.epochs = epochs,
                     .validation_data = {inputs(wide_test, deep_test), y_test},
                     .verbose = false});
      const double mse = history["val_loss"].back();
      std::printf("%-15s %11zu %10.4f\n", kind.c_str(), model.parameter_count(), mse);
      results.emplace_back("test_mse_" + kind, mse);
      figure.line(history["val_loss"], kind == "wide_and_deep" ? "wide and deep" : kind);
      if (program.plots() && kind == "wide_and_deep")
        nn::save_graph(model.to_dot(), program.out("graph"));
    }

    // 4. result
    std::printf("the noise alone: %.4f; the mean as the only answer: %.4f\n\n", noise * noise,
                arma::var(nn::ColVector(y_test), 1));
    for (const auto& [name, value] : results) program.result(name, value);
    figure.horizontal(noise * noise, "noise");
    program.save(figure, "error");
  });
}
