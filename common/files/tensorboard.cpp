#include "common/files/tensorboard.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>

#include "common/files/checksum.hpp"

namespace nn {

namespace fs = std::filesystem;

// ---- Records -----------------------------------------------------------------------------------

std::uint32_t crc32c(const std::string& bytes) { return crc<std::uint32_t, 0x82f63b78>(bytes); }

std::string record(const std::string& bytes) {
  // A checksum of bytes that hold their own checksum would always be the same: it is turned by 15
  // bits, plus a number.
  const auto masked = [](const std::string& part) {
    const std::uint32_t crc = crc32c(part);
    return static_cast<std::uint32_t>((crc >> 15 | crc << 17) + 0xa282ead8u);
  };
  std::string whole;
  append_little_endian(bytes.size(), 8, whole);
  append_little_endian(masked(whole), 4, whole);
  whole += bytes;
  append_little_endian(masked(bytes), 4, whole);
  return whole;
}

// ---- Events: event.proto, summary.proto, graph.proto of TensorBoard ----------------------------

namespace {

double now() {
  using std::chrono::duration, std::chrono::system_clock;
  return duration<double>(system_clock::now().time_since_epoch()).count();
}

ProtobufMessage event_at(double wall_time, std::int64_t steps) {
  ProtobufMessage event;
  event.float64(1, wall_time);
  if (steps != 0) event.whole(2, steps);  // a number that is 0 is left out
  return event;
}

// An event with one value of a summary; `fill` writes it.
template <class Fill>
ProtobufMessage summary_event(double wall_time, std::int64_t steps, const std::string& tag,
                              Fill fill) {
  ProtobufMessage value, summary, event = event_at(wall_time, steps);
  value.string(1, tag);
  fill(value);
  summary.message(1, value);
  event.message(5, summary);
  return event;
}

ProtobufMessage shape_message(const Shape& shape) {  // TensorShapeProto, -1 for the batch
  ProtobufMessage message, batch;
  batch.whole(1, -1);
  message.message(2, batch);
  for (const std::size_t size : shape.sizes()) {
    ProtobufMessage dimension;
    dimension.whole(1, static_cast<std::int64_t>(size));
    message.message(2, dimension);
  }
  return message;
}

// NodeDef.attr: a map is a list of messages of key (1) and value (2).
void add_attribute(ProtobufMessage& node, const std::string& key, const ProtobufMessage& value) {
  ProtobufMessage entry;
  entry.string(1, key);
  entry.message(2, value);
  node.message(5, entry);
}

}  // namespace

ProtobufMessage scalar_event(double wall_time, std::int64_t steps, const std::string& tag,
                             double score) {
  return summary_event(wall_time, steps, tag, [&](ProtobufMessage& value) {
    value.float32(2, static_cast<float>(score));  // simple_value
  });
}

ProtobufMessage histogram_event(double wall_time, std::int64_t steps, const std::string& tag,
                                const Matrix& values) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  double n = 0.0, sum = 0.0, squares = 0.0;
  const auto each_finite = [&](auto action) {
    for (const Real value : values)
      if (std::isfinite(value)) action(static_cast<double>(value));
  };
  each_finite([&](double value) {
    low = std::min(low, value), high = std::max(high, value);
    n += 1.0, sum += value, squares += value * value;
  });
  if (n == 0.0) low = high = 0.0;
  const std::size_t bars = high > low ? 30 : 1;
  const double width = (high - low) / static_cast<double>(bars);
  std::vector<double> limits(bars), counts(bars, 0.0);
  for (std::size_t i = 0; i < bars; ++i)
    limits[i] = i + 1 == bars ? high : low + width * static_cast<double>(i + 1);
  each_finite([&](double value) {
    const double bar = width > 0.0 ? (value - low) / width : 0.0;
    counts[std::min(static_cast<std::size_t>(bar), bars - 1)] += 1.0;
  });
  return summary_event(wall_time, steps, tag, [&](ProtobufMessage& value) {
    ProtobufMessage histogram;
    int field = 1;
    for (const double number : {low, high, n, sum, squares}) histogram.float64(field++, number);
    histogram.float64s(6, limits);
    histogram.float64s(7, counts);
    value.message(5, histogram);
  });
}

