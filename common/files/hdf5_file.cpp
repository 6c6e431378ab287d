#include "common/files/hdf5_file.hpp"

#include <hdf5.h>

#include <cstring>
#include <set>

#include "common/data/find.hpp"
#include "common/files/checksum.hpp"
#include "common/files/files.hpp"

namespace nn {

namespace {

// ---- libhdf5 -----------------------------------------------------------------------------------

// One of libhdf5's objects, closed when it goes out of scope.
class Id {
 public:
  Id(hid_t id, herr_t (*close)(hid_t), const std::string& what) : id_(id), close_(close) {
    if (id < 0) throw Error(what);
  }
  Id(const Id&) = delete;
  Id& operator=(const Id&) = delete;
  ~Id() { close_(id_); }
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

std::string version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return text("%u.%u.%u", major, minor, release);
}

void require(bool fine, const std::string& what) {
  if (!fine) throw Error(what);
}

// While it lives, libhdf5 prints nothing: we have a sentence of our own.
class Silence {
 public:
  Silence() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

constexpr std::size_t kUserBlock = 512;                // the smallest that HDF5 knows
const std::string kSignature("\x89HDF\r\n\x1a\n", 8);  // with which HDF5's part begins
const char kMark[] = "Weights of a neural network. HDF5 begins at byte 512.";
const char kMarkAttribute[] = "checksum";  // of the root group: there is a user block

// ---- Writing -----------------------------------------------------------------------------------

void write_text_attribute(hid_t object, const char* name, const std::string& value) {
  const std::string what = text("HDF5: cannot write attribute %s", name);
  const Id type(H5Tcopy(H5T_C_S1), H5Tclose, what);
  H5Tset_size(type, std::max<std::size_t>(value.size(), 1));
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_UTF8);
  const Id space(H5Screate(H5S_SCALAR), H5Sclose, what);
  const Id attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                     what);
  require(H5Awrite(attribute, type, value.empty() ? "\0" : value.data()) >= 0, what);
}

class Writer {
 public:
  explicit Writer(hid_t file)
      : file_(file),
        links_(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "HDF5: out of memory"),
        groups_(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "HDF5: out of memory"),
        data_(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "HDF5: out of memory") {
    H5Pset_create_intermediate_group(links_, 1);
    H5Pset_obj_track_times(groups_, false);  // the same content, the same bytes
    H5Pset_obj_track_times(data_, false);
  }

  void group(const std::string& path, const std::string& name) {
    parents(path + "/");
    const std::string what = "HDF5: cannot write group " + path;
    const Id group(H5Gopen2(file_, path.c_str(), H5P_DEFAULT), H5Gclose, what);
    write_text_attribute(group, "name", name);
  }

  void array(const std::string& path, const Hdf5Array& array) {
    const std::vector<hsize_t> sizes(array.shape.begin(), array.shape.end());
    const std::string what = "HDF5: cannot write " + path;
    const Id space(sizes.empty()
                       ? H5Screate(H5S_SCALAR)
                       : H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr),
                   H5Sclose, what);
    const hid_t type = array.type == NumberType::float32   ? H5T_IEEE_F32LE
                       : array.type == NumberType::float64 ? H5T_IEEE_F64LE
                                                           : H5T_STD_I64LE;
    const Id data = dataset(path, type, space);
    if (array.values.empty()) return;
    require(
        H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) >= 0,
        what);
  }

  void text_dataset(const std::string& path, const std::string& value) {
    const std::string what = "HDF5: cannot write " + path;
    const Id type(H5Tcopy(H5T_C_S1), H5Tclose, what);
    H5Tset_size(type, std::max<std::size_t>(value.size(), 1));
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    H5Tset_cset(type, H5T_CSET_UTF8);
    const Id space(H5Screate(H5S_SCALAR), H5Sclose, what);
    const Id data = dataset(path, type, space);
    require(H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                     value.empty() ? "\0" : value.data()) >= 0,
            what);
  }

 private:
  // Makes the groups before the last name.
  void parents(const std::string& path) {
    for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
      const std::string group = path.substr(0, at);
      if (!made_.insert(group).second) continue;
      const Id made(H5Gcreate2(file_, group.c_str(), H5P_DEFAULT, groups_, H5P_DEFAULT), H5Gclose,
                    "HDF5: cannot write group " + group);
    }
  }
  Id dataset(const std::string& path, hid_t type, hid_t space) {
    parents(path);
    return Id(H5Dcreate2(file_, path.c_str(), type, space, links_, data_, H5P_DEFAULT), H5Dclose,
              "HDF5: cannot write " + path);
  }

  hid_t file_;
  Id links_, groups_, data_;
  std::set<std::string> made_;
};

// ---- The user block ----------------------------------------------------------------------------

// The mark, the file's length and the checksum of the file, in which the checksum itself is 0.
std::string user_block(std::size_t bytes, std::uint64_t checksum) {
  std::string block = text("%s\nbytes %020zu\ncrc-64/xz %016llx\n", kMark, bytes,
                           static_cast<unsigned long long>(checksum));
  block.resize(kUserBlock, '\n');
  return block;
}

