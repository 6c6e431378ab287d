// A trained model as an ONNX file (onnx.ai), which other programs can run: onnxruntime, OpenCV,
// browsers, phones; netron.app draws it.
//
//   nn::save_onnx(model, "digits.onnx");
#pragma once

#include <filesystem>

#include "common/model/model.hpp"

namespace nn {

// Writes what the model computes when it predicts (no dropout, no noise), with operators of ONNX's
// version 17 and numbers in float32. The inputs are named as the Input layers and have the shapes
// (batch, features), (batch, height, width, channels) ..., as everywhere in this library; the
// outputs are named as the layers that compute them. Throws Error, and writes nothing, for a layer
// that ONNX has no operators for (Lambda, a class of your own).
void save_onnx(const Model& model, const std::filesystem::path& path);

}  // namespace nn
