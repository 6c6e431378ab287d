// Windows that slide over an image: how many there are, and which pixels each one covers.
// Convolution and pooling share them.
#pragma once

#include <algorithm>
#include <concepts>

#include "common/base/shape.hpp"
#include "common/base/matrix.hpp"

namespace nn {

// valid: only windows that lie inside the image. same: the image is surrounded by as many pixels as
// it takes for ceil(size / stride) windows, half of them before it (the odd one after it).
enum class Padding { valid, same };

// Height and width, from any integers; one number stands for both: {3, 5}, 3.
struct Size2D {
  std::size_t height = 0, width = 0;

  Size2D() = default;
  template <std::integral Integer>
  Size2D(Integer both) : Size2D(both, both) {}
  template <std::integral Height, std::integral Width>
  Size2D(Height h, Width w) {
    const Shape shape(h, w);  // refuses negative numbers
    height = shape[0], width = shape[1];
  }

  std::string str() const { return text("(%zu, %zu)", height, width); }
  bool operator==(const Size2D&) const = default;
};

// What a window covers along one axis: the pixels first ... first + count - 1. The first of them
// lies under the window's cell `cell`: 0, or more where the window begins outside of the image.
struct Covered {
  std::size_t first = 0, count = 0, cell = 0;
};

// The windows along one axis.
class WindowAxis {
 public:
  WindowAxis() = default;
  WindowAxis(std::size_t pixels, std::size_t size, std::size_t stride, Padding padding)
      : pixels_(pixels), size_(size), stride_(stride) {
    if (padding == Padding::same) {
      windows_ = (pixels + stride - 1) / stride;
      const std::size_t reached = windows_ == 0 ? 0 : (windows_ - 1) * stride + size;
      padding_before_ = reached > pixels ? (reached - pixels) / 2 : 0;
    } else {
      windows_ = pixels < size ? 0 : (pixels - size) / stride + 1;
    }
  }

  std::size_t windows() const { return windows_; }
  std::size_t size() const { return size_; }
  std::size_t stride() const { return stride_; }

  Covered covered(std::size_t window) const {
    const std::size_t begin = window * stride_;  // in the surrounded image
    const std::size_t cell = begin < padding_before_ ? padding_before_ - begin : 0;
    const std::size_t first = begin + cell - padding_before_;
    return {first, std::min(size_ - cell, pixels_ - first), cell};
  }

 private:
  std::size_t pixels_ = 0, size_ = 0, stride_ = 1, windows_ = 0, padding_before_ = 0;
};

// The windows over images of shape (height, width, channels), numbered row by row.
struct Windows {
  WindowAxis down, across;
  std::size_t height = 0, width = 0, channels = 0;  // of the image

  Windows(const Shape& image, Size2D size, Size2D strides, Padding padding)
      : down(image[0], size.height, strides.height, padding),
        across(image[1], size.width, strides.width, padding),
        height(image[0]),
        width(image[1]),
        channels(image[2]) {}

  std::size_t count() const { return down.windows() * across.windows(); }
  // The shape of an output with so many channels at each window.
  Shape output(std::size_t output_channels) const {
    return Shape(down.windows(), across.windows(), output_channels);
  }
  // Rows y and columns x of the image that a window covers.
  Covered rows(std::size_t window) const { return down.covered(window / across.windows()); }
  Covered columns(std::size_t window) const { return across.covered(window % across.windows()); }
  // Calls action(y, x, k) for every pixel (y, x) that a window covers; k is the number of the cell
  // above it, row by row.
  template <class Action>
  void for_each_pixel(std::size_t window, Action action) const {
    const Covered ys = rows(window), xs = columns(window);
    for (std::size_t y = 0; y < ys.count; ++y)
      for (std::size_t x = 0; x < xs.count; ++x)
        action(ys.first + y, xs.first + x, (ys.cell + y) * across.size() + xs.cell + x);
  }
  // Whether every pixel lies under exactly one window.
  bool tile_the_image() const {
    return down.stride() == down.size() && across.stride() == across.size() &&
           down.windows() * down.size() * across.windows() * across.size() == height * width;
  }
  // Where pixel (y, x) begins in a sample: its channels are the columns pixel(y, x), + 1, ...
  std::size_t pixel(std::size_t y, std::size_t x) const { return (y * width + x) * channels; }
  // The same for the cells of a window, which are the rows of a convolution's kernel.
  std::size_t cell(std::size_t y, std::size_t x) const {
    return (y * across.size() + x) * channels;
  }
};

// Throws unless both numbers are at least 1: "Conv2D: strides is (0, 1), expected at least (1, 1)".
inline void require_positive(const std::string& who, const char* argument, Size2D size) {
  if (size.height == 0 || size.width == 0)
    throw Error(
        text("%s: %s is %s, expected at least (1, 1)", who.c_str(), argument, size.str().c_str()));
}

// Throws unless at least one window fits.
inline void require_windows(const std::string& who, const Windows& windows, const Shape& image) {
  if (windows.count() == 0)
    throw Error(text("%s: a window of %zu x %zu does not fit into an input of shape %s",
                     who.c_str(), windows.down.size(), windows.across.size(), image.str().c_str()));
}

}  // namespace nn
