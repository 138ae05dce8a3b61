// RMSNorm (Zhang & Sennrich 2019): y = x · rstd · gamma,  rstd = 1 / √(mean(x²) + epsilon).
//
//   rms_norm_forward               one warp per row
//     y       [N, C] out   rstd  [N] out, or null: not wanted
//     x       [N, C]       gamma [C]
//     bytes   4·(2·N·C + N + C)   floor: x's second read comes from cache
//     flops   4·N·C
//
//   rms_norm_backward              one warp per row
//     d_x     [N, C] += rstd · (g - h · mean(g · h)),  g = d_y · gamma,  h = x · rstd
//     d_y, x  [N, C]       rstd  [N]   gamma [C]
//     bytes   4·(4·N·C + N + C)
//     flops   9·N·C
//
//   rms_norm_backward_parameters   one block per 32 columns and chunk of 256 rows
//     d_gamma [chunks, C] out: partial sums of d_y · h, for add_chunks
//     d_y, x  [N, C]       rstd  [N]
//     bytes   4·(2·N·C + N + 2·C)
//     flops   3·N·C
#pragma once

#include "column_sum.cuh"
#include "reduce.cuh"

extern "C" __global__ __launch_bounds__(kRowThreads) void rms_norm_forward(
    float* __restrict__ y, float* __restrict__ rstd, const float* __restrict__ x,
    const float* __restrict__ gamma, int N, int C, float epsilon) {
    const int lane = threadIdx.x % kWarpSize;
    const int n = warp_row();
    if (n >= N) return;

    const u64 row = static_cast<u64>(n) * C;
    float sum_of_squares = 0.0f;
    for (int c = lane; c < C; c += kWarpSize) {
        sum_of_squares = fmaf(x[row + c], x[row + c], sum_of_squares);
    }
    const float r = 1.0f / sqrtf(warp_sum(sum_of_squares) / C + epsilon);

    for (int c = lane; c < C; c += kWarpSize) {
        y[row + c] = x[row + c] * r * gamma[c];
    }
    if (rstd != nullptr && lane == 0) rstd[n] = r;
}

extern "C" __global__ __launch_bounds__(kRowThreads) void rms_norm_backward(
    float* __restrict__ d_x, const float* __restrict__ d_y, const float* __restrict__ x,
    const float* __restrict__ rstd, const float* __restrict__ gamma, int N, int C) {
    const int lane = threadIdx.x % kWarpSize;
    const int n = warp_row();
    if (n >= N) return;

    const u64 row = static_cast<u64>(n) * C;
    const float r = rstd[n];
    float sum_of_products = 0.0f;
    for (int c = lane; c < C; c += kWarpSize) {
        sum_of_products = fmaf(d_y[row + c] * gamma[c], x[row + c] * r, sum_of_products);
    }
    const float mean_gh = warp_sum(sum_of_products) / C;

    for (int c = lane; c < C; c += kWarpSize) {
        const float g = d_y[row + c] * gamma[c];
        d_x[row + c] = fmaf(r, fmaf(-(x[row + c] * r), mean_gh, g), d_x[row + c]);
    }
}

extern "C" __global__ __launch_bounds__(kChunkThreads) void rms_norm_backward_parameters(
    float* __restrict__ d_gamma, const float* __restrict__ d_y, const float* __restrict__ x,
    const float* __restrict__ rstd, int N, int C) {
    __shared__ float shared[kChunkLanes][kWarpSize];
    const int c = blockIdx.x * kWarpSize + threadIdx.x % kWarpSize;
    const int first = blockIdx.y * kChunkRows;
    const int end = min(first + kChunkRows, N);

    float sum = 0.0f;
    if (c < C) {
        for (int n = first + threadIdx.x / kWarpSize; n < end; n += kChunkLanes) {
            const u64 at = static_cast<u64>(n) * C + c;
            sum = fmaf(d_y[at], x[at] * rstd[n], sum);
        }
    }
    sum = sum_row_lanes(sum, shared);
    if (threadIdx.x < kWarpSize && c < C) {
        d_gamma[static_cast<u64>(blockIdx.y) * C + c] = sum;
    }
}
