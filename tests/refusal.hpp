// The sentence with which a call is refused: BOOST_TEST(refusal([&] { call; }) == "...").
#pragma once

#include <string>

#include "common/matrix.hpp"

template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const nn::Error& error) {
    return error.what();
  }
  return "no error";
}
