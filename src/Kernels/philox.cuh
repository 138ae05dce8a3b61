// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011): counter-based random words, so that any thread
// draws any word of a stream by itself. Counter = (block k, t, row low, row high); block k yields
// words 4k .. 4k + 3. The host's Philox gives the same words.
//
//   philox_words   one thread per block of four words
//     words [N] out
//     bytes 4·N
//     flops 0 (integers only)
#pragma once

#include "prelude.cuh"

// Ten rounds over one counter block.
__device__ __forceinline__ uint4 philox_block(uint4 counter, uint2 key) {
    constexpr u32 kMultiplierA = 0xd2511f53u;
    constexpr u32 kMultiplierB = 0xcd9e8d57u;
    constexpr u32 kWeylA = 0x9e3779b9u;
    constexpr u32 kWeylB = 0xbb67ae85u;
#pragma unroll
    for (int round = 0; round < 10; ++round) {
        const u32 high_a = __umulhi(kMultiplierA, counter.x);
        const u32 high_b = __umulhi(kMultiplierB, counter.z);
        counter = make_uint4(high_b ^ counter.y ^ key.x, kMultiplierB * counter.z,
                             high_a ^ counter.w ^ key.y, kMultiplierA * counter.x);
        key.x += kWeylA;
        key.y += kWeylB;
    }
    return counter;
}

extern "C" __global__ __launch_bounds__(256) void philox_words(u32* __restrict__ words, int N,
                                                               u32 key_low, u32 key_high, u32 t,
                                                               u32 row_low, u32 row_high) {
    const u32 k = blockIdx.x * blockDim.x + threadIdx.x;
    const u64 first = 4 * static_cast<u64>(k);
    if (first >= N) return;

    const uint4 drawn =
        philox_block(make_uint4(k, t, row_low, row_high), make_uint2(key_low, key_high));
    const u32 values[4] = {drawn.x, drawn.y, drawn.z, drawn.w};
#pragma unroll
    for (int j = 0; j < 4; ++j) {
        if (first + j < N) words[first + j] = values[j];
    }
}
