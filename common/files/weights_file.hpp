// Where the weights of a model stand in a file: Keras 3's layout of .weights.h5.
//
//   layers/dense/vars/0, 1              kernel and bias of the first Dense
//   layers/dense_1/vars/0, 1            of the second, whatever the layers are called
//   layers/lstm/cell/vars/0, 1, 2       a recurrent layer keeps them in its cell
//   layers/sequential/layers/dense/...  of a model used as a layer
//   optimizer/vars/0, 1, 2 ...          steps taken, learning rate, slots
//
// The numbers after the names count the layers of a class in Keras's order, so that a file fits to
// a model of the same architecture. A layer used twice stands there once.
#pragma once

#include <string>
#include <vector>

#include "common/files/hdf5_file.hpp"
#include "common/model/model.hpp"

namespace nn {

struct StoredWeight {
  std::string path = "";   // "layers/dense_1/vars/0"
  std::string group = "";  // "layers/dense_1/vars"
  std::string layer = "";  // for messages: Dense "hidden1"
  Weight* weight = nullptr;
  std::vector<std::size_t> shape = {};  // of Keras's array
};

std::vector<StoredWeight> stored_weights(const Network& network);

// An array in Keras's shape, and back. Both hold the same rows one after the other.
Hdf5Array to_array(const Matrix& matrix, std::vector<std::size_t> shape);
Matrix to_matrix(const Hdf5Array& array, std::size_t rows, std::size_t columns);

void put_weights(const Network& network, Hdf5Content& content);

// New values of stored_weights(network), in that order. Throws Error, which begins with `file`,
// unless the content has exactly these weights, all of them finite.
std::vector<Matrix> find_weights(const Network& network, const Hdf5Content& content,
                                 const std::string& file);
// Makes them the network's.
void put_back(const Network& network, const std::vector<Matrix>& values);

}  // namespace nn
