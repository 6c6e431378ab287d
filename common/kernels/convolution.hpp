// The three products of a convolution. For windows p over images X, with patch_p = what window p
// sees (n x cells, pixels outside of the image are 0):
//
//   Z_p = patch_p W + b,   [dW; db] = sum over p of [patch_p 1]' dZ_p,   dpatch_p = dZ_p W'
//
// A cell of a patch is a column of X, n adjacent numbers. Batches that fill a vector register are
// computed from pointers to these columns (batch_products.hpp), for smaller ones the patches are
// copied and multiplied by BLAS (im2col.hpp): with n = 1 the columns are single numbers.
#pragma once

#include <vector>

#include "common/kernels/batch_products.hpp"
#include "common/kernels/window.hpp"

namespace nn {

class Convolution {
 public:
  // What a thread works with.
  struct Memory {
    std::vector<const Real*> cells_read, outputs_read;  // columns of X, of dZ
    std::vector<Real*> cells_written, outputs_written;  // columns of dX, of Z
    Matrix outside;  // columns of n: zeros, read outside of the image; ones, b's cell; and one that
                     // takes what is written outside of the image
    std::vector<Real> no_bias;
    Matrix patches, outputs;
  };

  // Images of n samples, W (cells x filters); cells are numbered (ky, kx, channel). Threads that
  // share the windows have a Convolution each, and a Memory.
  Convolution(const Windows& windows, std::size_t n, std::size_t filters, Memory& memory);

  // thread_memories (common/kernels/parallel.hpp), as large as this convolution needs them.
  static std::vector<Memory>& memories(const Windows& windows, std::size_t n, std::size_t filters);

  // The windows are gone through in blocks of this many: what a block touches stays in the
  // processor's cache.
  std::size_t block() const { return block_; }
  // Floating-point operations of one of the products, over all windows.
  double operations() const;

  // Z_p = patch_p W + b for the windows p = first ... first + count - 1; b may be empty.
  void forward(const Matrix& X, std::size_t first, std::size_t count, const Matrix& W,
               const Matrix& b, Matrix& Z);
  // G += sum of [patch_p 1]' dZ_p, G (cells + 1 x filters): the bias is the weight of a cell that
  // is always 1.
  void add_weight_gradients(const Matrix& X, std::size_t first, std::size_t count, const Matrix& dZ,
                            Matrix& G);
  // dX += dpatch_p, every cell where it came from.
  void add_input_gradients(const Matrix& dZ, std::size_t first, std::size_t count, const Matrix& W,
                           Matrix& dX);

 private:
  void reserve();
  Matrix& patches(std::size_t count);  // of `count` windows, one below the other
  Matrix& outputs(std::size_t count);
  // Where the cells of a window lie in an image.
  template <class Image, class Column>
  void find_cells(Image& X, std::size_t window, Column* outside, Column** cells) const;
  // The columns of one window in Z, or of more windows.
  template <class Outputs, class Column>
  void find_outputs(Outputs& Z, std::size_t first, std::size_t count,
                    std::vector<Column*>& outputs) const;

  const Windows& windows_;
  std::size_t n_, cells_, filters_, block_;
  bool by_columns_;
  Memory& memory_;
};

}  // namespace nn
