// MatrixList: the data of a model, one matrix or one per input (output).
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <type_traits>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

// X, or {headlines, extra}. A Matrix is referred
// to, never copied, and must outlive the call; another Armadillo expression is computed once.
class MatrixList {
 public:
  MatrixList() = default;
  template <class T>
  requires(arma::is_arma_type<T>::value || arma::is_arma_cube_type<T>::value)
      MatrixList(const T& X) {  // NOLINT: implicit on purpose
    if constexpr (std::is_base_of_v<Matrix, T>)
      matrices_.push_back(&X);
    else if constexpr (std::is_same_v<typename T::elem_type, Real>)
      own(Matrix(X));
    else
      own(arma::conv_to<Matrix>::from(X));
  }
  MatrixList(std::initializer_list<std::reference_wrapper<const Matrix>> list) {
    for (const Matrix& X : list) matrices_.push_back(&X);
  }
  static MatrixList of(const std::vector<Matrix>& matrices) {
    MatrixList list;
    for (const Matrix& X : matrices) list.matrices_.push_back(&X);
    return list;
  }

  std::size_t size() const { return matrices_.size(); }
  bool empty() const { return matrices_.empty(); }
  const Matrix& operator[](std::size_t i) const { return *matrices_[i]; }

 private:
  void own(Matrix X) {
    owned_.push_back(std::make_shared<const Matrix>(std::move(X)));
    matrices_.push_back(owned_.back().get());
  }
  std::vector<const Matrix*> matrices_;
  std::vector<std::shared_ptr<const Matrix>> owned_;
};

}  // namespace nn