ProtobufMessage graph_event(double wall_time, const Network& network) {
  std::vector<std::string> names;  // of the nodes; the second call of a layer has a name of its own
  std::map<std::string, int> calls;
  ProtobufMessage graph;
  for (const NetworkNode& node : network.nodes()) {
    const int call = calls[node.layer->name]++;
    names.push_back(node.layer->name + (call > 0 ? text("_call_%d", call) : ""));
    ProtobufMessage message, shapes, shape_list, parameters;
    message.string(1, names.back());
    message.string(2, node.layer->type);
    for (const std::size_t input : node.inputs) message.string(3, names[input]);
    shape_list.message(7, shape_message(node.shape));
    shapes.message(1, shape_list);
    add_attribute(message, "_output_shapes", shapes);
    for (const Weight* weight : node.layer->weights()) {
      ProtobufMessage description;
      description.string(2, shape_text(weight->value));
      add_attribute(message, weight->name, description);
    }
    graph.message(1, message);
  }
  ProtobufMessage event = event_at(wall_time, 0);
  event.string(4, graph.bytes());
  return event;
}

// ---- The file ----------------------------------------------------------------------------------

EventFile::EventFile(const fs::path& folder) {
  static std::atomic<int> files{0};
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  path_ = folder / text("events.out.tfevents.%010lld.%s.%ld.%d", static_cast<long long>(now()),
                        host, static_cast<long>(::getpid()), files++);
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem)
    throw Error(text("TensorBoard: cannot make the folder %s (%s)", folder.c_str(),
                     problem.message().c_str()));
  errno = 0;
  file_.open(path_, std::ios::binary);
  if (!file_)
    throw Error(text("TensorBoard: cannot write %s (%s)", path_.c_str(), std::strerror(errno)));
  ProtobufMessage version = event_at(now(), 0);
  version.string(3, "brain.Event:2");
  write(version);
}

void EventFile::write(const ProtobufMessage& event) {
  const std::string bytes = record(event.bytes());
  errno = 0;
  file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file_.flush();
  if (!file_)
    throw Error(text("TensorBoard: cannot write %s (%s)", path_.c_str(), std::strerror(errno)));
}

// ---- The callback ------------------------------------------------------------------------------

TensorBoard::TensorBoard(fs::path folder, TensorBoardOptions options)
    : folder_(std::move(folder)), options_(options) {
  for (const auto& [name, value] : {std::pair{"histogram_freq", options_.histogram_freq},
                                    std::pair{"update_freq", options_.update_freq}})
    if (value < 0) throw Error(text("TensorBoard: %s is %d, expected at least 0", name, value));
}

void TensorBoard::on_train_begin(Model& model) {
  train_ = std::make_shared<EventFile>(folder_ / "train");
  validation_ = nullptr;
  if (options_.write_graph) train_->write(graph_event(now(), model.network()));
}

void TensorBoard::on_batch_end(Model& model, int, int batch, const Scores& scores) {
  if (options_.update_freq == 0 || (batch + 1) % options_.update_freq != 0) return;
  const std::int64_t steps = model.optimizer().iterations();
  train_->write(scalar_event(now(), steps, "batch_loss", scores.loss));
  for (const auto& [name, value] : scores.others)
    if (name.rfind("val_", 0) != 0)  // those are measured at the end of the epoch
      train_->write(scalar_event(now(), steps, "batch_" + name, value));
}

void TensorBoard::on_epoch_end(Model& model, int epoch, const Scores& scores) {
  train_->write(scalar_event(now(), epoch, "epoch_loss", scores.loss));
  for (const auto& [name, value] : scores.others) {
    const bool validates = name.rfind("val_", 0) == 0;
    if (validates && !validation_)
      validation_ = std::make_shared<EventFile>(folder_ / "validation");
    EventFile& file = validates ? *validation_ : *train_;
    file.write(scalar_event(now(), epoch, "epoch_" + name.substr(validates ? 4 : 0), value));
  }
  train_->write(
      scalar_event(now(), epoch, "epoch_learning_rate", model.optimizer().learning_rate()));
  if (options_.histogram_freq > 0 && epoch % options_.histogram_freq == 0)
    write_histograms(model, epoch);
}

void TensorBoard::write_histograms(Model& model, int epoch) {
  for (const Parameter& parameter : model.network().parameters()) {
    const Weight& weight = *parameter.weight;
    train_->write(histogram_event(now(), epoch, parameter.name + "/histogram", weight.value));
    if (parameter.trainable)
      train_->write(histogram_event(now(), epoch, parameter.name + "/gradient", weight.gradient));
  }
}

}  // namespace nn
