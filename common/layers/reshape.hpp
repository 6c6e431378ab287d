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

class ReshapeLayer : public Layer {
 public:
  explicit ReshapeLayer(TargetShape target) : target_(std::move(target)) {
    int open = 0;
    for (long long size : target_.sizes()) {
      if (size == 0 || size < -1)
        throw Error(
            text("Reshape: a size of the target shape is %lld, expected at least 1, or -1", size));
      if (size == -1 && ++open > 1)
        throw Error("Reshape: two sizes of the target shape are -1, expected one at most");
    }
  }

  std::string type() const override { return "Reshape"; }

  Shape output_shape(const Shapes& inputs) const override {
    const Shape& input = single_input(inputs, 0, "(features) or of higher rank");
    std::vector<std::size_t> sizes, given;
    std::string asked;
    for (long long size : target_.sizes()) {
      if (size > 0) given.push_back(static_cast<std::size_t>(size));
      asked += (asked.empty() ? "" : ", ") + std::to_string(size);
    }
    const std::size_t product = Shape(given).size();  // refuses one that overflows
    for (long long size : target_.sizes())
      sizes.push_back(size > 0 ? static_cast<std::size_t>(size) : input.size() / product);
    const Shape shape(sizes);
    if (shape.size() != input.size())
      throw Error(text("%s: an input of shape %s has %zu values, they do not fit into (%s)",
                       title().c_str(), input.str().c_str(), input.size(), asked.c_str()));
    return shape;
  }

  // A sample's values keep their order: only the Shape changes.
  void forward(const Inputs& X, Matrix& Y, Cache&, const Context&) override { Y = X[0]; }

  void backward(const Inputs&, const Matrix&, Matrix& dY, const Gradients& dX, Cache&,
                const Context&) override {
    dX[0].add(dY);
  }

  const TargetShape& target_shape() const { return target_; }  // as it was given

 private:
  TargetShape target_;
};

// Of any shape, to target_shape, in which one size may be -1: what is left. Throws Error if the
// values do not fit.
class Reshape : public LayerHandle {
 public:
  explicit Reshape(const TargetShape& target_shape, const ReshapeOptions& options = {})
      : LayerHandle(std::make_shared<ReshapeLayer>(target_shape), options.name,
                    options.input_shape) {}
};

}  // namespace nn
