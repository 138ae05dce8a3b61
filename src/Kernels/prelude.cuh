// What every kernel file needs: short integer names and the width of a warp.
// The compiler gets no standard headers, so nothing here includes one.
#pragma once

using u16 = unsigned short;
using u32 = unsigned int;
using u64 = unsigned long long;

constexpr int kWarpSize = 32;
constexpr u32 kFullWarp = 0xffffffffu;

// Threads of a block in which each warp owns one row.
constexpr int kRowThreads = 128;

// The row that this warp owns, when warps walk down the rows.
__device__ __forceinline__ int warp_row() {
    return blockIdx.x * (kRowThreads / kWarpSize) + threadIdx.x / kWarpSize;
}
