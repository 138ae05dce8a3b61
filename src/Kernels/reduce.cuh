// Sums over a warp in a fixed order, so that the same inputs give the same bits.
#pragma once

#include "prelude.cuh"

// Sum of the 32 lanes' values, on every lane. All lanes must call it.
__device__ __forceinline__ float warp_sum(float value) {
    for (int distance = kWarpSize / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(kFullWarp, value, distance);
    }
    return value;
}
