// ONNX files: one byte for byte against a file that ONNX's checker has accepted and onnxruntime has
// run, and what is refused. (tests/golden/check_onnx.py runs models of every layer.)
#include "common/files/onnx.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "common/nn.hpp"
#include "tests/helpers.hpp"

namespace fs = std::filesystem;
using nn::Matrix;

namespace {

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

// h = relu(x_1 - 2 x_2 + 0.5)
nn::Sequential tiny() {
  nn::Sequential model({nn::Dense(1, {.activation = nn::relu, .input_shape = {2}})});
  model.set_weights({Matrix("1; -2"), Matrix("0.5")});
  return model;
}

std::size_t count(const std::string& bytes, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = bytes.find(part); at != std::string::npos; at = bytes.find(part, at + 1))
    ++n;
  return n;
}

}  // namespace

// tests/golden/onnx: python tests/golden/check_onnx.py tests/golden/onnx
BOOST_AUTO_TEST_CASE(a_tiny_model_is_the_file_that_onnx_s_checker_accepted) {
  const TemporaryFolder folder;
  nn::Sequential model = tiny();
  nn::save_onnx(model, folder.path / "tiny.onnx");
  const std::string bytes = read(folder.path / "tiny.onnx");
  BOOST_TEST(bytes == read(std::string(NN_TEST_DATA) + "/golden/onnx/tiny.onnx"));

  // By hand: the kernel as TensorProto, dims 2 and 1, type 1 (float), name, the numbers 1 and -2.
  const std::string kernel(
      "\x08\x02\x08\x01\x10\x01\x42\x0c"
      "dense/kernel"
      "\x4a\x08"
      "\x00\x00\x80\x3f\x00\x00\x00\xc0",
      30);
  BOOST_TEST(count(bytes, kernel) == 1U);
  BOOST_TEST(count(bytes, "\x22\x04Gemm") == 1U);  // NodeProto.op_type
  BOOST_TEST(count(bytes, "\x22\x04Relu") == 1U);
}

BOOST_AUTO_TEST_CASE(a_shared_layer_has_its_weights_once) {
  const TemporaryFolder folder;
  const nn::Tensor a = nn::Input({2}), b = nn::Input({2});
  nn::Dense shared(3, {.name = "shared"});
  nn::save_onnx(nn::Model({a, b}, {nn::add({shared(a), shared(b)})}), folder.path / "m.onnx");
  const std::string bytes = read(folder.path / "m.onnx");
  BOOST_TEST(count(bytes, "\x22\x04Gemm") == 2U);
  BOOST_TEST(count(bytes, "\x42\x0dshared/kernel") == 1U);  // TensorProto.name
}

namespace {

// A program's own layer; its class may have the name of one of ours.
struct OwnLayer : nn::Layer {
  explicit OwnLayer(std::string given_type) : Layer(std::move(given_type)) {}
  nn::Shape build(const nn::Shape& input) override { return input; }
  void forward(const Matrix& X, Matrix& Z, nn::Call&) override { Z = X; }
  void backward(const Matrix&, const Matrix& delta, Matrix* dX, nn::Call&) override {
    if (dX) *dX = delta;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_class_of_one_s_own_is_not_ours_of_the_same_name) {
  const TemporaryFolder folder;
  for (const char* type :
       {"Dense", "Maxout", "Conv2D", "MaxPooling2D", "BatchNormalization", "LayerNormalization",
        "SimpleRNN", "LSTM", "GRU", "Embedding", "Concatenate"}) {
    const nn::Tensor x = nn::Input({2, 3, 4});
    const nn::Model model(x, nn::make_layer<OwnLayer>(type)(x));
    const std::string title = model.layers()[0].layer().title();
    BOOST_TEST(refusal([&] { nn::save_onnx(model, folder.path / "m.onnx"); }) ==
               "save_onnx: " + title +
                   " has the type of one of the library's layers, but is another class");
  }
}

BOOST_AUTO_TEST_CASE(what_onnx_does_not_have_is_refused_and_nothing_written) {
  const TemporaryFolder folder;
  const fs::path file = folder.path / "m.onnx";
  const auto refused = [&](const nn::LayerHandle& layer) {
    return refusal([&] { nn::save_onnx(nn::Sequential({layer}), file); });
  };
  const auto square = [](double x) { return x * x; };
  const auto twice = [](double x) { return 2 * x; };
  BOOST_TEST(
      refused(nn::Lambda(square, twice, {.input_shape = {2}, .name = "square"})) ==
      "save_onnx: ONNX has no operator for Lambda \"square\"; leave it out of the model that "
      "is exported, or build it from other layers");
  BOOST_TEST(refused(nn::GRU(2, {.activation = nn::gelu, .input_shape = {3, 2}, .name = "g"})) ==
             "save_onnx: GRU \"g\": ONNX's recurrent operators do not have the activation function "
             "\"gelu\"");
  nn::ActivationFunction own = nn::tanh;
  own.name = "mine";
  BOOST_TEST(refused(nn::Dense(2, {.activation = own, .input_shape = {3}, .name = "d"})) ==
             "save_onnx: Dense \"d\": ONNX has no operator for the activation function \"mine\"");
  BOOST_TEST(!fs::exists(file));
  BOOST_TEST(refusal([&] { nn::save_onnx(tiny(), "/proc/none/m.onnx"); }).find("/proc/none") !=
             std::string::npos);
}
