// Callback: how one looks at a training from outside.
#pragma once

#include <memory>
#include <type_traits>

#include "common/model/scores.hpp"

namespace nn {

class Model;

// Called by fit. A user derives from it; batches and epochs are numbered from 0.
class Callback {
 public:
  virtual ~Callback() = default;
  virtual void on_train_begin(Model&) {}
  virtual void on_epoch_begin(Model&, int /*epoch*/) {}
  virtual void on_batch_end(Model&, int /*epoch*/, int /*batch*/, const Scores&) {}
  virtual void on_epoch_end(Model&, int /*epoch*/, const Scores&) {}
  virtual void on_train_end(Model&, const History&) {}

  // What the callback must remember where a training is interrupted and goes on later; it comes
  // back after on_train_begin.
  virtual void remember(SavedState&) {}
  virtual bool must_be_last() const { return false; }  // it saves what the others remember
  // Whether on_batch_end looks at the scores: they are counted up only then.
  virtual bool wants_batch_scores() const { return true; }
};

// Any callback, written as a value: {.callbacks = {nn::EarlyStopping({.patience = 3})}}. A callback
// whose state the program reads afterwards is given as a std::shared_ptr.
class CallbackHandle {
 public:
  template <class C>
  requires std::is_base_of_v<Callback, C> CallbackHandle(C callback)  // NOLINT: implicit on purpose
      : callback_(std::make_shared<C>(std::move(callback))) {}
  template <class C>
  requires std::is_base_of_v<Callback, C> CallbackHandle(std::shared_ptr<C> callback)
      : callback_(std::move(callback)) {}  // NOLINT
  Callback& operator*() const { return *callback_; }
  Callback* operator->() const { return callback_.get(); }

 private:
  std::shared_ptr<Callback> callback_;
};

}  // namespace nn
