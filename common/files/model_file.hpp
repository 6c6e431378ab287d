// A whole model in one file, and a training that can go on.
//
//   model.save("model.h5");                             nn::load_model("model.h5").fit(...);
//
// The file is HDF5: the weights as in a .weights.h5 of Keras, which can load them from it; the
// optimizer's numbers where Keras keeps them; the layers and the compile options as JSON
// (model_config, compile_config); training_state, lists of numbers that Keras does not know.
#pragma once

#include <string>

#include "common/model/model.hpp"

namespace nn {

// A checkpoint: weights, optimizer and what fit has reached, for the same program to go on with. The
// model may have layers that JSON cannot hold.
void save_checkpoint(const Model& model, const std::string& path);

// Back, all or nothing: a file that does not fit the model, its optimizer or the running fit is
// refused by a sentence that begins with the path.
void load_checkpoint(Model& model, const std::string& path);

}  // namespace nn
