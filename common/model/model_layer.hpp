// A model as a layer of another: it runs the inner network with memory of its own for each call.
#pragma once

#include "common/model/network.hpp"

namespace nn {

class ModelLayer : public MergeLayer {
 public:
  ModelLayer(std::shared_ptr<Network> network, std::string model_type)
      : MergeLayer(std::move(model_type)), network_(std::move(network)) {}

  void set_trainable(bool value) override;
  Shape merged_shape(const Shapes& inputs) override;
  // Makes the memory of a call, while the layers inside are frozen or not as now.
  void start(Call& call) const;
  void merge(const Inputs& X, Matrix& Z, Call& call) override;
  void split(const Inputs& X, const Matrix& delta, const Gradients& dX, Call& call) override;
  std::vector<Weight*> weights() override;
  std::vector<std::shared_ptr<Layer>> inner_layers() const override {
    return network_->all_layers();
  }
  const Network& network() const { return *network_; }

 private:
  std::shared_ptr<Network> network_;
};

}  // namespace nn
