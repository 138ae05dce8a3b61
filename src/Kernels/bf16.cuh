// bfloat16: the upper half of an f32. Tensors of it are arrays of u16; sums are always f32.
//
//   bf16_round   one thread per element: nearest, ties to even, every NaN becomes 0x7fff
//     y     [count] out, bf16   x [count]
//     bytes 6·count
//     flops 0
//
//   bf16_widen   one thread per element, exact
//     y     [count] out         x [count], bf16
//     bytes 6·count
//     flops 0
#pragma once

#include "elementwise.cuh"

// cvt.rn.bf16.f32
__device__ __forceinline__ u16 cvt_rn_bf16(float value) {
    u16 result;
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(result) : "f"(value));
    return result;
}

extern "C" __global__ __launch_bounds__(kElementThreads) void bf16_round(
    u16* __restrict__ y, const float* __restrict__ x, u64 count) {
    const u64 i = element();
    if (i >= count) return;

    y[i] = cvt_rn_bf16(x[i]);
}

extern "C" __global__ __launch_bounds__(kElementThreads) void bf16_widen(float* __restrict__ y,
                                                                         const u16* __restrict__ x,
                                                                         u64 count) {
    const u64 i = element();
    if (i >= count) return;

    y[i] = __uint_as_float(static_cast<u32>(x[i]) << 16);
}
