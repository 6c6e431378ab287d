// Conv2D and the pooling layers: against sums written out, differences, and Keras.
#include <boost/test/unit_test.hpp>

#include "common/layers/conv2d.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/flatten.hpp"
#include "common/layers/pooling2d.hpp"
#include "tests/helpers.hpp"
#include "tests/tiny_network.hpp"

using nn::AveragePooling2D;
using nn::Conv2D;
using nn::GlobalAveragePooling2D;
using nn::Matrix;
using nn::MaxPooling2D;
using nn::Padding;
using nn::RowVector;
using nn::Shape;

namespace {

const Golden& golden() {
  static const Golden numbers("conv_recurrent.txt");
  return numbers;
}
void keras(const std::string& name, const Shape& input,
           const std::vector<nn::LayerHandle>& layers) {
  check_against_keras(golden(), name, input, layers);
}

// A convolution as its definition has it: five loops, no padding but a test.
Matrix convolution(const Matrix& X, const Shape& image, const Matrix& W, std::size_t kh,
                   std::size_t kw, std::size_t stride_y, std::size_t stride_x, bool same) {
  const long h = image[0], w = image[1], c = image[2], sy = stride_y, sx = stride_x;
  const long oh = same ? (h + sy - 1) / sy : (h - static_cast<long>(kh)) / sy + 1;
  const long ow = same ? (w + sx - 1) / sx : (w - static_cast<long>(kw)) / sx + 1;
  const long top = same ? std::max((oh - 1) * sy + static_cast<long>(kh) - h, 0L) / 2 : 0;
  const long left = same ? std::max((ow - 1) * sx + static_cast<long>(kw) - w, 0L) / 2 : 0;
  Matrix Y(X.n_rows, oh * ow * W.n_cols, arma::fill::zeros);
  for (long o = 0; o < oh * ow; ++o)
    for (arma::uword f = 0; f < W.n_cols; ++f)
      for (arma::uword k = 0; k < W.n_rows; ++k) {
        const long cell = k / c, channel = k % c;
        const long y = o / ow * sy + cell / static_cast<long>(kw) - top;
        const long x = o % ow * sx + cell % static_cast<long>(kw) - left;
        if (y < 0 || y >= h || x < 0 || x >= w) continue;
        Y.col(o * W.n_cols + f) += W(k, f) * X.col((y * w + x) * c + channel);
      }
  return Y;
}

}  // namespace

