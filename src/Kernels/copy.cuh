// Copies from global to shared memory that go on while the threads compute: one
// instruction a function, named after it.
#pragma once

#include "prelude.cuh"

// The address of shared memory as instructions take it.
__device__ __forceinline__ u32 shared_address(const void* pointer) {
    return static_cast<u32>(__cvta_generic_to_shared(pointer));
}

// 16 bytes to shared memory, past the first-level cache; bytes from `valid` on
// become zero.
__device__ __forceinline__ void cp_async_16(u32 to, const void* from, int valid) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(valid)
                 : "memory");
}

// Ends this thread's group of copies.
__device__ __forceinline__ void cp_async_commit_group() {
    asm volatile("cp.async.commit_group;" ::: "memory");
}

// Waits until at most kPending of this thread's latest groups are still on
// their way.
template <int kPending>
__device__ __forceinline__ void cp_async_wait_group() {
    asm volatile("cp.async.wait_group %0;" ::"n"(kPending) : "memory");
}
