#include "common/files/weights_file.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "common/base/checks.hpp"
#include "common/layers/conv2d.hpp"
#include "common/layers/recurrent.hpp"
#include "common/model/model_layer.hpp"

namespace nn {

namespace {

// ---- The order of the layers -------------------------------------------------------------------

// Keras numbers the layers of a Functional model from the one farthest from the outputs to the
// nearest, and those at the same distance in the order in which a walk back from the outputs, depth
// first, meets them.
class KerasOrder {
 public:
  explicit KerasOrder(const Network& network) : network_(network), done_(network.nodes().size()) {
    for (const std::size_t output : network.outputs()) walk_back(output);
    std::vector<std::size_t> distance(network.nodes().size());
    for (auto node = finished_.rbegin(); node != finished_.rend(); ++node) {
      const NetworkNode& here = network.nodes()[*node];
      std::size_t& of_layer = distance_[here.layer.get()];  // a shared layer's largest so far
      of_layer = distance[*node] = std::max(distance[*node], of_layer);
      for (const std::size_t input : here.inputs)
        distance[input] = std::max(distance[input], of_layer + 1);
    }
  }

  std::vector<std::shared_ptr<Layer>> layers() const {
    std::vector<std::shared_ptr<Layer>> sorted;
    for (const auto& layer : network_.layers())
      if (met_.count(layer.get())) sorted.push_back(layer);
    std::sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) {
      const std::size_t far_a = distance_.at(a.get()), far_b = distance_.at(b.get());
      return far_a != far_b ? far_a > far_b : met_.at(a.get()) < met_.at(b.get());
    });
    return sorted;
  }

 private:
  void walk_back(std::size_t node) {
    if (done_[node]) return;
    done_[node] = true;
    const NetworkNode& here = network_.nodes()[node];
    met_.emplace(here.layer.get(), met_.size());
    for (const std::size_t input : here.inputs) walk_back(input);
    finished_.push_back(node);
  }

  const Network& network_;
  std::vector<bool> done_;
  std::vector<std::size_t> finished_;
  std::map<const Layer*, std::size_t> met_, distance_;
};

// ---- The places in the file --------------------------------------------------------------------

std::vector<std::size_t> keras_shape(const Layer& layer, const Weight& weight) {
  const Matrix& value = weight.value;
  const auto* convolution = dynamic_cast<const Conv2DLayer*>(&layer);
  if (convolution && weight.name == "kernel") {
    const Size2D size = convolution->kernel_size;
    return {size.height, size.width, value.n_rows / (size.height * size.width), value.n_cols};
  }
  for (const char* list : {"bias", "gamma", "beta", "moving_mean", "moving_variance"})
    if (weight.name == list && value.n_rows == 1) return {value.n_cols};
  return {value.n_rows, value.n_cols};
}

struct Place {
  std::string path;  // "layers/lstm"
  std::shared_ptr<Layer> layer;
};

// The layers in Keras's order, those of inner models in the place of the model. A Sequential is a
// chain, for which that is the order of its layers.
void collect(const Network& network, const std::string& path, std::set<const Layer*>& seen,
             std::vector<Place>& places) {
  std::map<std::string, int> used;
  for (const auto& layer : KerasOrder(network).layers()) {
    if (dynamic_cast<const InputLayer*>(layer.get())) continue;
    const std::string base = snake_case(layer->type);
    const int number = used[base]++;
    if (!seen.insert(layer.get()).second) continue;  // shared: it stands where it came first
    const std::string here =
        path + "layers/" + base + (number > 0 ? "_" + std::to_string(number) : "");
    places.push_back({here, layer});
    if (const auto* model = dynamic_cast<const ModelLayer*>(layer.get()))
      collect(model->network(), here + "/", seen, places);
  }
}

std::vector<Place> places_of(const Network& network) {
  std::set<const Layer*> seen;
  std::vector<Place> places;
  collect(network, "", seen, places);
  return places;
}

bool begins_with(const std::string& name, const std::string& beginning) {
  return name.compare(0, beginning.size(), beginning) == 0;
}

std::string list_text(const std::vector<std::size_t>& shape) { return Shape(shape).str(); }

}  // namespace

