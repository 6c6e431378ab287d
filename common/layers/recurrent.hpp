// What SimpleRNN, LSTM and GRU share: a sequence goes in step by step, and the state h that a step
// leaves behind is an input of the next.
#pragma once

#include "common/kernels/batch_products.hpp"
#include "common/functions/initializers.hpp"
#include "common/kernels/parallel.hpp"
#include "common/functions/regularizers.hpp"
#include "common/kernels/sums.hpp"
#include "common/layers/tensor.hpp"
#include "common/kernels/transpose.hpp"

namespace nn {

// H = phi(Z) and dZ = phi'(Z) dH, also for the linear phi, which has no functions.
inline void activate(const ActivationFunction& phi, const Matrix& Z, Matrix& H) {
  if (!phi.is_linear())
    phi.apply(Z, H, phi.alpha);
  else if (Z.memptr() != H.memptr())
    H = Z;
}
inline void activate_back(const ActivationFunction& phi, const Matrix& Z, const Matrix& H,
                          const Matrix& dH, Matrix& dZ) {
  if (!phi.is_linear())
    phi.jacobian_product(Z, H, dH, dZ, phi.alpha);
  else if (dZ.memptr() != dH.memptr())
    dZ = dH;
}

// X (n x steps*d), W (d x gates*u), U (u x gates*u), b (1 x gates*u). The output is h after the
// last step (n x u), or after each of them (n x steps*u).
//
// The shares of the inputs, X_t W + b, do not wait for each other: they are computed for all steps
// before the first, and dW, db and dX after the last.
class RecurrentLayer : public Layer {
 public:
  std::string type() const override { return type_; }

  Shape output_shape(const Shapes& inputs) const override {
    const Shape& sequence = single_input(inputs, 2, "(steps, features)");
    if (built) require_features(sequence, W_.value.n_rows);
    return return_sequences_ ? Shape(sequence[0], units_) : Shape(units_);
  }

  void build(const Shapes& inputs, Rng& rng) override {
    const std::size_t d = inputs[0][1], m = gates_ * units_;
    W_.set(kernel_initializer_.draw(d, m, d, m, rng));
    U_.set(recurrent_initializer_.draw(units_, m, units_, m, rng));
    if (use_bias_) b_.set(draw_bias(rng));
  }

  std::vector<Parameter> parameters() override {
    std::vector<Parameter> all{{"kernel", &W_.value, &W_.gradient},
                               {"recurrent_kernel", &U_.value, &U_.gradient}};
    if (use_bias_) all.push_back({"bias", &b_.value, &b_.gradient});
    return all;
  }
  double penalty() const override {
    return kernel_regularizer_.penalty(W_.value) + recurrent_regularizer_.penalty(U_.value) +
           bias_regularizer_.penalty(b_.value);
  }

  std::size_t units() const { return units_; }

 protected:
  template <class Options>
  RecurrentLayer(const char* type, long long units, std::size_t gates, const Options& options)
      : use_bias_(options.use_bias),
        units_(positive_count(type, "units", units)),
        gates_(gates),
        bias_initializer_(options.bias_initializer),
        type_(type),
        kernel_initializer_(options.kernel_initializer),
        recurrent_initializer_(options.recurrent_initializer),
        kernel_regularizer_(options.kernel_regularizer),
        recurrent_regularizer_(options.recurrent_regularizer),
        bias_regularizer_(options.bias_regularizer),
        return_sequences_(options.return_sequences),
        go_backwards_(options.go_backwards) {}

  virtual Matrix draw_bias(Rng& rng) const {
    const std::size_t m = gates_ * units_;
    return bias_initializer_.draw(1, m, m, m, rng);
  }

  // Z = X_t W + b for every step: Z (n x steps*gates*u). Of a b with two rows (GRU) the first.
  void multiply_inputs(const Matrix& X, Matrix& Z) const {
    const std::size_t d = W_.value.n_rows, m = gates_ * units_, steps = Z.n_cols / m;
    auto& memories = pointers_for_threads(d, m);
    in_parallel(steps, 1, operations(Z, d), [&](std::size_t first, std::size_t count) {
      ColumnPointers& pointers = memories[static_cast<std::size_t>(thread_number())];
      for (std::size_t t = first; t < first + count; ++t) {
        Matrix z = columns(Z, t * m, m);
        for (std::size_t j = 0; j < m; ++j)
          std::fill_n(z.colptr(j), z.n_rows, use_bias_ ? b_.value.at(0, j) : Real(0));
        add_product(columns(X, time(t, steps) * d, d), W_.value, z, pointers);
      }
    });
  }

