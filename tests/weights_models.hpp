// The models whose weights files go to Keras and come from it; the same as those in
// tests/golden/weights_models.py.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "common/nn.hpp"

inline nn::Model dense_model() {
  return nn::Sequential({
      nn::Dense(4, {.activation = nn::tanh, .input_shape = {5}, .name = "hidden1"}),
      nn::BatchNormalization(),
      nn::Dropout(0.3),
      nn::Dense(3, {.activation = nn::relu}),
      nn::Dense(3, {.activation = nn::softmax, .name = "answer"}),
  });
}

inline nn::Model convolution_model() {
  return nn::Sequential({
      nn::Conv2D(3, {2, 3}, {.activation = nn::relu, .input_shape = {6, 5, 2}}),
      nn::BatchNormalization(),
      nn::Conv2D(2, {3, 1}, {.padding = nn::Padding::same, .use_bias = false}),
      nn::Flatten(),
      nn::Dense(2),
  });
}

inline nn::Model recurrent_model() {
  return nn::Sequential({
      nn::Embedding(7, 3, {.input_length = 4}),
      nn::SimpleRNN(3, {.return_sequences = true}),
      nn::LSTM(2, {.return_sequences = true}),
      nn::LayerNormalization(),
      nn::GRU(3, {.return_sequences = true}),
      nn::GRU(2, {.reset_after = false}),
  });
}

inline nn::Model shared_model() {
  const nn::Tensor a = nn::Input({3}), b = nn::Input({3});
  const nn::Dense twin(4, {.activation = nn::tanh, .name = "twin"});
  const nn::Tensor both = nn::concatenate({twin(a), twin(b)});
  return nn::Model({a, b}, {nn::Dense(1, {.activation = nn::sigmoid})(both)});
}

inline nn::Model nested_model() {
  const nn::Sequential inner(
      {nn::Dense(3, {.activation = nn::tanh, .input_shape = {4}}), nn::Dense(4)});
  const nn::Tensor x = nn::Input({4});
  const nn::Model block(x, nn::add({x, nn::Dense(4)(inner(x))}));
  const nn::Tensor a = nn::Input({4});
  return nn::Model(a, nn::Dense(2)(block(inner(block(a)))));
}

// Two outputs at different depths: Keras's order is not that in which the layers were made.
inline nn::Model branches_model() {
  const nn::Tensor a = nn::Input({3});
  const nn::Tensor first = nn::Dense(2, {.activation = nn::tanh})(a);
  nn::Tensor deep = nn::Dense(4, {.activation = nn::relu})(a);
  deep = nn::Dense(5, {.activation = nn::tanh})(deep);
  deep = nn::concatenate({deep, nn::Dense(2)(a)});
  const nn::Tensor second = nn::Dense(3)(nn::concatenate({first, deep}));
  return nn::Model({a}, {second, nn::Dense(1)(first)});
}

inline const std::map<std::string, std::function<nn::Model()>>& weights_models() {
  static const std::map<std::string, std::function<nn::Model()>> models{
      {"dense", dense_model},   {"convolution", convolution_model}, {"recurrent", recurrent_model},
      {"shared", shared_model}, {"nested", nested_model},           {"branches", branches_model}};
  return models;
}

// Makes every weight random, also those that begin as 0 or 1.
inline void randomize_weights(nn::Model& model, std::uint64_t seed) {
  nn::Rng rng(seed);
  std::vector<nn::Matrix> weights = model.weights();
  for (nn::Matrix& W : weights) W = arma::abs(rng.normal_matrix(W.n_rows, W.n_cols, 0.2, 0.5));
  model.set_weights(weights);
}
