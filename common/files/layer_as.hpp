// A layer as the class that its type says.
#pragma once

#include "common/layers/layer.hpp"

namespace nn {

// A program's own class may have the name of one of the library's: then it is refused.
template <class L>
const L& layer_as(const Layer& layer, const char* who) {
  const auto* own = dynamic_cast<const L*>(&layer);
  if (!own)
    throw Error(text("%s: %s has the type of one of the library's layers, but is another class",
                     who, layer.title().c_str()));
  return *own;
}

}  // namespace nn
