// Writes weights files for Keras to read: see tests/golden/load_our_weights.py.
//
//   write_weights FOLDER
#include <cstdio>
#include <filesystem>

#include "common/files/files.hpp"
#include "tests/weights_models.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "write_weights: name the folder to write to\n");
    return 1;
  }
  try {
    const std::filesystem::path folder = argv[1];
    std::string numbers = "# write_weights\n";
    const auto put = [&](const std::string& name, const nn::Matrix& values) {
      numbers +=
          nn::text("%s %llu %llu\n", name.c_str(), static_cast<unsigned long long>(values.n_rows),
                   static_cast<unsigned long long>(values.n_cols));
      for (std::size_t i = 0; i < values.n_rows; ++i)
        for (std::size_t j = 0; j < values.n_cols; ++j)
          numbers += nn::text("%.9g%c", values.at(i, j), j + 1 < values.n_cols ? ' ' : '\n');
    };
    nn::Rng rng(5);
    for (const auto& [name, make] : weights_models()) {
      nn::Model model = make();
      randomize_weights(model, 3);
      model.save_weights(folder / (name + ".weights.h5"));
      std::vector<nn::Matrix> X;
      for (const std::size_t input : model.network().inputs()) {
        const std::size_t size = model.network().nodes()[input].shape.size();
        X.push_back(rng.normal_matrix(4, size));
        if (name == "recurrent")
          for (nn::Real& id : X.back()) id = static_cast<nn::Real>(rng.below(7));
        put(name + "/X" + std::to_string(X.size() - 1), X.back());
      }
      const nn::Predictions Y = model.predict(nn::MatrixList::of(X));
      for (std::size_t i = 0; i < Y.size(); ++i) put(name + "/Y" + std::to_string(i), Y[i]);
    }

    // A whole model with its optimizer's state after two epochs; predictions after two more.
    nn::Model model = shared_model();
    model.compile({.optimizer = nn::Adam({.learning_rate = 0.02}), .loss = nn::mean_squared_error});
    const nn::Matrix A = rng.normal_matrix(20, 3), B = rng.normal_matrix(20, 3),
                     Y = rng.uniform_matrix(20, 1);
    const nn::FitOptions two_epochs{.epochs = 2, .shuffle = false, .verbose = false};
    model.fit({A, B}, Y, two_epochs);
    model.save(folder / "whole.weights.h5");
    model.fit({A, B}, Y, two_epochs);
    put("whole/A", A);
    put("whole/B", B);
    put("whole/Y", Y);
    put("whole/P", model.predict({A, B}));
    nn::write_file(folder / "predictions.txt", numbers);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
