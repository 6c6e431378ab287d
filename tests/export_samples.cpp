// Models of all layers as ONNX files with inputs and predictions as CSV, and the event files of a
// training: for tests/golden/check_onnx.py and check_tensorboard.py, which have onnxruntime and
// TensorBoard read them.
//
//   build/release/bin/export_samples FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "common/files/history_files.hpp"
#include "common/files/onnx.hpp"
#include "common/files/tensorboard.hpp"
#include "common/nn.hpp"

namespace fs = std::filesystem;
using nn::Matrix;
using nn::Tensor;

namespace {

void save_numbers(const Matrix& X, const fs::path& path) {
  std::ofstream out(path);
  for (std::size_t i = 0; i < X.n_rows; ++i)
    for (std::size_t j = 0; j < X.n_cols; ++j)
      out << nn::text("%.9g", static_cast<double>(X.at(i, j))) << (j + 1 < X.n_cols ? "," : "\n");
}

// Weights that are nowhere 0 or 1, so that nothing goes unnoticed.
void shake(nn::Model& model) {
  std::vector<Matrix> weights = model.weights();
  for (Matrix& W : weights)
    W += static_cast<nn::Real>(0.3) * Matrix(W.n_rows, W.n_cols, arma::fill::randu);
  model.set_weights(weights);
}

// NAME.onnx, NAME_input0.csv ..., NAME_output0.csv ...
void export_model(const char* name, nn::Model model, const fs::path& folder, double ids = 0.0) {
  shake(model);
  const nn::Network& network = model.network();
  std::vector<Matrix> X;
  for (const std::size_t k : network.inputs()) {
    const std::size_t d = network.nodes()[k].shape.size();
    X.push_back(ids > 0.0 ? Matrix(arma::floor(ids * Matrix(5, d, arma::fill::randu)))
                          : Matrix(5, d, arma::fill::randn));
  }
  const nn::Predictions P = model.predict(nn::MatrixList::of(X));
  nn::save_onnx(model, folder / (std::string(name) + ".onnx"));
  for (std::size_t i = 0; i < X.size(); ++i)
    save_numbers(X[i], folder / nn::text("%s_input%zu.csv", name, i));
  for (std::size_t i = 0; i < P.size(); ++i)
    save_numbers(P[i], folder / nn::text("%s_output%zu.csv", name, i));
  std::printf("%-16s %zu layers\n", name, model.layers().size());
}

nn::Model graph() {
  const Tensor a = nn::Input({6}, {.name = "a"}), b = nn::Input({6}, {.name = "b"});
  nn::Dense shared(4, {.activation = nn::tanh, .name = "shared"});
  const Tensor x = shared(a), y = shared(b);
  const nn::Sequential row({nn::Dense(3, {.input_shape = {4}}), nn::Dropout(0.2)}, {.name = "row"});
  const Tensor inner = nn::Input({3});
  const nn::Model residual(inner, nn::add({inner, nn::Dense(3)(inner)}), {.name = "residual"});
  const Tensor joined = nn::concatenate({residual(row(x)), residual(row(y))}),
               merged = nn::average({x, y, nn::multiply({x, y}), nn::maximum({x, y})});
  return nn::Model({b, a}, {nn::Dense(1, {.name = "main"})(joined), merged, merged, a});
}

void export_models(const fs::path& folder) {
  export_model("graph", graph(), folder);

  for (const nn::ActivationFunction& phi :
       {nn::linear, nn::sigmoid, nn::tanh, nn::relu, nn::selu, nn::softplus, nn::swish,
        nn::exponential, nn::softmax, nn::log_softmax, nn::leaky_relu(0.1), nn::elu(0.7),
        nn::hard_sigmoid, nn::gelu, nn::gelu_tanh, nn::step, nn::sign})
    export_model((std::string("activation_") + phi.name).c_str(),
                 nn::Sequential({nn::Dense(4, {.activation = phi, .input_shape = {3}}),
                                 nn::Activation(nn::linear)}),
                 folder);

  export_model(
      "images",
      nn::Sequential({nn::Conv2D(4, {3, 2},
                                 {.strides = 2,
                                  .padding = nn::Padding::same,
                                  .activation = nn::relu,
                                  .input_shape = {13, 10, 3}}),
                      nn::BatchNormalization({.epsilon = 0.01}),
                      nn::Conv2D(5, {2, 2}, {.activation = nn::softmax, .use_bias = false}),
                      nn::MaxPooling2D({2, 2}, {.strides = 1, .padding = nn::Padding::same}),
                      nn::AveragePooling2D({3, 2}, {.padding = nn::Padding::same}),
                      nn::LeakyReLU({.negative_slope = 0.1}), nn::GaussianNoise(0.5), nn::Flatten(),
                      nn::BatchNormalization({.scale = false}), nn::Dense(3)}),
      folder);
  export_model(
      "pooling",
      nn::Sequential({nn::AveragePooling2D({2, 3}, {.strides = {1, 2},
                                                    .padding = nn::Padding::valid,
                                                    .input_shape = {7, 8, 2}}),
                      nn::LayerNormalization({.epsilon = 0.01}),
                      nn::GlobalAveragePooling2D({.keepdims = true}), nn::ELU({.alpha = 0.5}),
                      nn::Reshape({2, -1}), nn::Flatten(), nn::Maxout(3, {.pieces = 3})}),
      folder);
  export_model("global_pooling",
               nn::Sequential({nn::GlobalAveragePooling2D({.input_shape = {4, 5, 3}})}), folder);

  for (const bool sequences : {false, true}) {
    const char* end = sequences ? "_sequences" : "";
    export_model(
        (std::string("lstm") + end).c_str(),
        nn::Sequential({nn::LSTM(
            4, {.return_sequences = sequences, .go_backwards = sequences, .input_shape = {6, 3}})}),
        folder);
    export_model((std::string("gru") + end).c_str(),
                 nn::Sequential({nn::GRU(4, {.return_sequences = sequences,
                                             .go_backwards = !sequences,
                                             .input_shape = {6, 3}})}),
                 folder);
    export_model((std::string("rnn") + end).c_str(),
                 nn::Sequential({nn::SimpleRNN(4, {.activation = nn::linear,
                                                   .use_bias = sequences,
                                                   .return_sequences = sequences,
                                                   .go_backwards = sequences,
                                                   .input_shape = {6, 3}})}),
                 folder);
  }
  export_model("gru_of_the_paper",
               nn::Sequential({nn::GRU(4, {.activation = nn::elu(0.5),
                                           .recurrent_activation = nn::hard_sigmoid,
                                           .return_sequences = true,
                                           .reset_after = false,
                                           .input_shape = {6, 3}}),
                               nn::BatchNormalization(), nn::Dense(2)}),
               folder);
  export_model("lstm_other_functions",
               nn::Sequential({nn::LSTM(4, {.activation = nn::leaky_relu(0.1),
                                            .recurrent_activation = nn::hard_sigmoid,
                                            .input_shape = {6, 3}})}),
               folder);
  export_model("words",
               nn::Sequential({nn::Embedding(20, 4, {.input_shape = {7}}), nn::SimpleRNN(3)}),
               folder, 20.0);
}

void export_training(const fs::path& folder) {
  const Matrix X(64, 3, arma::fill::randn), Y = arma::sum(X, 1);
  const Tensor input = nn::Input({3});
  nn::Dense shared(8, {.activation = nn::relu, .name = "shared"});
  const Tensor x = nn::add({shared(input), nn::Dense(8, {.name = "beside"})(input)});
  nn::Model model(input, nn::Dense(1, {.name = "output"})(x));
  model.compile({.optimizer = nn::Adam(),
                 .loss = nn::mean_squared_error,
                 .metrics = {nn::mean_absolute_error}});
  const nn::History history =
      model.fit(X, Y,
                {.epochs = 5,
                 .batch_size = 8,
                 .validation_split = 0.25,
                 .callbacks = {nn::TensorBoard(folder, {.histogram_freq = 2, .update_freq = 3})},
                 .verbose = false});
  nn::save_json(history, folder / "history.json");
  save_numbers(model.get_layer("output").weights()[0], folder / "output_kernel.csv");
  std::printf("tensorboard      %zu epochs\n", history.epochs());
}

}  // namespace

int main(int arguments, char** argument) {
  if (arguments != 2) {
    std::fprintf(stderr, "export_samples FOLDER\n");
    return 1;
  }
  try {
    nn::set_seed(1);
    arma::arma_rng::set_seed(1);
    const fs::path folder = argument[1];
    fs::create_directories(folder / "onnx");
    export_models(folder / "onnx");
    export_training(folder / "tensorboard");
  } catch (const nn::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
