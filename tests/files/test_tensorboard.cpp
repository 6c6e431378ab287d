// Event files: checksums with their published values, an event as TensorBoard writes it, what a
// training leaves. (tests/golden/check_tensorboard.py has TensorBoard's own reader read them.)
#include "common/files/tensorboard.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "common/files/history_files.hpp"
#include "common/layers/dense.hpp"
#include "common/model/callbacks.hpp"
#include "tests/helpers.hpp"

namespace fs = std::filesystem;
using nn::Matrix;

namespace {

std::string hex(const std::string& bytes) {
  std::string digits;
  for (const unsigned char byte : bytes) digits += nn::text("%02x", byte);
  return digits;
}

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

// The bytes of the records of the only event file in a folder; their checksums must be right.
std::vector<std::string> events(const fs::path& folder) {
  std::vector<fs::path> files(fs::directory_iterator(folder), {});
  BOOST_TEST_REQUIRE(files.size() == 1U);
  const std::string bytes = read(files[0]);
  std::vector<std::string> records;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 8; ++i)
      length |= std::size_t{static_cast<unsigned char>(bytes.at(at + i))} << (8 * i);
    records.push_back(bytes.substr(at + 12, length));
    BOOST_TEST_REQUIRE(bytes.substr(at, length + 16) == nn::record(records.back()));
    at += length + 16;
  }
  return records;
}

// How many of the records hold this text.
std::size_t count(const std::vector<std::string>& records, const std::string& tag) {
  std::size_t n = 0;
  for (const std::string& record : records) n += record.find(tag) != std::string::npos;
  return n;
}

}  // namespace

BOOST_AUTO_TEST_CASE(crc32c_has_the_published_values) {  // RFC 3720, B.4
  std::string ascending, descending;
  for (int i = 0; i < 32; ++i) {
    ascending += static_cast<char>(i);
    descending += static_cast<char>(31 - i);
  }
  BOOST_TEST(nn::crc32c(std::string(32, '\0')) == 0x8a9136aau);
  BOOST_TEST(nn::crc32c(std::string(32, '\xff')) == 0x62a8ab43u);
  BOOST_TEST(nn::crc32c(ascending) == 0x46dd794eu);
  BOOST_TEST(nn::crc32c(descending) == 0x113fdb5cu);
  BOOST_TEST(nn::crc32c("123456789") == 0xe3069283u);
}

// RecordWriter().write(Event(wall_time=1700000000.5, step=300, summary=Summary(value=[Summary.Value(
// tag="epoch_loss", simple_value=0.625)])).SerializeToString()), TensorBoard 2.21.
BOOST_AUTO_TEST_CASE(a_score_is_the_record_that_tensorboard_writes) {
  BOOST_TEST(
      hex(nn::record(nn::scalar_event(1700000000.5, 300, "epoch_loss", 0.625).bytes())) ==
      "2100000000000000017becf60900002040fc54d94110ac022a130a110a0a65706f63685f6c6f7373150000"
      "203fdd1a2652");
}

// HistogramProto(min=-1, max=2, num=3, sum=1, sum_squares=5 ...), TensorBoard 2.21, but for the bars.
BOOST_AUTO_TEST_CASE(a_histogram_holds_what_tensorboard_s_does) {
  const std::string bytes =
      hex(nn::histogram_event(1.0, 1, "w", Matrix{{-1, 0, 2, arma::datum::nan}}).bytes());
  BOOST_TEST(bytes.find("09000000000000f0bf11000000000000004019000000000000084021000000000000f03f29"
                        "000000000000144032") != std::string::npos);
  const std::string one = "000000000000f03f", none(16, '0');
  std::string bars = "3af001" + one;  // 30 numbers of 8 bytes: -1, 0 and 2 in bars of width 0.1
  for (int bar = 1; bar < 29; ++bar) bars += bar == 10 ? one : none;
  BOOST_TEST(bytes.find(bars + one) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(numbers_that_are_all_equal_or_none_have_one_bar) {
  const std::string same = hex(nn::histogram_event(1.0, 1, "w", Matrix{{5, 5}}).bytes());
  BOOST_TEST(same.find("3208"
                       "0000000000001440"
                       "3a08"
                       "0000000000000040") != std::string::npos);
  const std::string none = hex(nn::histogram_event(1.0, 1, "w", Matrix(0, 3)).bytes());
  BOOST_TEST(none.find("3a08"
                       "0000000000000000") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_training_leaves_its_scores_weights_and_graph) {
  const TemporaryFolder folder;
  nn::set_seed(1);
  const Matrix X(20, 3, arma::fill::randn), Y = arma::sum(X, 1);
  nn::Sequential model({nn::Dense(4, {.input_shape = {3}, .name = "hidden"}), nn::Dense(1)});
  model.compile({.optimizer = nn::SGD(),
                 .loss = nn::mean_squared_error,
                 .metrics = {nn::mean_absolute_error}});
  const nn::TensorBoard board(folder.path / "logs", {.histogram_freq = 2, .update_freq = 2});
  model.fit(X, Y,
            {.epochs = 3,
             .batch_size = 4,
             .validation_split = 0.2,
             .callbacks = {board},
             .verbose = false});
  const auto train = events(folder.path / "logs" / "train");
  BOOST_TEST(train[0].substr(9) ==
             "\x1a\x0d"
             "brain.Event:2");
  BOOST_TEST(count(train, "epoch_loss") == 3U);
  BOOST_TEST(count(train, "epoch_mean_absolute_error") == 3U);
  BOOST_TEST(count(train, "epoch_learning_rate") == 3U);
  BOOST_TEST(count(train, "val_") == 0U);
  BOOST_TEST(count(train, "batch_loss") == 6U);               // batches 2 and 4 of each epoch
  BOOST_TEST(count(train, "hidden/kernel/histogram") == 2U);  // epochs 0 and 2
  BOOST_TEST(count(train, "hidden/bias/gradient") == 2U);
  BOOST_TEST(count(train, "input_layer") == 1U);  // the graph
  const auto validation = events(folder.path / "logs" / "validation");
  BOOST_TEST(count(validation, "epoch_loss") == 3U);
  BOOST_TEST(count(validation, "val_") == 0U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_refused) {
  BOOST_TEST(refusal([] { nn::TensorBoard("logs", {.histogram_freq = -1}); }) ==
             "TensorBoard: histogram_freq is -1, expected at least 0");
  const TemporaryFolder folder;
  const std::string file = folder.write("file", "");
  const std::string sentence = refusal([&] { nn::EventFile(file + "/logs"); });
  BOOST_TEST(sentence.find("TensorBoard: cannot make the folder " + file + "/logs") == 0U);
}

BOOST_AUTO_TEST_CASE(the_history_as_json) {
  const TemporaryFolder folder;
  nn::History history({.loss = 0.0, .others = {{"val_loss", 0.0}}}, 2);
  history.add({.loss = 0.5, .others = {{"val_loss", 1.25}}});
  history.add({.loss = 0.25, .others = {{"val_loss", std::numeric_limits<double>::quiet_NaN()}}});
  nn::save_json(history, folder.path / "history.json");
  BOOST_TEST(read(folder.path / "history.json") ==
             "{\n \"loss\": [\n  0.5,\n  0.25\n ],\n \"val_loss\": [\n  1.25,\n  null\n ]\n}\n");
}