bool has_mark(const std::string& bytes) { return bytes.compare(0, sizeof kMark - 1, kMark) == 0; }

// Throws unless `bytes`, which have the mark, are exactly what was written.
void verify(const std::string& bytes, const std::string& path) {
  const std::size_t length_at = sizeof kMark + std::strlen("bytes ");
  unsigned long long length = 0;
  if (bytes.size() < kUserBlock || std::sscanf(bytes.c_str() + length_at, "%20llu", &length) != 1)
    throw Error(text("%s is damaged: only %zu bytes are left", path.c_str(), bytes.size()));
  if (bytes.size() < length)
    throw Error(
        text("%s is cut off: it has %zu bytes, expected %llu", path.c_str(), bytes.size(), length));
  const std::string_view rest = std::string_view(bytes).substr(kUserBlock);
  const std::uint64_t checksum = crc64(rest, crc64(user_block(bytes.size(), 0)));
  if (bytes.compare(0, kUserBlock, user_block(bytes.size(), checksum)) != 0)
    throw Error(text("%s is damaged: the checksum of its content is %016llx, expected another one",
                     path.c_str(), static_cast<unsigned long long>(checksum)));
}

}  // namespace

std::uint64_t crc64(std::string_view bytes, std::uint64_t before) {
  return crc<std::uint64_t, 0xc96c5795d7870f42>(bytes, before);
}

std::string hdf5_bytes(const Hdf5Content& content) {
  const Silence silence;
  const std::string what = "HDF5: out of memory";
  const Id creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, what);
  const Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, what);
  H5Pset_userblock(creation, kUserBlock);
  H5Pset_obj_track_times(creation, false);
  H5Pset_fapl_core(access, std::size_t{1} << 16, false);  // in memory; nothing goes to the disk
  const Id file(H5Fcreate("memory", H5F_ACC_TRUNC, creation, access), H5Fclose, what);
  {
    const Id root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose, what);
    write_text_attribute(root, kMarkAttribute, "in the first 512 bytes");
    Writer writer(file);
    for (const auto& [path, array] : content.arrays) writer.array(path, array);
    for (const auto& [path, value] : content.texts) writer.text_dataset(path, value);
    for (const auto& [path, name] : content.group_names) writer.group(path, name);
  }
  require(H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0, what);
  const ssize_t size = H5Fget_file_image(file, nullptr, 0);
  require(size > 0, what);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  require(H5Fget_file_image(file, bytes.data(), bytes.size()) == size, what);
  // The image may begin with the user block or, as that of HDF5 1.10, after it.
  if (bytes.compare(0, kSignature.size(), kSignature) == 0) bytes.insert(0, kUserBlock, '\0');
  bytes.replace(0, kUserBlock, user_block(bytes.size(), 0));
  bytes.replace(0, kUserBlock, user_block(bytes.size(), crc64(bytes)));
  return bytes;
}

void write_hdf5(const std::filesystem::path& path, const Hdf5Content& content) {
  write_file(path, hdf5_bytes(content));
}

// ---- Reading -----------------------------------------------------------------------------------

namespace {

class Reader {
 public:
  Reader(hid_t file, std::size_t file_size, const std::string& path)
      : file_(file), path_(path), limit_(std::size_t{1} << 20) {
    limit_ += 1032 * file_size / sizeof(double);  // no compression that HDF5 has makes more of it
  }

  Hdf5Content read(bool foreign) {
    const Id root(H5Gopen2(file_, "/", H5P_DEFAULT), H5Gclose, damaged("/"));
    if (foreign && H5Aexists(root, kMarkAttribute) > 0)
      throw Error(path_ + " is damaged: its first 512 bytes, with the checksum, were changed");
    read_group(root, "", 0);
    return std::move(content_);
  }

 private:
  static constexpr std::size_t kMostObjects = 100000, kDeepest = 32;

  std::string damaged(const std::string& where) const {
    return text("%s: libhdf5 cannot read \"%s\"; it is damaged, or of a newer HDF5 than %s",
                path_.c_str(), where.c_str(), version().c_str());
  }