std::vector<StoredWeight> stored_weights(const Network& network) {
  std::vector<StoredWeight> all;
  for (const Place& place : places_of(network)) {
    if (dynamic_cast<const ModelLayer*>(place.layer.get())) continue;  // its layers have them
    const bool has_cell = dynamic_cast<const RecurrentLayer*>(place.layer.get()) != nullptr;
    const std::string group = place.path + (has_cell ? "/cell/vars" : "/vars");
    std::size_t number = 0;
    for (Weight* weight : place.layer->weights())
      all.push_back({group + "/" + std::to_string(number++), group, place.layer->title(), weight,
                     keras_shape(*place.layer, *weight)});
  }
  return all;
}

Hdf5Array to_array(const Matrix& matrix, std::vector<std::size_t> shape) {
  Hdf5Array array;
  array.shape = std::move(shape);
  array.values.reserve(matrix.n_elem);
  for (std::size_t i = 0; i < matrix.n_rows; ++i)
    for (std::size_t j = 0; j < matrix.n_cols; ++j) array.values.push_back(matrix.at(i, j));
  return array;
}

Matrix to_matrix(const Hdf5Array& array, std::size_t rows, std::size_t columns) {
  if (array.values.size() != rows * columns)
    throw Error(text("%zu numbers are no (%zu, %zu) matrix", array.values.size(), rows, columns));
  Matrix matrix(rows, columns);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      matrix.at(i, j) = static_cast<Real>(array.values[i * columns + j]);
  return matrix;
}

// ---- Writing and reading -----------------------------------------------------------------------

void put_weights(const Network& network, Hdf5Content& content) {
  for (const StoredWeight& stored : stored_weights(network))
    content.arrays[stored.path] = to_array(stored.weight->value, stored.shape);
  for (const Place& place : places_of(network)) {
    const bool has_cell = dynamic_cast<const RecurrentLayer*>(place.layer.get()) != nullptr;
    content.group_names[place.path + "/vars"] = place.layer->name;
    if (has_cell) content.group_names[place.path + "/cell/vars"] = place.layer->name + "_cell";
  }
}

std::vector<Matrix> find_weights(const Network& network, const Hdf5Content& content,
                                 const std::string& file) {
  const auto has = [&](const std::string& beginning) {
    const auto at = content.arrays.lower_bound(beginning);
    return at != content.arrays.end() && begins_with(at->first, beginning);
  };
  if (!has("layers/")) {
    const bool keras2 = has("model_weights/") || has("top_level_model_weights/");
    throw Error(text("%s: there are no weights in Keras 3's layout%s", file.c_str(),
                     keras2 ? ", but in that of Keras 2; load and save it with Keras 3" : ""));
  }

  std::vector<Matrix> values;
  std::set<std::string> expected;
  for (const StoredWeight& stored : stored_weights(network)) {
    expected.insert(stored.path);
    const std::string who =
        text("%s: %s (%s)", file.c_str(), stored.layer.c_str(), stored.group.c_str());
    const char* name = stored.weight->name.c_str();
    const auto found = content.arrays.find(stored.path);
    if (found == content.arrays.end())
      throw Error(text("%s: the file has no %s, expected %s", who.c_str(), name,
                       list_text(stored.shape).c_str()));
    const Hdf5Array& array = found->second;
    if (array.shape != stored.shape)
      throw Error(text("%s: %s is %s in the file, expected %s", who.c_str(), name,
                       list_text(array.shape).c_str(), list_text(stored.shape).c_str()));
    values.push_back(to_matrix(array, stored.weight->rows, stored.weight->columns));
    require_finite(who, name, values.back());
  }
  // Older versions of Keras 3 also keep the state of random numbers there (seed_generator).
  for (const auto& [path, array] : content.arrays)
    if (begins_with(path, "layers/") && !expected.count(path) &&
        path.find("/seed_generator/") == std::string::npos)
      throw Error(text("%s: the file has weights %s %s, for which the model has no layer",
                       file.c_str(), path.c_str(), list_text(array.shape).c_str()));
  return values;
}

void put_back(const Network& network, const std::vector<Matrix>& values) {
  const std::vector<StoredWeight> weights = stored_weights(network);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i].weight->value = values[i];
}

void Model::save_weights(const std::string& path) const {
  Hdf5Content content;
  put_weights(network(), content);
  write_hdf5(path, content);
}

void Model::load_weights(const std::string& path) {
  put_back(network(), find_weights(network(), read_hdf5(path), path));
}

}  // namespace nn