// ---- Convolution ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(conv2d_by_hand) {
  Conv2D layer(1, {2, 2});
  TinyNetwork network(Shape(3, 3, 1), {layer});
  layer.set_weights({arma::Col<nn::Real>{1, 2, 3, 4}, Matrix(1, 1, arma::fill::value(10))});
  const Matrix Y = network.forward({RowVector{1, 2, 3, 4, 5, 6, 7, 8, 9}});
  BOOST_TEST(row(Y, 0) == std::vector<double>({47, 57, 77, 87}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(conv2d_equals_its_definition_for_every_geometry) {
  nn::Rng rng(3);
#ifdef NN_FLOAT32
  const double tolerance = 1e-5;
#else
  const double tolerance = 1e-13;
#endif
  int geometries = 0;
  for (std::size_t kh : {1, 2, 3, 5})
    for (std::size_t kw : {1, 3, 4})
      for (std::size_t sy : {1, 2, 3})
        for (std::size_t sx : {1, 4})
          for (bool same : {false, true})
            for (std::size_t n : {1, 5, 17, 32}) {
              const Shape image(5, 6, 2);
              Conv2D layer(3, {kh, kw},
                           {.strides = {sy, sx}, .padding = same ? Padding::same : Padding::valid});
              TinyNetwork network(image, {layer});
              const Matrix X = rng.normal_matrix(n, image.size());
              const Matrix expected =
                  convolution(X, image, layer.weights()[0], kh, kw, sy, sx, same);
              BOOST_TEST(golden_error(network.forward({X}), expected) < tolerance,
                         kh << kw << sy << sx << same << " n " << n);
              ++geometries;
            }
  BOOST_TEST(geometries == 576);
}

BOOST_AUTO_TEST_CASE(conv2d_as_keras) {
  keras("conv_valid", {5, 6, 2}, {Conv2D(3, {3, 2})});
  keras("conv_same", {5, 4, 2},
        {Conv2D(3, {3, 3}, {.padding = Padding::same, .activation = nn::tanh})});
  keras("conv_even", {5, 4, 2},
        {Conv2D(2, {2, 4}, {.padding = Padding::same, .activation = nn::sigmoid})});
  keras("conv_strides", {7, 6, 1}, {Conv2D(2, 3, {.strides = {2, 3}, .padding = Padding::same})});
  keras("conv_strides_valid", {7, 6, 1}, {Conv2D(2, {3, 2}, {.strides = {3, 2}})});
  keras("conv_stride_over_kernel", {7, 8, 2},
        {Conv2D(2, 2, {.strides = 3, .padding = Padding::same})});
  keras("conv_kernel_over_image", {2, 3, 1}, {Conv2D(2, 5, {.padding = Padding::same})});
  keras("conv_1x1", {3, 2, 4}, {Conv2D(3, 1, {.activation = nn::relu, .use_bias = false})});
  keras("conv_swish", {4, 4, 1}, {Conv2D(2, 3, {.activation = nn::swish})});
  keras("conv_softmax", {3, 3, 2}, {Conv2D(3, 2, {.activation = nn::softmax})});
  keras("conv_l2", {4, 4, 1},
        {Conv2D(2, 3,
                {.kernel_regularizer = nn::l2(0.1), .bias_regularizer = nn::l1_l2(0.02, 0.03)})});
  keras("conv_batch_32", {4, 3, 1},
        {Conv2D(2, 3, {.padding = Padding::same, .activation = nn::tanh})});
  keras("conv_batch_17", {3, 3, 1},
        {Conv2D(2, 3, {.padding = Padding::same, .activation = nn::tanh})});
  keras("conv_many_filters", {3, 2, 3}, {Conv2D(13, 2, {.padding = Padding::same})});
  keras("conv_net", {6, 6, 1},
        {Conv2D(3, 3, {.padding = Padding::same, .activation = nn::relu}), MaxPooling2D(2),
         nn::Flatten(), nn::Dense(2)});
}

BOOST_AUTO_TEST_CASE(conv2d_counts_its_parameters) {
  // The Inception module of the notes on images of 256 x 256 x 3.
  const nn::Tensor image = nn::Input({256, 256, 3});
  const nn::Conv2DOptions same{.padding = Padding::same, .activation = nn::relu};
  const Conv2D a1(64, {1, 1}, same), a2(64, {3, 3}, same), b1(64, {1, 1}, same),
      b2(64, {5, 5}, same), c2(64, {1, 1}, same);
  const MaxPooling2D c1({3, 3}, {.strides = {1, 1}, .padding = Padding::same});
  for (const nn::Tensor& tower : {a2(a1(image)), b2(b1(image)), c2(c1(image))})
    BOOST_TEST(tower.shape().str() == "(256, 256, 64)");
  BOOST_TEST(a1.parameter_count() + a2.parameter_count() + b1.parameter_count() +
                 b2.parameter_count() + c1.parameter_count() + c2.parameter_count() ==
             140160U);
}

BOOST_AUTO_TEST_CASE(conv2d_draws_with_the_fans_of_its_window) {
  nn::set_seed(1);
  Conv2D layer(40, {3, 5});
  layer(nn::Input({9, 9, 20}));
  const Matrix W = layer.weights()[0];
  const double limit = std::sqrt(6.0 / (15 * (20 + 40)));
  BOOST_TEST(nn::shape_text(W) == "(300, 40)");
  BOOST_TEST(W.max() < limit);
  BOOST_TEST(W.max() > 0.999 * limit);
  BOOST_TEST(arma::norm(layer.weights()[1]) == 0.0);
}

BOOST_AUTO_TEST_CASE(conv2d_reads_images_of_two_sizes_with_the_same_weights) {
  nn::Rng rng(2);
  Conv2D layer(2, {2, 3}, {.padding = Padding::same});
  const nn::Tensor wide = nn::Input({3, 4, 2}), tall = nn::Input({4, 3, 2});
  TinyNetwork network({wide, tall}, {layer(wide), layer(tall)});
  const std::vector<Matrix> X{rng.normal_matrix(2, 24), rng.normal_matrix(2, 24)};
  network.forward(X);
  const Matrix W = layer.weights()[0];
  BOOST_TEST(golden_error(network.output(0), convolution(X[0], {3, 4, 2}, W, 2, 3, 1, 1, true)) <
             1e-5);
  BOOST_TEST(golden_error(network.output(1), convolution(X[1], {4, 3, 2}, W, 2, 3, 1, 1, true)) <
             1e-5);
}

BOOST_AUTO_TEST_CASE(conv2d_refuses_what_does_not_fit) {
  BOOST_TEST(refusal([] { Conv2D(0, 3); }) == "Conv2D: filters is 0, expected at least 1");
  BOOST_TEST(refusal([] { Conv2D(-2, 3); }) == "Conv2D: filters is -2, expected at least 1");
  BOOST_TEST(refusal([] {
               Conv2D(1, {0, 3});
             }) == "Conv2D: kernel_size is (0, 3), expected at least (1, 1)");
  BOOST_TEST(refusal([] { Conv2D(1, {-1, 3}); }) == "Shape: a size cannot be negative, got -1");
  BOOST_TEST(refusal([] {
               Conv2D(1, 3, {.strides = {1, 0}});
             }) == "Conv2D: strides is (1, 0), expected at least (1, 1)");
  Conv2D layer(2, 3, {.name = "first"});
  const auto with = [&](const Shape& input) { return refusal([&] { layer(nn::Input(input)); }); };
  BOOST_TEST(
      with({28, 28}) ==
      "Conv2D \"first\": expected an input of shape (height, width, channels), got (28, 28)");
  BOOST_TEST(with({2, 9, 1}) ==
             "Conv2D \"first\": a window of 3 x 3 does not fit into an input of shape (2, 9, 1)");
  BOOST_TEST(with({8, 8, 3}) == "no error");
  BOOST_TEST(
      with({8, 8, 1}) ==
      "Conv2D \"first\": the input has 1 channels, the weights expect 3 (input shape (8, 8, 1))");
}

// ---- Pooling ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(pooling_as_keras) {
  keras("max", {5, 4, 2}, {MaxPooling2D()});
  keras("max_same", {5, 5, 2}, {MaxPooling2D({3, 3}, {.strides = 1, .padding = Padding::same})});
  keras("max_strides", {7, 5, 1},
        {MaxPooling2D({2, 3}, {.strides = {3, 1}, .padding = Padding::same})});
  keras("max_apart", {7, 7, 1}, {MaxPooling2D(2, {.strides = 3})});
  keras("max_ties", {4, 4, 1}, {MaxPooling2D({2, 2})});
  keras("average", {5, 4, 2}, {AveragePooling2D(2)});
  keras("average_same", {5, 5, 2},
        {AveragePooling2D({3, 3}, {.strides = 1, .padding = Padding::same})});
  keras("average_strides", {7, 5, 1},
        {AveragePooling2D({2, 3}, {.strides = {3, 1}, .padding = Padding::same})});
  keras("global_average", {4, 3, 2}, {GlobalAveragePooling2D()});
}

BOOST_AUTO_TEST_CASE(max_pooling_does_not_lose_a_nan) {
  const nn::Real nan = std::numeric_limits<nn::Real>::quiet_NaN();
  TinyNetwork network(Shape(2, 2, 1), {MaxPooling2D()});
  for (std::size_t place = 0; place < 4; ++place) {
    Matrix X = RowVector{3, 1, 4, 2};
    X[place] = nan;
    BOOST_TEST(std::isnan(network.forward({X})[0]), "place " << place);
  }
}

BOOST_AUTO_TEST_CASE(pooling_shapes) {
  const nn::Tensor image = nn::Input({28, 27, 5});
  BOOST_TEST(MaxPooling2D()(image).shape().str() == "(14, 13, 5)");
  BOOST_TEST(MaxPooling2D(2, {.padding = Padding::same})(image).shape().str() == "(14, 14, 5)");
  BOOST_TEST(AveragePooling2D({3, 4}, {.strides = {1, 2}})(image).shape().str() == "(26, 12, 5)");
  BOOST_TEST(GlobalAveragePooling2D()(image).shape().str() == "(5)");
  BOOST_TEST(GlobalAveragePooling2D({.keepdims = true})(image).shape().str() == "(1, 1, 5)");
}

BOOST_AUTO_TEST_CASE(pooling_refuses_what_does_not_fit) {
  BOOST_TEST(refusal([] {
               MaxPooling2D({0, 1});
             }) == "MaxPooling2D: pool_size is (0, 1), expected at least (1, 1)");
  BOOST_TEST(refusal([] {
               MaxPooling2D(2, {.strides = {0, 1}});
             }) == "MaxPooling2D: strides is (0, 1), expected at least (1, 1)");
  BOOST_TEST(refusal([] {
               AveragePooling2D(4)(nn::Input({3, 9, 1}));
             }) ==
             "AveragePooling2D: a window of 4 x 4 does not fit into an input of shape (3, 9, 1)");
  BOOST_TEST(refusal([] { AveragePooling2D(4)(nn::Input({9})); }) ==
             "AveragePooling2D: expected an input of shape (height, width, channels), got (9)");
  BOOST_TEST(
      refusal([] {
        GlobalAveragePooling2D()(nn::Input({9, 3}));
      }) ==
      "GlobalAveragePooling2D: expected an input of shape (height, width, channels), got (9, 3)");
}

// ---- Memory ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_step_allocates_nothing) {
  for (const std::size_t n : {5, 20})
    for (const nn::LayerHandle& layer : std::vector<nn::LayerHandle>{
             Conv2D(3, 3), Conv2D(5, {2, 3}, {.strides = 2, .activation = nn::gelu}),
             Conv2D(1, 1, {.activation = nn::softmax, .kernel_regularizer = nn::l2(0.1)}),
             MaxPooling2D(), MaxPooling2D(3, {.strides = 1, .padding = Padding::same}),
             AveragePooling2D(2), GlobalAveragePooling2D()})
      check_memory({4, 4, 2}, layer, n);
}

