// Operations on single elements.
//
//   gelu_forward       one warp per row;  y = u · Φ(u),  u = x + bias,  exact erf
//     y        [N, C] out   x [N, C]   bias [C], or null
//     bytes    4·(2·N·C + C)
//     flops    6·N·C
//
//   gelu_backward      one thread per element;  d_x = d_y · (Φ(x) + x · φ(x)),  may be in place
//     d_x      [count] out   d_y, x [count]
//     bytes    4·3·count
//     flops    10·count
//
//   residual_forward   one thread per element;  y = a + b,  may be in place
//     y        [count] out   a, b [count]
//     bytes    4·3·count
//     flops    count
//
//   swiglu_forward     one thread per element;  y = silu(gate) · up,  silu(u) = u / (1 + exp(-u))
//     y        [count] out   gate, up [count]
//     bytes    4·3·count
//     flops    5·count
//
//   swiglu_backward    one thread per element;  may be in place
//     d_gate, d_up [count] out   d_y, gate, up [count]
//     bytes    4·5·count
//     flops    11·count
#pragma once

#include "prelude.cuh"

constexpr int kElementThreads = 256;

// This thread's element.
__device__ __forceinline__ u64 element() {
    return static_cast<u64>(blockIdx.x) * kElementThreads + threadIdx.x;
}

// Φ(x), the normal distribution function; the complement keeps its digits far below zero.
__device__ __forceinline__ float normal_cdf(float x) {
    constexpr float kHalfRoot = 0.70710678118654752f;
    return 0.5f * erfcf(-x * kHalfRoot);
}

__device__ __forceinline__ float gelu(float x) { return x * normal_cdf(x); }

__device__ __forceinline__ float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

extern "C" __global__ __launch_bounds__(kRowThreads) void gelu_forward(
    float* y, const float* x, const float* __restrict__ bias, int N, int C) {
    const int n = warp_row();
    if (n >= N) return;

    const u64 row = static_cast<u64>(n) * C;
    for (int c = threadIdx.x % kWarpSize; c < C; c += kWarpSize) {
        y[row + c] = gelu(bias == nullptr ? x[row + c] : x[row + c] + bias[c]);
    }
}

extern "C" __global__ __launch_bounds__(kElementThreads) void gelu_backward(float* d_x,
                                                                            const float* d_y,
                                                                            const float* x,
                                                                            u64 count) {
    constexpr float kDensityScale = 0.39894228040143268f;  // 1 / √(2π)
    const u64 i = element();
    if (i >= count) return;

    const float density = kDensityScale * expf(-0.5f * x[i] * x[i]);
    d_x[i] = d_y[i] * fmaf(x[i], density, normal_cdf(x[i]));
}

extern "C" __global__ __launch_bounds__(kElementThreads) void residual_forward(float* y,
                                                                               const float* a,
                                                                               const float* b,
                                                                               u64 count) {
    const u64 i = element();
    if (i >= count) return;

    y[i] = a[i] + b[i];
}

extern "C" __global__ __launch_bounds__(kElementThreads) void swiglu_forward(float* y,
                                                                             const float* gate,
                                                                             const float* up,
                                                                             u64 count) {
    const u64 i = element();
    if (i >= count) return;

    y[i] = gate[i] * sigmoid(gate[i]) * up[i];
}

extern "C" __global__ __launch_bounds__(kElementThreads) void swiglu_backward(
    float* d_gate, float* d_up, const float* d_y, const float* gate, const float* up, u64 count) {
    const u64 i = element();
    if (i >= count) return;

    const float g = gate[i];
    const float s = sigmoid(g);
    const float d = d_y[i];
    const float u = up[i];
    d_gate[i] = d * u * s * fmaf(g, 1.0f - s, 1.0f);
    d_up[i] = d * g * s;
}
