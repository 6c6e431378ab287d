#include "common/files/model_file.hpp"

#include <map>

#include "common/files/architecture.hpp"
#include "common/files/weights_file.hpp"

namespace nn {

namespace {

// ---- The optimizer: steps, rate if it is a number, slots; Keras's order ------------------------

std::string variable(std::size_t number) { return "optimizer/vars/" + std::to_string(number); }

void put_optimizer(const Model& model, Optimizer optimizer, Hdf5Content& content) {
  std::map<const Weight*, std::vector<std::size_t>> shapes;  // of the weights, as Keras has them
  for (const StoredWeight& stored : stored_weights(model.network()))
    shapes[stored.weight] = stored.shape;
  const std::vector<Parameter> trained = model.trained_parameters();

  std::size_t number = 0;
  content.group_names["optimizer/vars"] = snake_case(optimizer.name());
  content.arrays[variable(number++)] = {
      {}, {static_cast<double>(optimizer.iterations())}, NumberType::int64};
  if (optimizer.schedule().is_constant())
    content.arrays[variable(number++)] = {{}, {optimizer.base_learning_rate()}};
  for (const OptimizerSlot& slot : optimizer.slots())
    content.arrays[variable(number++)] = to_array(*slot.value, shapes[trained[slot.weight].weight]);
}

// The slots' new values, in the order of slots(); none if the file is of before the first step.
std::vector<Matrix> find_slots(Model& model, const Hdf5Content& content, const std::string& file) {
  Optimizer& optimizer = model.optimizer();
  const std::string who = file + ": " + optimizer.name();
  std::size_t first = optimizer.schedule().is_constant() ? 2 : 1, count = 0;
  while (content.arrays.count(variable(count)) > 0) ++count;
  if (count < first) throw Error(text("%s: the file has no state of the optimizer", who.c_str()));
  if (count == first) return {};
  const std::vector<Parameter> trained = model.trained_parameters();
  std::vector<Weight*> weights;
  for (const Parameter& parameter : trained) weights.push_back(parameter.weight);
  optimizer.build(weights);
  const std::vector<OptimizerSlot> slots = optimizer.slots();
  if (count - first != slots.size())
    throw Error(
        text("%s: the file has %zu slots, expected %zu", who.c_str(), count - first, slots.size()));
  std::vector<Matrix> values;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const Hdf5Array& array = content.arrays.at(variable(first + i));
    const Matrix& present = *slots[i].value;
    if (array.values.size() != present.n_elem)
      throw Error(text("%s: %s of %s has shape %s in the file, expected %s", who.c_str(),
                       slots[i].name.c_str(), trained[slots[i].weight].name.c_str(),
                       Shape(array.shape).str().c_str(), shape_text(present).c_str()));
    values.push_back(to_matrix(array, present.n_rows, present.n_cols));
  }
  return values;
}

// ---- What fit has reached ----------------------------------------------------------------------

const std::string kState = "training_state/";

void put_training(const Model& model, Hdf5Content& content) {
  SavedState state;
  Model(model).remember(state);  // a copy shares everything
  for (const auto& [name, numbers] : state.all())
    content.arrays[kState + name] = {{numbers.size()}, numbers, NumberType::float64};
}

SavedState find_training(const Hdf5Content& content) {
  SavedState::All all;
  for (const auto& [path, array] : content.arrays)
    if (path.compare(0, kState.size(), kState) == 0) all[path.substr(kState.size())] = array.values;
  return SavedState(std::move(all));
}

// Weights, optimizer and training state; nothing changes unless all of them fit.
void load_all(Model& model, const Hdf5Content& content, const std::string& file) {
  const std::vector<Matrix> values = find_weights(model.network(), content, file);
  const std::vector<Matrix> slot_values = find_slots(model, content, file);
  SavedState training = find_training(content);
  try {
    if (!training.all().empty()) model.remember(training);  // none: saved before training
  } catch (const Error& error) {
    throw Error(file + ": " + error.what());
  }
  put_back(model.network(), values);
  if (slot_values.empty()) model.optimizer().forget();
  const std::vector<OptimizerSlot> slots = model.optimizer().slots();
  for (std::size_t i = 0; i < slot_values.size(); ++i) *slots[i].value = slot_values[i];
}

}  // namespace

void save_checkpoint(const Model& model, const std::string& path) {
  Hdf5Content content;
  put_weights(model.network(), content);
  if (!model.compile_options()) throw Error("save_checkpoint: the model is not compiled");
  put_optimizer(model, model.compile_options()->optimizer, content);
  put_training(model, content);
  write_hdf5(path, content);
}

void load_checkpoint(Model& model, const std::string& path) {
  load_all(model, read_hdf5(path), path);
}

void Model::save(const std::string& path) const {
  Hdf5Content content;
  put_weights(network(), content);
  content.texts["model_config"] = to_json();
  if (compile_options()) {
    content.texts["compile_config"] = compile_options_to_json(*compile_options());
    put_optimizer(*this, compile_options()->optimizer, content);
    put_training(*this, content);
  }
  write_hdf5(path, content);
}

Model load_model(const std::string& path) {
  const Hdf5Content content = read_hdf5(path);
  const auto config = content.texts.find("model_config");
  if (config == content.texts.end())
    throw Error(path + ": there are weights but no layers; make the model and call load_weights");
  try {
    Model model = model_from_json(config->second);
    const auto compiled = content.texts.find("compile_config");
    if (compiled != content.texts.end()) {
      model.compile(compile_options_from_json(compiled->second));
      load_all(model, content, path);
      return model;
    }
    put_back(model.network(), find_weights(model.network(), content, path));
    return model;
  } catch (const Error& error) {
    const std::string sentence = error.what();
    throw Error(sentence.compare(0, path.size(), path) == 0 ? sentence : path + ": " + sentence);
  }
}

}  // namespace nn
