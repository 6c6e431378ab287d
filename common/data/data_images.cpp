// IDX files, and the data sets of the notes.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "common/data/data.hpp"

namespace nn {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_unpacked = std::size_t{1} << 30;  // bytes

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

// The first `most` bytes of what a gzip file holds, fewer if it holds fewer. Memory grows with what
// is there, not with what a header promises.
std::string gunzip(std::string_view packed, std::size_t most, const std::string& name) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)  // 16: the gzip header and checksum
    throw Error(name + ": zlib cannot start");
  struct End {
    z_stream* stream;
    ~End() { inflateEnd(stream); }
  } const end{&stream};
  // zlib's older interface takes the input as non-const; it does not write to it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());

  std::string bytes;
  std::size_t size = 0;
  while (size < most) {
    bytes.resize(std::min(most, std::max<std::size_t>(2 * size, std::size_t{1} << 16)));
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data() + size);
    stream.avail_out = static_cast<uInt>(bytes.size() - size);
    const int status = inflate(&stream, Z_NO_FLUSH);
    size = bytes.size() - stream.avail_out;
    if (status == Z_STREAM_END) {
      if (stream.avail_in == 0) break;
      inflateReset(&stream);  // gzip files may be joined; anything else there is an error
    } else if (status == Z_BUF_ERROR ||
               (status == Z_OK && stream.avail_in == 0 && size < bytes.size())) {
      throw Error(name + " is damaged: the gzip data end early");
    } else if (status != Z_OK) {
      throw Error(text("%s is damaged: %s", name.c_str(),
                       stream.msg ? stream.msg : "the gzip data cannot be unpacked"));
    }
  }
  bytes.resize(size);
  return bytes;
}

struct IdxHeader {
  std::vector<std::size_t> sizes;  // items first
  std::size_t length = 0;          // bytes of the header
  std::size_t values = 1;          // bytes after the header
};

std::size_t big_endian(std::string_view bytes, std::size_t at) {
  std::size_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = (number << 8) | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

// Two zero bytes, the type of the values, the number of sizes, then each size in four bytes.
IdxHeader idx_header(std::string_view bytes, const std::string& name) {
  if (bytes.empty()) throw Error(name + " is empty");
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 4 || byte(0) != 0 || byte(1) != 0 || byte(3) == 0) {
    std::string start;
    for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), 4); ++i)
      start += text(" %02x", byte(i));
    throw Error(
        text("%s is not an IDX file: it starts with%s, expected 00 00 08 and the number of "
             "sizes",
             name.c_str(), start.c_str()));
  }
  if (byte(2) != 0x08)
    throw Error(text("%s holds values of type 0x%02x, expected unsigned bytes (0x08)", name.c_str(),
                     byte(2)));
  IdxHeader header;
  header.length = 4 + 4 * std::size_t{byte(3)};
  if (bytes.size() < header.length) throw Error(name + " is damaged: it ends inside its header");
  for (std::size_t at = 4; at < header.length; at += 4) {
    const std::size_t size = big_endian(bytes, at);
    if (size == 0) throw Error(name + " holds no values: one of its sizes is 0");
    if (header.values > largest_unpacked / size)
      throw Error(name + " promises more than 1 GiB of values");
    header.sizes.push_back(size);
    header.values *= size;
  }
  return header;
}

}  // namespace

Idx read_idx(const std::string& name) { return parse_idx(read_file(find_data(name)), name); }

