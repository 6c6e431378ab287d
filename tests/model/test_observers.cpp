// What fit prints: one line for each epoch, and a live bar where a terminal is.
#include <boost/test/unit_test.hpp>
#include <fcntl.h>

#include <cctype>
#include <cstdlib>

#include "common/nn.hpp"
#include "tests/redirected.hpp"

namespace {

void train(bool verbose) {
  nn::set_seed(1);
  nn::Rng rng(1);
  const nn::Matrix X = rng.normal_matrix(40, 2), Y = X.col(0) - X.col(1);
  nn::Sequential model;
  model.add(nn::Dense(1, {.input_shape = {2}}));
  model.compile({.optimizer = nn::SGD(), .loss = nn::mean_squared_error, .metrics = {nn::mean_absolute_error}});
  model.fit(X, Y, {.epochs = 2, .batch_size = 10, .validation_split = 0.25, .verbose = verbose});
}

// Every number, whatever it is, as 0.
std::string form(const std::string& text) {
  std::string result;
  for (const char c : text)
    if (!std::isdigit(static_cast<unsigned char>(c)))
      result += c;
    else if (result.empty() || result.back() != '0')
      result += '0';
  return result;
}

const std::string line =
    "Epoch 0/0 - 0.0s - loss: 0.0 - mean_absolute_error: 0.0 - val_loss: 0.0 - "
    "val_mean_absolute_error: 0.0\n";

}  // namespace

BOOST_AUTO_TEST_CASE(one_line_for_each_epoch_into_a_file) {
  BOOST_TEST(printed([] { train(false); }) == "");
  BOOST_TEST(form(printed([] { train(true); })) == line + line);
}

BOOST_AUTO_TEST_CASE(a_bar_on_a_terminal_that_ends_as_the_same_lines) {
  const int screen = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (screen < 0 || ::grantpt(screen) != 0 || ::unlockpt(screen) != 0) {
    BOOST_TEST_MESSAGE("this machine gives out no terminals");
    return;
  }
  const int terminal = ::open(::ptsname(screen), O_RDWR | O_NOCTTY);
  BOOST_REQUIRE(terminal >= 0);
  {
    const Redirected redirected(terminal);
    train(true);
  }
  ::fcntl(screen, F_SETFL, O_NONBLOCK);
  std::string output(1 << 16, '\0');
  std::size_t length = 0;
  for (ssize_t n; (n = ::read(screen, output.data() + length, output.size() - length)) > 0;)
    length += static_cast<std::size_t>(n);
  output.resize(length);
  ::close(terminal);
  ::close(screen);
  BOOST_TEST(output.find("\r\033[KEpoch 1/2 3/3 ━━━━━━━━━━━━━━━━━━━━ - loss: ") != std::string::npos,
             output);
  // What remains to be seen: each line from its last return on.
  std::string seen;
  for (std::size_t at = 0; at < output.size();) {
    const std::size_t end = output.find("\r\n", at);
    if (end == std::string::npos) break;
    const std::string all = output.substr(at, end - at);
    const std::size_t last = all.rfind("\r\033[K");
    seen += (last == std::string::npos ? all : all.substr(last + 4)) + "\n";
    at = end + 2;
  }
  BOOST_TEST(form(seen) == line + line);
}
