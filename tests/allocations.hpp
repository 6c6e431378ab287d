// Counts what a program asks the heap for, Armadillo included: it puts itself before glibc's malloc.
// Not counted is what OpenBLAS asks for on its own account, as its small products for AVX-512 and its
// threads do at every call. To be included once in a program. Elsewhere, and under a sanitizer, which
// brings a malloc of its own, nothing is counted and `counts_allocations` is false.
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
#include <link.h>

#include <cstdint>
#include <cstring>

inline constexpr bool counts_allocations = true;

// Where the BLAS library lies in memory.
inline std::uintptr_t blas_begin = UINTPTR_MAX, blas_end = 0;
inline const int blas_sought = dl_iterate_phdr(
    [](dl_phdr_info* object, std::size_t, void*) {
      const char* slash = std::strrchr(object->dlpi_name, '/');
      if (!slash || !std::strstr(slash, "blas")) return 0;
      for (int i = 0; i < object->dlpi_phnum; ++i) {
        const auto& part = object->dlpi_phdr[i];
        if (part.p_type != PT_LOAD) continue;
        const std::uintptr_t begin = object->dlpi_addr + part.p_vaddr;
        blas_begin = begin < blas_begin ? begin : blas_begin;
        blas_end = begin + part.p_memsz > blas_end ? begin + part.p_memsz : blas_end;
      }
      return 0;
    },
    nullptr);
inline void count_allocation(const void* caller) {
  const auto place = reinterpret_cast<std::uintptr_t>(caller);
  if (place < blas_begin || place >= blas_end) ++allocations;
}

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) {
  count_allocation(__builtin_return_address(0));
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  count_allocation(__builtin_return_address(0));
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  count_allocation(__builtin_return_address(0));
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count_allocation(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  count_allocation(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  count_allocation(__builtin_return_address(0));
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}
}
#else
inline constexpr bool counts_allocations = false;
#endif
