#include "common/data/idx.hpp"

#include <zlib.h>

#include <memory>
#include <vector>

#include "common/data/find.hpp"

namespace nn {

namespace {

constexpr std::size_t largest_unpacked = std::size_t{1} << 30;  // bytes

// What a gzip file holds, at least the first `most` bytes of it. Memory grows with what is there,
// not with what a header promises. zlib's gzread would be shorter, but takes what follows the gzip
// data for nothing.
std::string gunzip(std::string_view packed, std::size_t most, const std::string& name) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)  // 16: the gzip header and checksum
    throw Error(name + ": zlib cannot start");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  // zlib's older interface takes the input as non-const; it does not write to it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());

  std::string bytes, block(std::size_t{1} << 18, '\0');
  while (bytes.size() < most) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    bytes.append(block, 0, block.size() - stream.avail_out);
    if (status == Z_BUF_ERROR) throw Error(name + " is damaged: the gzip data end early");
    if (status != Z_OK && status != Z_STREAM_END)
      throw Error(name +
                  " is damaged: " + (stream.msg ? stream.msg : "the gzip data cannot be unpacked"));
    if (status == Z_STREAM_END && stream.avail_in == 0) break;
    if (status == Z_STREAM_END) inflateReset(&stream);  // gzip files may be joined
  }
  return bytes;
}

struct IdxHeader {
  std::vector<std::size_t> sizes;  // items first
  std::size_t length = 0;          // bytes of the header
  std::size_t values = 1;          // bytes after the header
};

// Two zero bytes, the type of the values, the number of sizes, then each size in four bytes.
IdxHeader idx_header(std::string_view bytes, const std::string& name) {
  if (bytes.empty()) throw Error(name + " is empty");
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 4 || byte(0) != 0 || byte(1) != 0 || byte(3) == 0) {
    std::string start;
    for (std::size_t i = 0; i < bytes.size() && i < 4; ++i) start += text(" %02x", byte(i));
    throw Error(name + " is not an IDX file: it starts with" + start +
                ", expected 00 00 08 and the number of sizes");
  }
  if (byte(2) != 0x08)
    throw Error(name +
                text(" holds values of type 0x%02x, expected unsigned bytes (0x08)", byte(2)));
  IdxHeader header;
  header.length = 4 + 4 * std::size_t{byte(3)};
  if (bytes.size() < header.length) throw Error(name + " is damaged: it ends inside its header");
  for (std::size_t at = 4; at < header.length;) {
    std::size_t size = 0;
    for (int i = 0; i < 4; ++i) size = size << 8 | byte(at++);
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
  if (bytes.starts_with("\x1f\x8b")) {  // gzip
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

  // The file holds item after item: a matrix with one item a column.
  bytes.remove_prefix(header.length);
  const std::size_t items = header.sizes[0];
  const arma::Mat<unsigned char> columns(reinterpret_cast<const unsigned char*>(bytes.data()),
                                         header.values / items, items);
  return {arma::conv_to<Matrix>::from(columns.t()),
          Shape(std::vector(header.sizes.begin() + 1, header.sizes.end()))};
}

}  // namespace nn
