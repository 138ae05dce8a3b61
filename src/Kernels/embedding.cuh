// Token embedding: y = table at ids.
//
//   embedding_forward    one warp per row
//     y       [N, C] out
//     ids     [N]    table [V, C]
//     bytes   4·(2·N·C + N)
//     flops   0
//
//   embedding_backward   one warp per row and 32 columns; of the rows with one id the first one's
//                        warp adds up all of them in order, the others leave: no atomics
//     d_table [V, C] +=
//     d_y     [N, C] ids   [N]
//     bytes   4·(3·N·C + N)   when no id repeats
//     flops   N·C
#pragma once

#include "prelude.cuh"

extern "C" __global__ __launch_bounds__(kRowThreads) void embedding_forward(
    float* __restrict__ y, const int* __restrict__ ids, const float* __restrict__ table, int N,
    int C) {
    const int n = warp_row();
    if (n >= N) return;

    const u64 to = static_cast<u64>(n) * C;
    const u64 from = static_cast<u64>(ids[n]) * C;
    for (int c = threadIdx.x % kWarpSize; c < C; c += kWarpSize) {
        y[to + c] = table[from + c];
    }
}

extern "C" __global__ __launch_bounds__(kRowThreads) void embedding_backward(
    float* __restrict__ d_table, const float* __restrict__ d_y, const int* __restrict__ ids, int N,
    int C) {
    const int n = blockIdx.x;
    const int id = ids[n];
    const int lane = threadIdx.x % kWarpSize;

    bool is_repeated = false;
    for (int m = lane; m < n; m += kWarpSize) {
        is_repeated |= ids[m] == id;
    }
    if (__any_sync(kFullWarp, is_repeated)) return;

    const int c = blockIdx.y * kRowThreads + threadIdx.x;
    const u64 target = static_cast<u64>(id) * C + c;
    float sum = c < C ? d_table[target] : 0.0f;
    for (int first = n; first < N; first += kWarpSize) {
        const int mine = first + lane;
        u32 same = __ballot_sync(kFullWarp, mine < N && ids[mine] == id);
        for (; same != 0; same &= same - 1) {
            const int m = first + __ffs(same) - 1;
            if (c < C) sum += d_y[static_cast<u64>(m) * C + c];
        }
    }
    if (c < C) d_table[target] = sum;
}