  // dW, db and dX from dZ of all steps (n x steps*gates*u).
  void add_input_gradients(const Matrix& X, const Matrix& dZ, Gradient& dX, Cache& cache) {
    const std::size_t d = W_.value.n_rows, m = gates_ * units_, steps = dZ.n_cols / m;
    if (W_.gradient.wanted()) add_kernel_gradient(X, dZ, cache);
    for (std::size_t t = 0; t < steps; ++t)
      add_bias_gradient(columns(dZ, t * m, m));  // db = sum over t of 1' dz_t
    if (!dX.wanted()) return;
    auto& memories = pointers_for_threads(m, d);
    in_parallel(steps, 1, operations(dZ, d), [&](std::size_t first, std::size_t count) {
      ColumnPointers& pointers = memories[static_cast<std::size_t>(thread_number())];
      for (std::size_t t = first; t < first + count; ++t) {
        Matrix dx = columns(dX.matrix(), time(t, steps) * d, d);
        if (dX.first()) dx.zeros();
        add_product_transposed(columns(dZ, t * m, m), W_.value, dx, pointers);  // dx_t = dz_t W'
      }
    });
    dX.contributed();
  }

  // db += 1' dZ, in b's row `row` from column `first` on.
  void add_bias_gradient(const Matrix& dZ, std::size_t row = 0, std::size_t first = 0) {
    if (!use_bias_ || !b_.gradient.wanted()) return;
    Matrix& db = b_.gradient.sum();
    for (std::size_t j = 0; j < dZ.n_cols; ++j)
      db.at(row, first + j) += sum(dZ.colptr(j), dZ.n_rows);
  }

  // Before the other contributions of a step: a layer that is called twice is penalised once.
  void add_penalty_gradients() {
    if (W_.gradient.first()) kernel_regularizer_.add_gradient(W_.value, W_.gradient);
    if (U_.gradient.first()) recurrent_regularizer_.add_gradient(U_.value, U_.gradient);
    if (b_.gradient.first()) bias_regularizer_.add_gradient(b_.value, b_.gradient);
  }

  // For add_product: columns of the matrices it is given.
  static ColumnPointers& pointers(Cache& cache) { return cache.state<ColumnPointers>(); }

  // Y from the states H (n x (steps + 1)*u): h before the first step, after it, ...
  void write_output(const Matrix& H, Matrix& Y) const {
    std::copy_n(H.colptr(H.n_cols - Y.n_cols), Y.n_elem, Y.memptr());
  }
  // dh += what dY says about the state after step t.
  void add_output_gradient(const Matrix& dY, std::size_t t, std::size_t steps, Matrix& dh) const {
    if (return_sequences_)
      dh += columns(dY, t * units_, units_);
    else if (t == steps - 1)
      dh += dY;
  }

  // Slots of the cache from here on are used by this class.
  static constexpr std::size_t kTransposed = 16;

  bool use_bias_;
  std::size_t units_, gates_;
  Initializer bias_initializer_;
  Weight W_, U_, b_;

 private:
  // For products that read and write at most so many columns.
  static std::vector<ColumnPointers>& pointers_for_threads(std::size_t read, std::size_t written) {
    auto& memories = thread_memories<ColumnPointers>();
    for (ColumnPointers& memory : memories) {
      memory.read.reserve(read);
      memory.written.reserve(written);
    }
    return memories;
  }

  // dW is summed up as its transpose: then the gates stand where the batch does elsewhere, and
  // add_product finds long columns. Some columns of it at a time go through all steps.
  void add_kernel_gradient(const Matrix& X, const Matrix& dZ, Cache& cache) {
    const std::size_t n = dZ.n_rows, d = W_.value.n_rows, m = gates_ * units_;
    const std::size_t steps = dZ.n_cols / m;
    Matrix& dZ_T = cache.matrix(kTransposed, m, steps * n);
    Matrix& dW_T = cache.matrix(kTransposed + 1, m, d);
    for (std::size_t t = 0; t < steps; ++t) transpose(columns(dZ, t * m, m), dZ_T.colptr(t * n), m);
    auto& memories = pointers_for_threads(n, d);
    in_parallel(d, 8, operations(dZ, d), [&](std::size_t first, std::size_t count) {
      ColumnPointers& pointers = memories[static_cast<std::size_t>(thread_number())];
      Matrix dw_T = columns(dW_T, first, count);
      dw_T.zeros();
      for (std::size_t t = 0; t < steps; ++t)  // dW' = sum over t of dz_t' x_t
        add_product(columns(dZ_T, t * n, n), columns(X, time(t, steps) * d + first, count), dw_T,
                    pointers);
    });
    Matrix& dW = cache.matrix(kTransposed + 2, d, m);
    transpose(dW_T, dW.memptr(), d);
    W_.gradient.add(dW);
  }

  // Of a product of (n x steps*m) numbers with d terms each.
  static double operations(const Matrix& Z, std::size_t d) {
    return 2.0 * static_cast<double>(Z.n_elem) * static_cast<double>(d);
  }

  // Where in the sequence step t is.
  std::size_t time(std::size_t t, std::size_t steps) const {
    return go_backwards_ ? steps - 1 - t : t;
  }

  std::string type_;
  Initializer kernel_initializer_, recurrent_initializer_;
  Regularizer kernel_regularizer_, recurrent_regularizer_, bias_regularizer_;
  bool return_sequences_, go_backwards_;
};

}  // namespace nn
