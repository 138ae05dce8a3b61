// Rows sorted by id, rows of one id in their own order: a radix sort from the lowest digit of
// 8 bits, three kernels a pass. A warp counts equal digits by matching lanes, so that no atomics
// are needed and every row's place depends on the ids alone.
//
//   sort_count     one block per chunk of 2048 rows
//     counts  [chunks, 256] out: rows of the chunk by digit
//     ids     [N]
//     bytes   4·(N + 256·chunks)
//     flops   0 (integers only)
//
//   sort_offsets   one block
//     counts  [chunks, 256] in and out: counts become the first place of each chunk and digit
//     bytes   4·3·256·chunks   the second read comes from cache while they fit
//     flops   0 (integers only)
//
//   sort_scatter   one block per chunk
//     sorted_ids, sorted_rows [N] out
//     ids     [N]   rows [N], or null: the ids are in the order of the rows
//     offsets [chunks, 256]
//     bytes   4·(4·N + 256·chunks)   the ids' second read comes from cache
//     flops   0 (integers only)
#pragma once

#include "prelude.cuh"

constexpr int kDigits = 256;  // values of a digit; also the threads of a block
constexpr int kSortWarps = kDigits / kWarpSize;
constexpr int kWarpRows = 256;  // rows of a warp
constexpr int kSortRows = kSortWarps * kWarpRows;

// Digit of row n; rows from the end on have one that no row has.
__device__ __forceinline__ int digit_of(const int* __restrict__ ids, int n, int end, int shift) {
    return n < end ? ids[n] >> shift & (kDigits - 1) : kDigits;
}

// Whether this lane is the first of its peers, which have the same digit.
__device__ __forceinline__ bool leads(u32 peers, int digit) {
    const int lane = threadIdx.x % kWarpSize;
    return digit < kDigits && __ffs(peers) - 1 == lane;
}

// Counts the digits of this warp's rows into counts [256], which nobody else touches.
__device__ __forceinline__ void count_digits(int* counts, const int* __restrict__ ids, int first,
                                             int end, int shift) {
    const int lane = threadIdx.x % kWarpSize;
    for (int digit = lane; digit < kDigits; digit += kWarpSize) {
        counts[digit] = 0;
    }
    __syncwarp();
#pragma unroll 1  // the steps wait for each other
    for (int start = first; start < end; start += kWarpSize) {
        const int digit = digit_of(ids, start + lane, end, shift);
        const u32 peers = __match_any_sync(kFullWarp, digit);
        if (leads(peers, digit)) counts[digit] += __popc(peers);
        __syncwarp();
    }
}

extern "C" __global__ __launch_bounds__(kDigits) void sort_count(int* __restrict__ counts,
                                                                 const int* __restrict__ ids, int N,
                                                                 int shift) {
    __shared__ int warp_counts[kSortWarps][kDigits];
    const int warp = threadIdx.x / kWarpSize;
    const int first = blockIdx.x * kSortRows + warp * kWarpRows;
    count_digits(warp_counts[warp], ids, first, min(first + kWarpRows, N), shift);
    __syncthreads();

    int sum = 0;
#pragma unroll
    for (int other = 0; other < kSortWarps; ++other) {
        sum += warp_counts[other][threadIdx.x];
    }
    counts[static_cast<u64>(blockIdx.x) * kDigits + threadIdx.x] = sum;
}

extern "C" __global__ __launch_bounds__(kDigits) void sort_offsets(int* counts, int chunks) {
    __shared__ int totals[kDigits];
    const int digit = threadIdx.x;
    int total = 0;
    for (int chunk = 0; chunk < chunks; ++chunk) {
        total += counts[static_cast<u64>(chunk) * kDigits + digit];
    }
    totals[digit] = total;
    __syncthreads();

    int place = 0;
    for (int lower = 0; lower < digit; ++lower) {
        place += totals[lower];
    }
    for (int chunk = 0; chunk < chunks; ++chunk) {
        const u64 at = static_cast<u64>(chunk) * kDigits + digit;
        const int count = counts[at];
        counts[at] = place;
        place += count;
    }
}

extern "C" __global__ __launch_bounds__(kDigits) void sort_scatter(
    int* __restrict__ sorted_ids, int* __restrict__ sorted_rows, const int* __restrict__ ids,
    const int* __restrict__ rows, const int* __restrict__ offsets, int N, int shift) {
    __shared__ int places[kSortWarps][kDigits];
    const int lane = threadIdx.x % kWarpSize;
    const int warp = threadIdx.x / kWarpSize;
    const int first = blockIdx.x * kSortRows + warp * kWarpRows;
    const int end = min(first + kWarpRows, N);
    count_digits(places[warp], ids, first, end, shift);
    __syncthreads();

    int place = offsets[static_cast<u64>(blockIdx.x) * kDigits + threadIdx.x];
#pragma unroll
    for (int other = 0; other < kSortWarps; ++other) {
        const int count = places[other][threadIdx.x];
        places[other][threadIdx.x] = place;
        place += count;
    }
    __syncthreads();

#pragma unroll 1  // the steps wait for each other
    for (int start = first; start < end; start += kWarpSize) {
        const int n = start + lane;
        const int digit = digit_of(ids, n, end, shift);
        const u32 peers = __match_any_sync(kFullWarp, digit);
        if (n < end) {
            const u32 before = peers & ((1u << lane) - 1);
            const int to = places[warp][digit] + __popc(before);
            sorted_ids[to] = ids[n];
            sorted_rows[to] = rows == nullptr ? n : rows[n];
        }
        __syncwarp();  // all have read their place
        if (leads(peers, digit)) places[warp][digit] += __popc(peers);
        __syncwarp();
    }
}