BOOST_AUTO_TEST_CASE(frozen_weights_are_left_alone) {
  for (const std::size_t n : {5, 20})
    check_frozen({4, 4, 2}, Conv2D(3, 3, {.kernel_regularizer = nn::l2(0.1)}), n);
}

// ---- Gradients --------------------------------------------------------------------------------

#ifndef NN_FLOAT32

namespace {

// The error of all gradients of a stack of layers, for a batch of n.
double gradient_error(std::size_t n, const Shape& input,
                      const std::vector<nn::LayerHandle>& layers) {
  nn::Rng rng(7);
  TinyNetwork network(input, layers);
  for (const nn::Parameter& p : network.parameters())
    p.weight->value = rng.normal_matrix(p.weight->rows, p.weight->columns);
  const std::vector<Matrix> X{rng.normal_matrix(n, input.size())};
  const Matrix& Y = network.forward(X);
  return worst_gradient_error(network, X, {rng.normal_matrix(n, Y.n_cols)});
}

}  // namespace

BOOST_AUTO_TEST_CASE(gradients_of_convolution) {
  for (const std::size_t n : {1, 3, 17}) {
    for (const Padding padding : {Padding::valid, Padding::same})
      for (const nn::Size2D strides : {nn::Size2D(1), nn::Size2D(2, 3)})
        for (const nn::Size2D kernel : {nn::Size2D(1), nn::Size2D(2, 3)})
          for (const bool use_bias : {false, true})
            for (const auto& phi : {nn::linear, nn::tanh, nn::gelu, nn::softmax})
              BOOST_TEST(gradient_error(n, {4, 4, 2},
                                        {Conv2D(3, kernel,
                                                {.strides = strides,
                                                 .padding = padding,
                                                 .activation = phi,
                                                 .use_bias = use_bias})}) < 1e-8);
    const nn::Conv2DOptions penalties{.kernel_regularizer = nn::l2(0.1),
                                      .bias_regularizer = nn::l1_l2(0.1, 0.2)};
    BOOST_TEST(gradient_error(n, {4, 3, 1}, {Conv2D(2, 2, penalties)}) < 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(gradients_of_pooling) {
  for (const Padding padding : {Padding::valid, Padding::same})
    for (const nn::Size2D strides : {nn::Size2D(1), nn::Size2D(2), nn::Size2D(3, 4)})
      for (const nn::Size2D window : {nn::Size2D(1), nn::Size2D(2), nn::Size2D(3, 2)}) {
        BOOST_TEST(gradient_error(
                       3, {5, 5, 2},
                       {MaxPooling2D(window, {.strides = strides, .padding = padding})}) < 1e-8);
        BOOST_TEST(gradient_error(3, {5, 5, 2},
                                  {AveragePooling2D(
                                      window, {.strides = strides, .padding = padding})}) < 1e-8);
      }
  BOOST_TEST(gradient_error(3, {4, 3, 2}, {GlobalAveragePooling2D()}) < 1e-8);
}

BOOST_AUTO_TEST_CASE(gradients_of_shared_layers_add_up) {
  nn::Rng rng(4);
  const nn::Conv2DOptions options{.padding = Padding::same,
                                  .activation = nn::tanh,
                                  .kernel_regularizer = nn::l2(0.1),
                                  .bias_regularizer = nn::l2(0.1)};
  Conv2D conv(2, 3, options);
  MaxPooling2D pool(2, {.strides = 1}), tiles(2);
  AveragePooling2D average(2, {.strides = 1});
  const nn::Tensor a = nn::Input({3, 4, 2}), b = nn::Input({4, 4, 2});
  const nn::Tensor once = conv(a), large = conv(b);
  TinyNetwork network({a, b}, {pool(once), average(once), average(conv(once)), tiles(large),
                               pool(large), tiles(large)});
  std::vector<Matrix> R;
  const std::vector<Matrix> X{rng.normal_matrix(3, 24), rng.normal_matrix(3, 32)};
  network.forward(X);
  for (std::size_t i = 0; i < 6; ++i) R.push_back(rng.normal_matrix(3, network.output(i).n_cols));
  BOOST_TEST(worst_gradient_error(network, X, R) < 1e-8);
}

#endif
