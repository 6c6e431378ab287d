// Weights files: Keras's are read and predict the same; ours come back; misfits are refused.
// tests/golden/load_our_weights.py checks the other direction.
#include <boost/test/unit_test.hpp>

#include "common/data/data.hpp"
#include "common/files/files.hpp"
#include "common/files/weights_file.hpp"
#include "tests/golden.hpp"
#include "tests/helpers.hpp"
#include "tests/weights_models.hpp"

using nn::Matrix;

namespace {

std::string keras_file(const std::string& name) {
  return std::string(NN_TEST_DATA) + "/golden/keras_weights/" + name + ".weights.h5";
}

bool equal(const std::vector<Matrix>& a, const std::vector<Matrix>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].n_rows != b[i].n_rows || a[i].n_cols != b[i].n_cols ||
        arma::any(arma::vectorise(a[i] != b[i])))
      return false;
  return true;
}

}  // namespace

BOOST_AUTO_TEST_CASE(keras_predicts_the_same) {
  const Golden golden("keras_weights.txt");
  for (const auto& [name, make] : weights_models()) {
    nn::Model model = make();
    model.load_weights(keras_file(name));
    std::vector<Matrix> X;
    for (std::size_t i = 0; i < model.network().inputs().size(); ++i)
      X.push_back(golden(name + "/X" + std::to_string(i)));
    const nn::Predictions Y = model.predict(nn::MatrixList::of(X));
    for (std::size_t i = 0; i < Y.size(); ++i) {
      const Matrix& expected = golden(name + "/Y" + std::to_string(i));
      BOOST_TEST_CONTEXT(name << ", output " << i) {
        BOOST_TEST(golden_error(Y[i], expected) < 1e-6);
        BOOST_TEST(arma::abs(expected).max() > 1e-3);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(weights_come_back_bit_for_bit) {
  const TemporaryFolder folder;
  for (const auto& [name, make] : weights_models()) {
    nn::Model model = make(), twin = make();
    randomize_weights(model, 1);
    randomize_weights(twin, 2);
    model.save_weights(folder.path / "x.weights.h5");
    twin.load_weights(folder.path / "x.weights.h5");
    BOOST_TEST(equal(model.weights(), twin.weights()), name);
  }
}

// The names of Keras's arrays are those of ours, for every model, and their shapes.
BOOST_AUTO_TEST_CASE(layout_is_that_of_keras) {
  const TemporaryFolder folder;
  for (const auto& [name, make] : weights_models()) {
    make().save_weights(folder.path / "x.weights.h5");
    const nn::Hdf5Content ours = nn::read_hdf5(folder.path / "x.weights.h5");
    nn::Hdf5Content keras = nn::read_hdf5(keras_file(name));
    for (auto at = keras.arrays.begin(); at != keras.arrays.end();)
      at = at->first.find("optimizer/") == 0 ? keras.arrays.erase(at) : std::next(at);
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(ours.arrays.size() == keras.arrays.size());
      for (const auto& [path, array] : keras.arrays) {
        BOOST_TEST_CONTEXT(path) {
          BOOST_REQUIRE(ours.arrays.count(path) == 1);
          BOOST_TEST(ours.arrays.at(path).shape == array.shape);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(misfits_are_refused_and_change_nothing) {
  const TemporaryFolder folder;
  nn::Model model = dense_model();
  const std::vector<Matrix> before = model.weights();
  const std::string x = (folder.path / "x.weights.h5").string();
  const auto refused = [&](const nn::Model& other) {
    other.save_weights(x);
    const std::string sentence = refusal([&] { model.load_weights(x); });
    BOOST_TEST(equal(model.weights(), before));
    return sentence;
  };
  BOOST_TEST(refused(nn::Sequential({nn::Dense(4, {.input_shape = {6}}), nn::BatchNormalization(),
                                     nn::Dense(3), nn::Dense(3)})) ==
             x + ": Dense \"hidden1\" (layers/dense/vars): kernel is (6, 4) in the file, expected "
                 "(5, 4)");
  BOOST_TEST(
      refused(nn::Sequential(
          {nn::Dense(4, {.input_shape = {5}}), nn::BatchNormalization(), nn::Dense(3)})) ==
      x + ": Dense \"answer\" (layers/dense_2/vars): the file has no kernel, expected (3, 3)");
  BOOST_TEST(refused(nn::Sequential({nn::Dense(4, {.input_shape = {5}}), nn::BatchNormalization(),
                                     nn::Dense(3), nn::Dense(3), nn::Dense(2)})) ==
             x + ": the file has weights layers/dense_3/vars/0 (3, 2), for which the model has no "
                 "layer");
  BOOST_TEST(refused(nn::Sequential({nn::Dense(4, {.use_bias = false, .input_shape = {5}}),
                                     nn::BatchNormalization(), nn::Dense(3), nn::Dense(3)})) ==
             x + ": Dense \"hidden1\" (layers/dense/vars): the file has no bias, expected (4)");

  nn::Model broken = dense_model();
  std::vector<Matrix> weights = broken.weights();
  weights[6](1, 2) = std::numeric_limits<nn::Real>::quiet_NaN();
  broken.set_weights(weights);
  BOOST_TEST(refused(broken) == x + ": Dense \"dense\" (layers/dense_1/vars): kernel(1, 2) is nan, "
                                    "expected finite numbers");

  nn::write_hdf5(x, {{{"model_weights/dense/kernel:0", {{1}, {1}}}}, {}, {}});
  BOOST_TEST(
      refusal([&] { model.load_weights(x); }) ==
      x + ": there are no weights in Keras 3's layout, but in that of Keras 2; load and save "
          "it with Keras 3");
  BOOST_TEST(refusal([&] { nn::Sequential().load_weights(x); }) ==
             "Sequential: it has no layers yet, or no input shape; give the first layer "
             ".input_shape");
}

// A kernel of (2, 3) has as many weights as one of (3, 2), and is another kernel.
BOOST_AUTO_TEST_CASE(kernels_of_equal_size_are_told_apart) {
  const TemporaryFolder folder;
  const std::string x = (folder.path / "x.weights.h5").string();
  nn::Sequential({nn::Conv2D(4, {3, 2}, {.input_shape = {5, 5, 1}})}).save_weights(x);
  nn::Sequential other({nn::Conv2D(4, {2, 3}, {.input_shape = {5, 5, 1}})});
  BOOST_TEST(refusal([&] { other.load_weights(x); }) ==
             x + ": Conv2D \"conv2d\" (layers/conv2d/vars): kernel is (3, 2, 1, 4) in the file, "
                 "expected (2, 3, 1, 4)");
}
