// Reshape: another shape for the same values, (784) to (28, 28, 1).
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <vector>

#include "common/layers/tensor.hpp"

namespace nn {

// The sizes asked for: {7, 7, 64} of any integer types, or a Shape. One of them may be -1: what the
// others leave. (One number alone is no shape: Reshape({12}), not Reshape(12).)
class TargetShape {
 public:
  template <std::integral Integer>
  TargetShape(std::initializer_list<Integer> sizes) : sizes_(sizes.begin(), sizes.end()) {}
  template <std::integral First, std::integral Second, std::integral... Others>
  TargetShape(First first, Second second, Others... others)
      : sizes_{static_cast<long long>(first), static_cast<long long>(second),
               static_cast<long long>(others)...} {}
  explicit TargetShape(std::vector<long long> sizes) : sizes_(std::move(sizes)) {}
  TargetShape(const Shape& shape) : sizes_(shape.sizes().begin(), shape.sizes().end()) {}
  const std::vector<long long>& sizes() const { return sizes_; }

 private:
  std::vector<long long> sizes_;
};

struct ReshapeOptions {
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// A sample's values keep their order: only the Shape changes.
class ReshapeLayer : public Layer {
 public:
  explicit ReshapeLayer(TargetShape target);
  Shape build(const Shape& input) override;
  void forward(const Matrix& X, Matrix& Z, Call&) override { Z = X; }
  void backward(const Matrix&, const Matrix& delta, Matrix* dX, Call&) override {
    if (dX) *dX = delta;
  }
  const TargetShape target_shape;  // as it was given
};

// Of any shape, to target_shape, in which one size may be -1: what is left. Throws Error if the
// values do not fit.
struct Reshape : LayerHandle {
  explicit Reshape(const TargetShape& target_shape, const ReshapeOptions& options = {})
      : LayerHandle(std::make_shared<ReshapeLayer>(target_shape), options.name,
                    options.input_shape) {}
};

}  // namespace nn
