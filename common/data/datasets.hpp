// The data sets of the notes: inputs and classes.
#pragma once

#include <string>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

struct Dataset {
  Matrix X;
  Indices y;  // class of each row
  std::vector<std::string> feature_names;
  std::vector<std::string> class_names;
};
Dataset load_iris();    // 150 x 4, three species, in the file's order
Dataset load_digits();  // 1797 x 64, pixels / 16

// Fashion-MNIST, 60000 and 10000 x 784, pixels / 255: from data_folders(), where it lies in a folder
// fashion-mnist/ or by itself, or from the folder of Debian's package dataset-fashion-mnist. Refuses
// files that are not this data set.
struct ImageSets {
  Dataset train, test;
};
bool have_fashion_mnist();
ImageSets load_fashion_mnist();

}  // namespace nn
