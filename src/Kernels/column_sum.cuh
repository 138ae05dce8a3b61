// Sums over rows in two steps of fixed order: chunks of 256 rows, then the chunks.
//
//   bias_backward   one block per 32 columns and chunk
//     partial [chunks, C] out
//     d_y     [N, C]
//     bytes   4·(N·C + 2·C)   partial sums apart: 1/256 of the rows
//     flops   N·C
//
//   add_chunks      one thread per column
//     sum     [C] +=
//     partial [chunks, C]
//     bytes   4·(chunks·C + 2·C)
//     flops   chunks·C
#pragma once

#include "prelude.cuh"

constexpr int kChunkRows = 256;
constexpr int kChunkLanes = 8;  // rows that a block reads at a time
constexpr int kChunkThreads = kWarpSize * kChunkLanes;

// Adds the eight row lanes' values of this thread's column in order; the result is on lane 0.
__device__ __forceinline__ float sum_row_lanes(float value, float (*shared)[kWarpSize]) {
    const int column = threadIdx.x % kWarpSize;
    __syncthreads();
    shared[threadIdx.x / kWarpSize][column] = value;
    __syncthreads();
    float sum = 0.0f;
#pragma unroll
    for (int lane = 0; lane < kChunkLanes; ++lane) {
        sum += shared[lane][column];
    }
    return sum;
}

extern "C" __global__ __launch_bounds__(kChunkThreads) void bias_backward(
    float* __restrict__ partial, const float* __restrict__ d_y, int N, int C) {
    __shared__ float shared[kChunkLanes][kWarpSize];
    const int c = blockIdx.x * kWarpSize + threadIdx.x % kWarpSize;
    const int first = blockIdx.y * kChunkRows;
    const int end = min(first + kChunkRows, N);

    float sum = 0.0f;
    if (c < C) {
        for (int n = first + threadIdx.x / kWarpSize; n < end; n += kChunkLanes) {
            sum += d_y[static_cast<u64>(n) * C + c];
        }
    }
    sum = sum_row_lanes(sum, shared);
    if (threadIdx.x < kWarpSize && c < C) {
        partial[static_cast<u64>(blockIdx.y) * C + c] = sum;
    }
}

extern "C" __global__ __launch_bounds__(kRowThreads) void add_chunks(
    float* __restrict__ sum, const float* __restrict__ partial, int chunks, int C) {
    const int c = blockIdx.x * kRowThreads + threadIdx.x;
    if (c >= C) return;

    float total = 0.0f;
    for (int chunk = 0; chunk < chunks; ++chunk) {
        total += partial[static_cast<u64>(chunk) * C + c];
    }
    sum[c] += total;
}
