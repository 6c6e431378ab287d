// Tensors: rank, shape and size, from one number to a stack of colour images.
//
// Notes:  003 텐서: X = [-0.82, ...] (rank 1), 4 samples x 6 features (rank 2), 200 images (rank 4)
// Run:    ./book run ch02/tensors
// Expect: ranks 0, 1, 2, 4; the images are 35,721,600 numbers, 143 MB as float32
// Try:    --images 1: how much is one? --height 224 --width 224 (the usual size; erratum 32)
#include "common/base/matrix.hpp"
#include "common/base/shape.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// Where element [n, h, w, c] lies when the last index runs fastest ("row-major", as in NumPy).
static std::size_t position(const nn::Shape& shape, const std::vector<std::size_t>& index) {
  std::size_t place = 0;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    place = place * shape[axis] + index[axis];  // ((n H + h) W + w) C + c
  return place;
}

static void describe(const char* what, const nn::Shape& shape) {
  std::printf("%-28s %4zu   %-20s %12zu %12.1f\n", what, shape.rank(), shape.str().c_str(),
              shape.size(), 4.0 * static_cast<double>(shape.size()) / 1e6);
}

int main(int argc, char** argv) {
  nn::Program program("Tensors: rank, shape and size, from one number to a stack of images");
  // ---- knobs -----------------------------------------------------------------------------------
  int images = 200, height = 244, width = 244, channels = 3;
  program.knob("images", images, "images in the stack", 1, 1000000);
  program.knob("height", height, "rows of pixels", 1, 10000);
  program.knob("width", width, "columns of pixels", 1, 10000);
  program.knob("channels", channels, "numbers per pixel: 3 for red, green, blue", 1, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: the slides' vector and matrix
    const nn::RowVector x = {-0.82, 0.94, -1.15, 0.25};
    const nn::Matrix X = {{-0.82, -0.25, -1.16, -0.64, 1.13, -0.68},
                          {-0.18, -0.42, 1.34, -0.21, -0.57, 1.23},
                          {2.32, 1.22, -0.43, 0.2, -0.29, -0.88},
                          {-2.02, -0.44, 0.2, 0.5, 0.01, -0.88}};  // row: sample, column: feature

    // 2. shapes: the rank is how many sizes there are
    const nn::Shape number, vector(x.n_elem), matrix(X.n_rows, X.n_cols),
        stack(images, height, width, channels);
    std::printf(
        "tensor                       rank   shape                     numbers   MB float32\n");
    describe("a number", number);
    describe("a vector: x of the slide", vector);
    describe("a matrix: 4 samples", matrix);
    describe("one colour image", nn::Shape(height, width, channels));
    describe("a stack of images", stack);  // nothing is allocated: a shape is only its sizes

    // 3. in memory, a tensor of any rank is one row of numbers
    const std::vector<std::size_t> first(4, 0),
        last{stack[0] - 1, stack[1] - 1, stack[2] - 1, stack[3] - 1};
    std::printf("\nindex [image, row, column, channel]     place in memory\n");
    for (const auto& index : {first,
                              {0, 0, 0, stack[3] - 1},
                              {0, 0, stack[2] - 1, 0},
                              {0, stack[1] - 1, 0, 0},
                              {stack[0] - 1, 0, 0, 0},
                              last})
      std::printf("[%6zu, %4zu, %5zu, %4zu] %33zu\n", index[0], index[1], index[2], index[3],
                  position(stack, index));

    // 4. result
    std::printf(
        "\nX(2, 0) = %.2f: the first feature of the third sample (counting starts at 0)\n\n",
        X(2, 0));
    program.result("rank_of_vector", static_cast<double>(vector.rank()));
    program.result("rank_of_stack", static_cast<double>(stack.rank()));
    program.result("numbers_in_stack", static_cast<double>(stack.size()));
    program.result("megabytes_float32", 4.0 * static_cast<double>(stack.size()) / 1e6);
    program.result("last_place", static_cast<double>(position(stack, last)));
    nn::Figure figure({.title = "X of the slide: rank 2, shape (4, 6)"});
    figure.heatmap(X, {"sample 0", "sample 1", "sample 2", "sample 3"},
                   {"f0", "f1", "f2", "f3", "f4", "f5"});
    program.save(figure, "matrix");
  });
}
