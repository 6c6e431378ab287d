// TensorBoard: what a training does, as event files that TensorBoard shows while it runs.
//
//   model.fit(X, Y, {.callbacks = {nn::TensorBoard("logs", {.histogram_freq = 1})}});
//   tensorboard --logdir logs                                            (pip install tensorboard)
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "common/files/protobuf_writer.hpp"
#include "common/model/model.hpp"

namespace nn {

struct TensorBoardOptions {
  int histogram_freq = 0;   // histograms of weights and gradients every so many epochs; 0: none
  int update_freq = 0;      // scores every so many batches, besides those of each epoch; 0: none
  bool write_graph = true;  // the layers and how they are joined
};

// As Keras lays it out: the runs `train` and `validation` under the folder, scores tagged
// "epoch_loss", "batch_loss", "epoch_learning_rate"; a weight's histogram is tagged
// "dense/kernel/histogram", that of its gradient in the last batch of the epoch
// "dense/kernel/gradient". Every fit writes files of its own. What was written is on the disk when
// the epoch ends.
class TensorBoard : public Callback {
 public:
  explicit TensorBoard(std::filesystem::path folder = "logs", TensorBoardOptions options = {});
  void on_train_begin(Model& model) override;
  void on_batch_end(Model& model, int epoch, int batch, const Scores& scores) override;
  void on_epoch_end(Model& model, int epoch, const Scores& scores) override;

 private:
  void write_histograms(Model& model, int epoch);

  std::filesystem::path folder_;
  TensorBoardOptions options_;
  std::shared_ptr<class EventFile> train_, validation_;
};

// ---- Event files -------------------------------------------------------------------------------

// A file of events, which grows; each is a record that a reader can check.
class EventFile {
 public:
  // Makes the folder and a file in it whose name no other training uses.
  explicit EventFile(const std::filesystem::path& folder);
  // Appends a record and flushes it. Throws Error with the path and the system's reason.
  void write(const ProtobufMessage& event);

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

// The parts, for tests: an event with one score at a step, one with the histogram of a matrix in 30
// bars (numbers that are not finite are left out), one with a model's graph. wall_time: seconds
// since 1970.
ProtobufMessage scalar_event(double wall_time, std::int64_t steps, const std::string& tag,
                             double value);
ProtobufMessage histogram_event(double wall_time, std::int64_t steps, const std::string& tag,
                                const Matrix& values);
ProtobufMessage graph_event(double wall_time, const Network& network);

// TFRecord: length (8 bytes), its checksum (4), the bytes, their checksum (4).
std::string record(const std::string& bytes);

// CRC-32C (Castagnoli; RFC 3720 B.4).
std::uint32_t crc32c(const std::string& bytes);

}  // namespace nn
