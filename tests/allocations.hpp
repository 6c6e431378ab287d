// Counts what a program asks the heap for, OpenBLAS and Armadillo included: it puts itself before
// glibc's malloc. To be included once in a program. Elsewhere, and under a sanitizer, which brings
// a malloc of its own, nothing is counted and `counts_allocations` is false.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdlib>

inline std::atomic<long> allocations{0};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TESTS_RUN_UNDER_A_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TESTS_RUN_UNDER_A_SANITIZER
#endif
#endif

#if defined(__GLIBC__) && !defined(TESTS_RUN_UNDER_A_SANITIZER)
inline constexpr bool counts_allocations = true;

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  ++allocations;
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  ++allocations;
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}
}
#else
inline constexpr bool counts_allocations = false;
#endif