  void read_group(hid_t group, const std::string& prefix, std::size_t depth) {
    if (depth > kDeepest)
      throw Error(text("%s: groups lie deeper than %zu", path_.c_str(), kDeepest));
    H5G_info_t about;
    require(H5Gget_info(group, &about) >= 0, damaged(prefix));
    for (hsize_t i = 0; i < about.nlinks; ++i) {
      if (++objects_ > kMostObjects)
        throw Error(text("%s: it has more than %zu objects", path_.c_str(), kMostObjects));
      H5L_info_t link;
      require(
          H5Lget_info_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, &link, H5P_DEFAULT) >= 0,
          damaged(prefix));
      if (link.type != H5L_TYPE_HARD) continue;  // others may lead out of the file
      char name[256];
      const ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                                sizeof name, H5P_DEFAULT);
      require(length > 0, damaged(prefix));
      require(static_cast<std::size_t>(length) < sizeof name,
              text("%s: a name in \"%s\" is too long", path_.c_str(), prefix.c_str()));
      const std::string place = prefix + name;
      const Id object(H5Oopen(group, name, H5P_DEFAULT), H5Oclose, damaged(place));
      const H5I_type_t kind = H5Iget_type(object);
      if (kind == H5I_GROUP) read_group(object, place + "/", depth + 1);
      if (kind == H5I_DATASET) read_dataset(object, place);
    }
  }

  void read_dataset(hid_t data, const std::string& place) {
    const Id creation(H5Dget_create_plist(data), H5Pclose, damaged(place));
    const H5D_layout_t layout = H5Pget_layout(creation);
    if (layout == H5D_VIRTUAL || H5Pget_external_count(creation) > 0)
      throw Error(
          text("%s: the numbers of \"%s\" lie in another file", path_.c_str(), place.c_str()));
    const Id type(H5Dget_type(data), H5Tclose, damaged(place));
    const Id space(H5Dget_space(data), H5Sclose, damaged(place));
    const H5T_class_t kind = H5Tget_class(type);
    if (kind == H5T_STRING)
      read_text(data, type, space, place);
    else if (kind == H5T_FLOAT || kind == H5T_INTEGER)
      read_array(data, type, space, place);
  }

  void read_text(hid_t data, hid_t type, hid_t space, const std::string& place) {
    if (H5Tis_variable_str(type) != 0 || H5Sget_simple_extent_npoints(space) != 1) return;
    const std::size_t size = H5Tget_size(type);
    count(size, place);
    std::string value(size, '\0');
    const Id memory(H5Tcopy(type), H5Tclose, damaged(place));
    require(H5Dread(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, value.data()) >= 0,
            damaged(place));
    value.resize(std::min(value.size(), value.find('\0')));
    content_.texts[place] = std::move(value);
  }

  void read_array(hid_t data, hid_t type, hid_t space, const std::string& place) {
    if (H5Aexists(data, "dtype") > 0)  // Keras: bfloat16 in the clothes of an integer
      throw Error(text("%s: the numbers of \"%s\" are of a type that only Keras reads (bfloat16)",
                       path_.c_str(), place.c_str()));
    Hdf5Array array;
    array.type = H5Tget_class(type) == H5T_INTEGER ? NumberType::int64 : NumberType::float64;
    const int rank = H5Sget_simple_extent_ndims(space);
    require(rank >= 0 && H5Sget_simple_extent_type(space) != H5S_NULL, damaged(place));
    std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
    if (rank > 0)
      require(H5Sget_simple_extent_dims(space, sizes.data(), nullptr) >= 0, damaged(place));
    std::size_t n = 1;
    for (const hsize_t size : sizes) {
      if (size > 0 && n > limit_ / size)
        n = limit_ + 1;
      else
        n *= size;
      array.shape.push_back(size);
    }
    count(n, place);
    array.values.resize(n);
    if (n > 0)
      require(
          H5Dread(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) >= 0,
          damaged(place));
    content_.arrays[place] = std::move(array);
  }

  // Adds to the numbers read so far; refuses what cannot be in a file of this size.
  void count(std::size_t n, const std::string& place) {
    if (n > limit_ - std::min(limit_, total_))
      throw Error(text("%s: \"%s\" claims more numbers than the file can hold", path_.c_str(),
                       place.c_str()));
    total_ += n;
  }

  hid_t file_;
  std::string path_;
  std::size_t limit_, total_ = 0, objects_ = 0;
  Hdf5Content content_;
};

}  // namespace

Hdf5Content parse_hdf5_unchecked(const std::string& bytes, const std::string& path, bool foreign) {
  const Silence silence;
  H5PLset_loading_state(0);  // no plugins from wherever
  const Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "HDF5: out of memory");
  H5Pset_fapl_core(access, std::size_t{1} << 16, false);
  H5Pset_file_image(access, const_cast<char*>(bytes.data()), bytes.size());  // is copied
  const Id file(H5Fopen("memory", H5F_ACC_RDONLY, access), H5Fclose,
                path + " is damaged: libhdf5 cannot open it");
  return Reader(file, bytes.size(), path).read(foreign);
}

// ---- Any bytes ---------------------------------------------------------------------------------

namespace {

bool is_hdf5(const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size(); at = at == 0 ? 512 : 2 * at)
    if (bytes.compare(at, kSignature.size(), kSignature) == 0) return true;
  return false;
}

}  // namespace

Hdf5Content parse_hdf5(const std::string& bytes, const std::string& path) {
  if (has_mark(bytes)) {
    verify(bytes, path);
    return parse_hdf5_unchecked(bytes, path, false);
  }
  if (bytes.empty()) throw Error(path + " is empty");
  if (!is_hdf5(bytes)) throw Error(path + " is not an HDF5 file");
  return parse_hdf5_in_child(bytes, path);
}

Hdf5Content read_hdf5(const std::filesystem::path& path) {
  return parse_hdf5(read_file(path), path.string());
}

}  // namespace nn
