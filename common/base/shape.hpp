// Shape: how the numbers of one sample are arranged, without the batch: (784), (28, 28, 1).
#pragma once

#include <concepts>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "common/base/error.hpp"

namespace nn {

// Takes any integers, none of them negative; rank 0: not known yet, or a single number.
class Shape {
 public:
  Shape() = default;
  template <std::integral... Integers>
  Shape(Integers... sizes) : sizes_{checked(static_cast<long long>(sizes))...} {}
  explicit Shape(std::vector<std::size_t> sizes) : sizes_(std::move(sizes)) {}

  std::size_t rank() const { return sizes_.size(); }
  std::size_t operator[](std::size_t axis) const {
    if (axis >= rank()) throw Error(text("Shape %s has no axis %zu", str().c_str(), axis));
    return sizes_[axis];
  }
  const std::vector<std::size_t>& sizes() const { return sizes_; }

  // (20, 32).with_last(5) is (20, 5).
  std::size_t last() const { return (*this)[rank() - 1]; }
  Shape with_last(std::size_t size) const {
    Shape shape = *this;
    shape.sizes_.at(rank() - 1) = size;
    return shape;
  }

  // How many numbers one sample has: the product of the sizes.
  std::size_t size() const {
    std::size_t product = 1;
    for (std::size_t s : sizes_) {
      if (s != 0 && product > std::numeric_limits<std::size_t>::max() / s)
        throw Error(text("Shape %s: the number of its values overflows", str().c_str()));
      product *= s;
    }
    return product;
  }

  // "(28, 28, 1)"; "(784)" for rank 1; "()" for rank 0.
  std::string str() const {
    std::string line = "(";
    for (std::size_t i = 0; i < rank(); ++i) line += (i ? ", " : "") + std::to_string(sizes_[i]);
    return line + ")";
  }

  bool operator==(const Shape&) const = default;

 private:
  static std::size_t checked(long long size) {
    if (size < 0) throw Error(text("Shape: a size cannot be negative, got %lld", size));
    return static_cast<std::size_t>(size);
  }
  std::vector<std::size_t> sizes_;
};

using Shapes = std::vector<Shape>;

}  // namespace nn
