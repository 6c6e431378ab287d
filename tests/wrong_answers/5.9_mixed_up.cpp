// A typical wrong answer to exercise 5.9: more epochs: the network is not the problem
#include "common/data/data.hpp"
#include "common/program/exercise.hpp"
#include "common/layers/dense.hpp"
#include "common/functions/metrics.hpp"
#include "common/model/model.hpp"

struct Sample {
  nn::Matrix X;
  nn::Indices y;
};

constexpr int kEpochs = 300;  // it is not that it has learned too little

static Sample read(const nn::Table& table, std::vector<std::string>& names) {
  std::vector<std::string> species;
  const nn::Indices y = table.classes("Species", species);
  names = species;
  return {table.numbers({"Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"}), y};
}

int main() {
  nn::Exercise exercise("5.9");
  return exercise.verdict([&] {
    // two files: even and odd rows of iris.csv, the second from the last row to the first
    const std::string csv = nn::read_file(nn::find_data("iris.csv"));
    std::vector<std::string> lines;
    for (std::size_t at = 0, end; (end = csv.find('\n', at)) != std::string::npos; at = end + 1)
      lines.push_back(csv.substr(at, end - at) + "\n");
    std::string first = lines[0], second = lines[0];
    for (std::size_t i = 1; i < lines.size(); i += 2) first += lines[i];
    for (std::size_t i = lines.size() - 1; i > 0; i -= 2) second += lines[i];

    std::vector<std::string> names;
    const Sample train = read(nn::Table::parse(first, "first"), names);
    const Sample test = read(nn::Table::parse(second, "second"), names);
    nn::Standardizer inputs;
    const nn::Matrix X = inputs.fit_transform(train.X), X_test = inputs.transform(test.X);
    nn::set_seed(9);
    nn::Sequential model({nn::Dense(16, {.activation = nn::relu, .input_shape = {4}}),
                          nn::Dense(3, {.activation = nn::softmax})});
    model.compile(
        {.optimizer = nn::Adam({.learning_rate = 0.01}), .loss = nn::categorical_crossentropy});
    model.fit(X, nn::one_hot(train.y, 3), {.epochs = kEpochs, .batch_size = 16, .verbose = false});
    exercise.expect_at_least("training accuracy", 0.9,
                             nn::accuracy(nn::one_hot(train.y, 3), model.predict(X)));
    exercise.expect_at_least("test accuracy", 0.9,
                             nn::accuracy(nn::one_hot(test.y, 3), model.predict(X_test)));
    std::vector<std::string> known{"b", "a"};  // a file in which the first row is an "a"
    const nn::Table other = nn::Table::parse(
        "Sepal.Length,Sepal.Width,Petal.Length,Petal.Width,Species\n1,2,3,4,a\n5,6,7,8,b\n");
    exercise.expect("number of class a", 1, static_cast<double>(read(other, known).y[0]));
  });
}
