#include "common/layers/recurrent.hpp"

#include <algorithm>

namespace nn {

RecurrentLayer::RecurrentLayer(const char* layer_type, long long u, std::size_t gates,
                               const RecurrentParts& parts)
    : Layer(layer_type),
      units(positive_count(layer_type, "units", u)),
      W_{"kernel", parts.kernel_initializer, parts.kernel_regularizer},
      U_{"recurrent_kernel", parts.recurrent_initializer, parts.recurrent_regularizer},
      b_{"bias", parts.bias_initializer, parts.bias_regularizer},
      gates_(gates),
      use_bias_(parts.use_bias),
      return_sequences_(parts.return_sequences),
      go_backwards_(parts.go_backwards) {}

Shape RecurrentLayer::build(const Shape& sequence) {
  require_rank(sequence, 2, "(steps, features)");
  require_features(sequence, W_.rows);
  W_.has_size(sequence[1], gates_ * units);
  U_.has_size(units, gates_ * units);
  if (b_.rows == 0) b_.has_length(gates_ * units);
  return return_sequences_ ? Shape(sequence[0], units) : Shape(units);
}

std::vector<Weight*> RecurrentLayer::weights() {
  return use_bias_ ? std::vector{&W_, &U_, &b_} : std::vector{&W_, &U_};
}

namespace {
// The time steps of `from`, each d columns wide, from the last to the first.
void reverse_time(const Matrix& from, std::size_t d, Matrix& to) {
  to.set_size(from.n_rows, from.n_cols);
  for (std::size_t first = 0; first < from.n_cols; first += d)
    std::copy_n(from.colptr(first), from.n_rows * d, to.colptr(from.n_cols - d - first));
}
void reverse_time(Matrix& X, std::size_t d) {
  for (std::size_t first = 0, last = X.n_cols - d; first < last; first += d, last -= d)
    std::swap_ranges(X.colptr(first), X.colptr(first) + X.n_rows * d, X.colptr(last));
}
}  // namespace

const Matrix& RecurrentLayer::in_order(const Matrix& X, Matrix& memory) const {
  if (!go_backwards_) return X;
  reverse_time(X, W_.value.n_rows, memory);
  return memory;
}

void RecurrentLayer::write_input_gradients(const Matrix& X, const Matrix& dZ, Matrix* dX,
                                           Call& call) {
  if (call.weights_wanted) multiply_At_B(X, dZ, W_.gradient);  // dW = sum_t x_t' dz_t
  if (!dX) return;
  multiply_A_Bt(dZ, W_.value, *dX);  // dx_t = dz_t W'
  if (go_backwards_) reverse_time(*dX, W_.value.n_rows);
}

void RecurrentLayer::write_output(const Matrix& H, Matrix& Z) const {
  std::copy_n(H.colptr(H.n_cols - Z.n_cols), Z.n_elem, Z.memptr());
}

void RecurrentLayer::add_output_gradient(const Matrix& delta, std::size_t t, std::size_t T,
                                         Matrix& dh) const {
  if (return_sequences_)
    dh += columns(delta, t * units, units);
  else if (t == T - 1)
    dh += delta;
}

}  // namespace nn