Idx parse_idx(std::string_view bytes, const std::string& name) {
  std::string unpacked;
  if (is_gzip(bytes)) {
    if (bytes.size() > largest_unpacked) throw Error(name + " is larger than 1 GiB");
    constexpr std::size_t longest_header = 4 + 4 * 255;
    const IdxHeader header = idx_header(gunzip(bytes, longest_header, name), name);
    unpacked = gunzip(bytes, header.length + header.values + 1, name);
    bytes = unpacked;
  }
  const IdxHeader header = idx_header(bytes, name);
  const std::size_t there = bytes.size() - header.length;
  if (there < header.values)
    throw Error(text("%s is damaged: its header promises %zu values, it holds %zu", name.c_str(),
                     header.values, there));
  if (there > header.values)
    throw Error(text("%s is damaged: it goes on after the %zu values that its header promises",
                     name.c_str(), header.values));

  // The file holds item after item, the matrix column after column: a block of items at a time, so
  // that both sides stay in the cache.
  const std::size_t items = header.sizes[0], width = header.values / items, block = 64;
  Idx idx{Matrix(items, width, arma::fill::none),
          Shape(std::vector<std::size_t>(header.sizes.begin() + 1, header.sizes.end()))};
  const auto* values = reinterpret_cast<const unsigned char*>(bytes.data() + header.length);
  for (std::size_t first = 0; first < items; first += block) {
    const std::size_t last = std::min(items, first + block);
    for (std::size_t j = 0; j < width; ++j) {
      Real* column = idx.values.colptr(j);
      for (std::size_t i = first; i < last; ++i) column[i] = values[i * width + j];
    }
  }
  return idx;
}

// ---- The data sets of the notes ----------------------------------------------------------------

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

namespace {

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

// Where Fashion-MNIST may be; the last two are the folders of the Debian package.
std::vector<fs::path> fashion_folders() {
  std::vector<fs::path> folders;
  if (const char* folder = std::getenv("NN_DATA"); folder && *folder) {
    folders.push_back(fs::path(folder) / "fashion-mnist");
    folders.push_back(folder);
  }
  folders.push_back(repository_root() / "data" / "fashion-mnist");
  folders.push_back("/usr/local/share/datasets/fashion-mnist");
  folders.push_back("/usr/share/datasets/fashion-mnist");
  return folders;
}

FashionFiles find_fashion_mnist() {
  std::string tried;
  for (const fs::path& folder : fashion_folders()) {
    const FashionFiles files = fashion_files(folder);
    if (std::none_of(files.begin(), files.end(), [](const fs::path& f) { return f.empty(); }))
      return files;
    tried += (tried.empty() ? "" : ", ") + folder.string();
  }
  throw Error("Fashion-MNIST was not found (tried " + tried +
              "); ./book data fashion-mnist brings it");
}

Dataset load_images(const fs::path& image_file, const fs::path& label_file, std::size_t n) {
  Idx images = read_idx(image_file.string());
  if (images.values.n_rows != n || images.shape != Shape(28, 28))
    throw Error(text("%s holds %llu items of shape %s, expected %zu of (28, 28)",
                     image_file.c_str(), static_cast<unsigned long long>(images.values.n_rows),
                     images.shape.str().c_str(), n));
  const Idx labels = read_idx(label_file.string());
  if (labels.values.n_rows != n || labels.shape.rank() != 0)
    throw Error(text("%s holds %llu items of shape %s, expected %zu labels", label_file.c_str(),
                     static_cast<unsigned long long>(labels.values.n_rows),
                     labels.shape.str().c_str(), n));
  Dataset data;
  data.X = std::move(images.values);
  data.X /= 255;
  data.y = arma::conv_to<Indices>::from(labels.values.col(0));
  for (int row = 0; row < 28; ++row)
    for (int column = 0; column < 28; ++column)
      data.feature_names.push_back(text("p%02d%02d", row, column));
  data.class_names = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                      "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  // MNIST's files have the same names and sizes; only here is every class equally frequent.
  for (std::size_t k = 0; k < data.class_names.size(); ++k)
    if (const Indices rows = arma::find(data.y == k); rows.n_elem != n / data.class_names.size())
      throw Error(text("%s is not Fashion-MNIST: label %zu occurs %llu times, expected %zu",
                       label_file.c_str(), k, static_cast<unsigned long long>(rows.n_elem),
                       n / data.class_names.size()));
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
