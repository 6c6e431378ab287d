// IDX, the format of MNIST's images and labels.
#pragma once

#include <string>
#include <string_view>

#include "common/base/matrix.hpp"
#include "common/base/shape.hpp"

namespace nn {

// An IDX file of unsigned bytes, plain or gzip: one row per item, values as stored (0 ... 255).
// Refuses a file whose length is not the one that its header promises, and one of more than 1 GiB
// unpacked.
struct Idx {
  Matrix values;  // items x (product of the other sizes)
  Shape shape;    // of one item: (28, 28); () for labels
};
Idx read_idx(const std::string& name);                                        // by find_data
Idx parse_idx(std::string_view bytes, const std::string& name = "IDX data");  // a file's contents

}  // namespace nn
