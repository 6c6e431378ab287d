#include "common/data/datasets.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "common/data/csv.hpp"
#include "common/data/find.hpp"
#include "common/data/idx.hpp"

namespace nn {

Dataset load_iris() {
  const Table table = Table::read("iris.csv");
  Dataset data;
  data.feature_names = {"Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width"};
  data.class_names = {"setosa", "versicolor", "virginica"};
  data.X = table.numbers(data.feature_names);
  data.y = table.classes("Species", data.class_names);
  return data;
}

Dataset load_digits() {
  const Table table = Table::read("digits.csv");
  Dataset data;
  for (int row = 0; row < 8; ++row)
    for (int column = 0; column < 8; ++column)
      data.feature_names.push_back(text("p%d%d", row, column));
  data.class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  data.X = table.numbers(data.feature_names) / 16;
  data.y = table.classes("label", data.class_names);
  return data;
}

// ---- Fashion-MNIST ---------------------------------------------------------------------------------

namespace {

namespace fs = std::filesystem;

// The four files, train images and labels, then test; empty paths where a file is not there.
using FashionFiles = std::array<fs::path, 4>;

FashionFiles fashion_files(const fs::path& folder) {
  FashionFiles files;
  const char* const stems[] = {"train-images", "train-labels", "t10k-images", "t10k-labels"};
  for (std::size_t i = 0; i < files.size(); ++i)
    for (const char* joint : {"-", "."})  // some copies are named train-images.idx3-ubyte
      for (const char* ending : {"", ".gz"}) {
        const fs::path file =
            folder / text("%s%sidx%d-ubyte%s", stems[i], joint, i % 2 == 0 ? 3 : 1, ending);
        std::error_code ignored;
        if (files[i].empty() && fs::is_regular_file(file, ignored)) files[i] = file;
      }
  return files;
}

FashionFiles find_fashion_mnist() {
  std::vector<fs::path> folders;
  for (const fs::path& folder : data_folders()) {
    folders.push_back(folder / "fashion-mnist");
    folders.push_back(folder);
  }
  folders.push_back("/usr/local/share/datasets/fashion-mnist");  // of the Debian package
  folders.push_back("/usr/share/datasets/fashion-mnist");
  std::string tried;
  for (const fs::path& folder : folders) {
    const FashionFiles files = fashion_files(folder);
    if (std::find(files.begin(), files.end(), fs::path()) == files.end()) return files;
    tried += (tried.empty() ? "" : ", ") + folder.string();
  }
  throw Error("Fashion-MNIST was not found (tried " + tried +
              "); ./book data fashion-mnist brings it");
}

// The n items of a file, each of this shape.
Matrix load_items(const fs::path& file, std::size_t n, const Shape& shape, const char* expected) {
  Idx items = read_idx(file.string());
  if (items.values.n_rows != n || items.shape != shape)
    throw Error(text("%s holds %zu items of shape %s, expected %zu %s", file.c_str(),
                     std::size_t{items.values.n_rows}, items.shape.str().c_str(), n, expected));
  return std::move(items.values);
}

Dataset load_images(const fs::path& image_file, const fs::path& label_file, std::size_t n) {
  Dataset data;
  data.X = load_items(image_file, n, Shape(28, 28), "of (28, 28)");
  data.X /= 255;
  data.y = arma::conv_to<Indices>::from(load_items(label_file, n, Shape(), "labels").col(0));
  for (int row = 0; row < 28; ++row)
    for (int column = 0; column < 28; ++column)
      data.feature_names.push_back(text("p%02d%02d", row, column));
  data.class_names = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                      "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  // MNIST's files have the same names and sizes; only here is every class equally frequent.
  for (std::size_t k = 0; k < 10; ++k)
    if (const auto found = std::count(data.y.begin(), data.y.end(), k);
        static_cast<std::size_t>(found) != n / 10)
      throw Error(text("%s is not Fashion-MNIST: label %zu occurs %td times, expected %zu",
                       label_file.c_str(), k, found, n / 10));
  return data;
}

}  // namespace

bool have_fashion_mnist() {
  try {
    find_fashion_mnist();
    return true;
  } catch (const Error&) {
    return false;
  }
}

ImageSets load_fashion_mnist() {
  const FashionFiles files = find_fashion_mnist();
  return {load_images(files[0], files[1], 60000), load_images(files[2], files[3], 10000)};
}

}  // namespace nn
