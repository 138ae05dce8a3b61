// LayerNorm (Ba, Kiros, Hinton 2016): y = h · gamma + beta,  h = (x - mean) · rstd,
// rstd = 1 / √(mean((x - mean)²) + epsilon), row by row.
//
//   layer_norm_forward               one warp per row
//     y       [N, C] out   mean, rstd [N] out, or both null: not wanted
//     x       [N, C]       gamma, beta [C]
//     bytes   4·(2·N·C + 2·N + 2·C)   floor: x is read three times, from cache after the first
//     flops   8·N·C
//
//   layer_norm_backward              one warp per row
//     d_x     [N, C] += rstd · (g - mean(g) - h · mean(g · h)),  g = d_y · gamma
//     d_y, x  [N, C]       mean, rstd [N]   gamma [C]
//     bytes   4·(4·N·C + 2·N + C)
//     flops   12·N·C
//
//   layer_norm_backward_parameters   one block per 32 columns and chunk of 256 rows
//     d_gamma, d_beta [chunks, C] out: partial sums of d_y · h and d_y, for add_chunks
//     d_y, x  [N, C]       mean, rstd [N]
//     bytes   4·(2·N·C + 2·N + 4·C)
//     flops   3·N·C
#pragma once

#include "column_sum.cuh"
#include "reduce.cuh"

extern "C" __global__ __launch_bounds__(kRowThreads) void layer_norm_forward(
    float* __restrict__ y, float* __restrict__ mean, float* __restrict__ rstd,
    const float* __restrict__ x, const float* __restrict__ gamma, const float* __restrict__ beta,
    int N, int C, float epsilon) {
    const int lane = threadIdx.x % kWarpSize;
    const int n = warp_row();
    if (n >= N) return;

    const u64 row = static_cast<u64>(n) * C;
    float sum = 0.0f;
    for (int c = lane; c < C; c += kWarpSize) {
        sum += x[row + c];
    }
    const float m = warp_sum(sum) / C;

    float sum_of_squares = 0.0f;
    for (int c = lane; c < C; c += kWarpSize) {
        const float centred = x[row + c] - m;
        sum_of_squares = fmaf(centred, centred, sum_of_squares);
    }
    const float r = 1.0f / sqrtf(warp_sum(sum_of_squares) / C + epsilon);

    for (int c = lane; c < C; c += kWarpSize) {
        y[row + c] = fmaf((x[row + c] - m) * r, gamma[c], beta[c]);
    }
    if (mean != nullptr && lane == 0) {
        mean[n] = m;
        rstd[n] = r;
    }
}

extern "C" __global__ __launch_bounds__(kRowThreads) void layer_norm_backward(
    float* __restrict__ d_x, const float* __restrict__ d_y, const float* __restrict__ x,
    const float* __restrict__ mean, const float* __restrict__ rstd, const float* __restrict__ gamma,
    int N, int C) {
    const int lane = threadIdx.x % kWarpSize;
    const int n = warp_row();
    if (n >= N) return;

    const u64 row = static_cast<u64>(n) * C;
    const float m = mean[n];
    const float r = rstd[n];
    float sum = 0.0f;
    float sum_of_products = 0.0f;
    for (int c = lane; c < C; c += kWarpSize) {
        const float g = d_y[row + c] * gamma[c];
        sum += g;
        sum_of_products = fmaf(g, (x[row + c] - m) * r, sum_of_products);
    }
    const float mean_g = warp_sum(sum) / C;
    const float mean_gh = warp_sum(sum_of_products) / C;

    for (int c = lane; c < C; c += kWarpSize) {
        const float h = (x[row + c] - m) * r;
        const float g = d_y[row + c] * gamma[c];
        d_x[row + c] = fmaf(r, fmaf(-h, mean_gh, g - mean_g), d_x[row + c]);
    }
}

extern "C" __global__ __launch_bounds__(kChunkThreads) void layer_norm_backward_parameters(
    float* __restrict__ d_gamma, float* __restrict__ d_beta, const float* __restrict__ d_y,
    const float* __restrict__ x, const float* __restrict__ mean, const float* __restrict__ rstd,
    int N, int C) {
    __shared__ float shared[kChunkLanes][kWarpSize];
    const int c = blockIdx.x * kWarpSize + threadIdx.x % kWarpSize;
    const int first = blockIdx.y * kChunkRows;
    const int end = min(first + kChunkRows, N);

    float gamma_sum = 0.0f;
    float beta_sum = 0.0f;
    if (c < C) {
        for (int n = first + threadIdx.x / kWarpSize; n < end; n += kChunkLanes) {
            const u64 at = static_cast<u64>(n) * C + c;
            gamma_sum = fmaf(d_y[at], (x[at] - mean[n]) * rstd[n], gamma_sum);
            beta_sum += d_y[at];
        }
    }
    gamma_sum = sum_row_lanes(gamma_sum, shared);
    beta_sum = sum_row_lanes(beta_sum, shared);
    if (threadIdx.x < kWarpSize && c < C) {
        const u64 at = static_cast<u64>(blockIdx.y) * C + c;
        d_gamma[at] = gamma_sum;
        d_beta[at] = beta_sum;
    }
}
