// Layers take tensors of a certain rank and refuse the others; some have weights, some have none.
//
// Notes:  001 층, 2D/3D/4D 텐서, 층 호환성; errata 10 (axis), 11 (ids)
// Run:    ./book run ch05/layer_shapes
// Expect: a table of shapes and weights, then one sentence for each mistake
// Try:    --units 7
#include "common/nn.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Which layer takes which tensor, and what it says about others", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int units = 16;
  program.knob("units", units, "units or filters", 1, 10000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. layers and what the notes feed them; a shape is that of one sample, without the samples
    const nn::Tensor features = nn::Input({8}), sequence = nn::Input({10, 8}),
                     image = nn::Input({28, 28, 3}), words = nn::Input({10});
    const std::vector<std::pair<nn::LayerHandle, nn::Tensor>> pairs{
        {nn::Dense(units), features},
        {nn::LSTM(units), sequence},
        {nn::Conv2D(units, {3, 3}), image},
        {nn::MaxPooling2D({2, 2}), image},
        {nn::Flatten(), image},
        {nn::Embedding(10000, units), words},
        {nn::Activation(nn::relu), features},
        {nn::Dropout(0.5), features}};
    std::printf("%-16s %-14s %-16s %10s\n", "layer", "takes", "returns", "weights");
    std::size_t without = 0;
    for (const auto& [layer, tensor] : pairs) {
      const nn::Tensor out = layer(tensor);
      std::printf("%-16s %-14s %-16s %10zu\n", layer.type().c_str(), tensor.shape().str().c_str(),
                  out.shape().str().c_str(), layer.parameter_count());
      without += layer.parameter_count() == 0;
    }

    // 2. mistakes: one sentence each, before anything is computed
    int refused = 0;
    const auto mistake = [&](const char* what, const std::function<void()>& make) {
      try {
        make();
      } catch (const nn::Error& error) {
        std::printf("\n%s\n  %s\n", what, error.what());
        ++refused;
      }
    };
    const nn::LSTM lstm(units);
    const nn::Conv2D convolution(units, {3, 3});
    mistake("LSTM on plain features:", [&] { lstm(features); });
    mistake("Conv2D on a sequence:", [&] { convolution(sequence); });
    mistake("An image 28 x 28 and an image 14 x 14 side by side:", [&] {
      nn::concatenate({image, nn::MaxPooling2D({2, 2})(image)});
    });
    nn::Sequential model({nn::Dense(1, {.input_shape = {8}, .name = "hidden1"})});
    const nn::Matrix X(5, 7, arma::fill::zeros), y(5, 1, arma::fill::zeros);
    mistake("Seven features for a model that takes eight:", [&] { model.predict(X); });
    mistake("No loss:", [&] { model.compile({.optimizer = nn::SGD()}); });
    nn::Sequential reader({nn::Embedding(10000, 2, {.input_length = 3})});
    mistake("Erratum 11, an id of 10000 for Embedding(10000, 2):", [&] {
      reader.predict(nn::Matrix{{1, 9999, 10000}});
    });

    // 3. erratum 10: both axes fit, one is wrong
    const nn::Tensor a = nn::Conv2D(64, {1, 1})(image), b = nn::Conv2D(64, {1, 1})(image);
    const nn::Shape last = nn::concatenate({a, b}).shape(),
                    first = nn::concatenate({a, b}, {.axis = 1}).shape();
    std::printf("\nconcatenate of two (28, 28, 64): axis -1 gives %s, axis 1 gives %s\n\n",
                last.str().c_str(), first.str().c_str());

    // 4. result
    program.result("layers_without_weights", static_cast<double>(without));
    program.result("mistakes_refused", refused);
    program.result("channels_after_axis_minus_1", static_cast<double>(last[2]));
    program.result("height_after_axis_1", static_cast<double>(first[0]));
  });
}
