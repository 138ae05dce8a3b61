// Token embedding: y = table at ids.
//
//   embedding_forward    one warp per row
//     y       [N, C] out
//     ids     [N]    table [V, C]
//     bytes   4·(2·N·C + N)
//     flops   0
//
//   embedding_backward   one block per place in the rows sorted by id and 128 columns; the block
//                        at an id's first place adds up the id's rows in order, the others leave:
//                        no atomics, the bits of an addition row by row
//     d_table     [V, C] +=
//     d_y         [N, C]
//     sorted_ids, sorted_rows [N] from row_sort.cuh
//     bytes   4·(3·N·C + 2·N)   when no id repeats
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
    float* __restrict__ d_table, const float* __restrict__ d_y, const int* __restrict__ sorted_ids,
    const int* __restrict__ sorted_rows, int N, int C) {
    const int place = blockIdx.x;
    const int id = sorted_ids[place];
    if (place > 0 && sorted_ids[place - 1] == id) return;

    const int lane = threadIdx.x % kWarpSize;
    const int c = blockIdx.y * kRowThreads + threadIdx.x;
    const u64 target = static_cast<u64>(id) * C + c;
    float sum = c < C ? d_table[target] : 0.0f;
    int count = kWarpSize;  // rows of the id among the next 32 places
    for (int first = place; count == kWarpSize; first += kWarpSize) {
        const int mine = first + lane;
        const bool is_same = mine < N && sorted_ids[mine] == id;
        const int row = is_same ? sorted_rows[mine] : 0;
        count = __popc(__ballot_sync(kFullWarp, is_same));
        for (int k = 0; k < count; ++k) {
            const u64 n = __shfl_sync(kFullWarp, row, k);
            if (c < C) sum += d_y[n * C + c];
        }
    }
    if (c < C) d_table[target] = sum;
}
