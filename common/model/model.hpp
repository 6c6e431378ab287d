// Model: any directed acyclic graph of layers. Sequential: layers in a row.
//
//   nn::Sequential model;
//   model.add(nn::Dense(64, {.activation = nn::relu, .input_shape = {20}}));
//   model.add(nn::Dense(10, {.activation = nn::softmax}));
//   model.compile({.optimizer = nn::Adam(), .loss = nn::categorical_crossentropy,
//                  .metrics = {nn::accuracy}});
//   model.fit(X, Y, {.epochs = 20, .batch_size = 128});
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/model/network.hpp"
#include "common/model/options.hpp"

namespace nn {

struct ModelOptions {
  std::string name = "";
};

class Trainer;

// A model is a handle like a layer's: copies share everything, and calling it on tensors uses it as
// a layer of another model.
class Model : public LayerHandle {
 public:
  Model(const Tensor& input, const Tensor& output, ModelOptions options = {});
  Model(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
        ModelOptions options = {});
  virtual ~Model() = default;

  // ---- Structure
  const Network& network() const;
  std::vector<LayerHandle> layers() const;               // without the inputs' own
  LayerHandle get_layer(const std::string& name) const;  // refuses an unknown name
  std::string summary_text() const;                      // as Keras prints it
  void summary() const;
  std::string to_dot() const;   // the graph for Graphviz
  std::string to_json() const;  // the architecture, for nn::model_from_json (see architecture.hpp)

  // ---- Training. X (n x inputs) and Y (n x outputs) have a sample in each row; a model with
  // several inputs or outputs takes one matrix for each, {X1, X2}. All throw Error for a shape that
  // does not fit, for no rows and for NaN or infinity, and all but predict before compile.
  // Optimizer, losses and metrics; throws Error if their numbers do not fit the outputs'.
  void compile(const CompileOptions& options);
  // Trains on top of what was learned before; returns the scores of every epoch.
  History fit(const MatrixList& X, const MatrixList& Y, const FitOptions& options = {});
  // Mean loss and metrics, without training.
  Scores evaluate(const MatrixList& X, const MatrixList& Y, const EvaluateOptions& options = {});
  // The outputs, n rows each.
  Predictions predict(const MatrixList& X, const PredictOptions& options = {});
  // One step with these rows as the batch; returns the scores before it.
  Scores train_on_batch(const MatrixList& X, const MatrixList& Y,
                        const MatrixList& sample_weight = {});

  // For callbacks.
  Optimizer& optimizer();
  void stop_training();
  bool interrupted() const;  // whether Ctrl-C ended the last fit
  Rng& rng();                // the training's stream: shuffling and random masks

  // ---- Files. They are written whole or not at all; a file that does not fit is refused by one
  // sentence and changes nothing.
  void save_weights(const std::string& path) const;  // HDF5 as Keras 3 lays out .weights.h5
  void load_weights(const std::string& path);        // one of ours or one of Keras's
  void save(const std::string& path) const;  // also layers, compile options and optimizer's state

  // For files, and for what attaches to a training.
  const CompileOptions* compile_options() const { return compiled_.get(); }  // null: not compiled
  Trainer& trainer(const char* who = "Model");        // throws Error, naming who, before compile
  std::vector<Parameter> trained_parameters() const;  // what steps change: those of compile
  // What fit has reached, without weights and the optimizer's slots: into the state or out of it.
  void remember(SavedState& state);

 protected:
  friend Model model_from_json(const std::string& json);
  Model() = default;
  void assemble(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
                const std::string& type, const std::string& name);
  virtual void prepare(const MatrixList&) {}  // a Sequential without input_shape builds itself here

 private:
  std::shared_ptr<const CompileOptions> compiled_;
  std::shared_ptr<Trainer> trainer_;
};

// Layers in a row. The first one's input_shape, or else the first data, says what comes in.
class Sequential : public Model {
 public:
  Sequential() = default;
  Sequential(std::initializer_list<LayerHandle> layers, const ModelOptions& options = {});

  // Throws Error if the layer does not take what the last one gives.
  void add(const LayerHandle& layer);

  // As a layer of another model; without an input shape of its own it takes the tensor's.
  using Model::operator();
  Tensor operator()(const Tensor& input);

 protected:
  void prepare(const MatrixList& X) override;

 private:
  void start(const Shape& input_shape);
  std::vector<LayerHandle> stack_;
  Tensor input_, output_;
  bool started_ = false;
  std::string name_;
};

Model load_model(const std::string& path);  // as save wrote it: goes on training where it was
Model model_from_json(const std::string& json);

}  // namespace nn
