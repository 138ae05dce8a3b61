// Matrix product in f32: C [M, N] = epilogue(A · B). Every element has one accumulator, k ascends,
// multiply and add are fused: the bits do not depend on the tile.
//
//   gemm_nn   A [M, K]   B [K, N]
//   gemm_nt   A [M, K]   B [N, K]   activations times a weight
//   gemm_tn   A [K, M]   B [K, N]   a weight gradient
//     c       [M, N] out;  strides are elements from row to row
//     bytes   4·(M·K + K·N + M·N), and one pass over [M, N] for each operand of the epilogue
//     flops   2·M·N·K
//
// A block owns 64 x 64 elements, a thread 8 rows by 4 columns that lie 16 apart. Tiles of A and B
// lie in shared memory as [k][row] with rows of 68 words: the transposing store of a warp, 8 k by
// 4 rows, meets every bank once. While a tile is used, the next one is already on its way into
// registers. The sums go through shared memory too, so that a warp stores 32 neighbours; rows of
// 66 words keep the two rows of a warp apart.
#pragma once

#include "gemm_epilogue.cuh"

constexpr int kTile = 64;        // rows and columns of a block
constexpr int kTileK = 16;       // terms of a step
constexpr int kTileStride = 68;  // words from k to k + 1
constexpr int kTileWords = kTileK * kTileStride;
constexpr int kSumStride = 66;  // words from row to row of the sums
constexpr int kGemmThreads = 128;
constexpr int kThreadRows = 8;
constexpr int kThreadColumns = 4;
constexpr int kTileLoads = kTile * kTileK / kGemmThreads;

// Where in the tile the load j of this thread goes. Contiguous along k: a warp takes 8 k of 4 rows.
// Contiguous along the rows: a warp takes 32 rows of one k.
template <bool kAlongK>
__device__ __forceinline__ void tile_place(int j, int& row, int& k) {
    const int lane = threadIdx.x % kWarpSize;
    const int piece = j * (kGemmThreads / kWarpSize) + threadIdx.x / kWarpSize;
    if (kAlongK) {
        row = piece / 2 * 4 + lane / 8;
        k = piece % 2 * 8 + lane % 8;
    } else {
        row = piece % 2 * kWarpSize + lane;
        k = piece / 2;
    }
}

// Reads a tile into registers, zeros outside of the matrix.
template <bool kAlongK>
__device__ __forceinline__ void read_tile(float (&values)[kTileLoads],
                                          const float* __restrict__ matrix, int stride,
                                          int first_row, int first_k, int rows, int K) {
#pragma unroll
    for (int j = 0; j < kTileLoads; ++j) {
        int row, k;
        tile_place<kAlongK>(j, row, k);
        row += first_row;
        k += first_k;
        const u64 at =
            kAlongK ? static_cast<u64>(row) * stride + k : static_cast<u64>(k) * stride + row;
        values[j] = row < rows && k < K ? matrix[at] : 0.0f;
    }
}

template <bool kAlongK>
__device__ __forceinline__ void write_tile(float (*tile)[kTileStride],
                                           const float (&values)[kTileLoads]) {
#pragma unroll
    for (int j = 0; j < kTileLoads; ++j) {
        int row, k;
        tile_place<kAlongK>(j, row, k);
        tile[k][row] = values[j];
    }
}

template <bool kAlongKA, bool kAlongKB>
__device__ __forceinline__ void gemm(float* c, const float* __restrict__ a,
                                     const float* __restrict__ b, int M, int N, int K, int c_stride,
                                     int a_stride, int b_stride, const GemmEpilogue& epilogue) {
    __shared__ __align__(16) float shared[4 * kTileWords];
    static_assert(kTile * kSumStride <= 4 * kTileWords, "the sums take the place of the tiles");
    float(*tiles)[kTileStride] = reinterpret_cast<float(*)[kTileStride]>(shared);
    const int tile_m = blockIdx.y * kTile;
    const int tile_n = blockIdx.x * kTile;
    const int rows = threadIdx.x / 16 * kThreadRows;  // first of this thread, in the tile
    const int column = threadIdx.x % 16;

    float sums[kThreadRows][kThreadColumns];
#pragma unroll
    for (int i = 0; i < kThreadRows; ++i) {
#pragma unroll
        for (int j = 0; j < kThreadColumns; ++j) {
            const int m = tile_m + rows + i;
            const int n = tile_n + column + 16 * j;
            sums[i][j] = epilogue.accumulate && m < M && n < N
                             ? c[static_cast<u64>(m) * c_stride + n]
                             : 0.0f;
        }
    }

    float next_a[kTileLoads], next_b[kTileLoads];
    read_tile<kAlongKA>(next_a, a, a_stride, tile_m, 0, M, K);
    read_tile<kAlongKB>(next_b, b, b_stride, tile_n, 0, N, K);
    for (int first = 0, buffer = 0; first < K; first += kTileK, buffer ^= 1) {
        float(*tile_a)[kTileStride] = tiles + 2 * buffer * kTileK;
        float(*tile_b)[kTileStride] = tile_a + kTileK;
        write_tile<kAlongKA>(tile_a, next_a);
        write_tile<kAlongKB>(tile_b, next_b);
        __syncthreads();  // two buffers: the tile before this one may still be read
        if (first + kTileK < K) {
            read_tile<kAlongKA>(next_a, a, a_stride, tile_m, first + kTileK, M, K);
            read_tile<kAlongKB>(next_b, b, b_stride, tile_n, first + kTileK, N, K);
        }
#pragma unroll
        for (int k = 0; k < kTileK; ++k) {
            float left[kThreadRows], right[kThreadColumns];
#pragma unroll
            for (int i = 0; i < kThreadRows; i += 4) {
                const float4 four = *reinterpret_cast<const float4*>(&tile_a[k][rows + i]);
                left[i] = four.x, left[i + 1] = four.y, left[i + 2] = four.z, left[i + 3] = four.w;
            }
#pragma unroll
            for (int j = 0; j < kThreadColumns; ++j) {
                right[j] = tile_b[k][column + 16 * j];
            }
#pragma unroll
            for (int i = 0; i < kThreadRows; ++i) {
#pragma unroll
                for (int j = 0; j < kThreadColumns; ++j) {
                    sums[i][j] = fmaf(left[i], right[j], sums[i][j]);
                }
            }
        }
    }

    __syncthreads();  // the tiles are done with
#pragma unroll
    for (int i = 0; i < kThreadRows; ++i) {
#pragma unroll
        for (int j = 0; j < kThreadColumns; ++j) {
            shared[(rows + i) * kSumStride + column + 16 * j] = sums[i][j];
        }
    }
    __syncthreads();
    const int n = tile_n + threadIdx.x % kTile;
    for (int row = threadIdx.x / kTile; row < kTile; row += kGemmThreads / kTile) {
        const int m = tile_m + row;
        if (m < M && n < N) {
            const float sum = shared[row * kSumStride + threadIdx.x % kTile];
            store_product(c, c_stride, sum, m, n, epilogue);
        }
    }
}

// The kernels differ in how their operands lie. They are written out: a macro that spans lines,
// with line information, crashes the assembler of NVRTC 11.8 for sm_90.
extern "C" __global__ __launch_bounds__(kGemmThreads) void gemm_nn(
    float* c, float* pre_activation, const float* __restrict__ a, const float* __restrict__ b,
    const float* __restrict__ bias, const float* residual, int M, int N, int K, int c_stride,
    int pre_activation_stride, int a_stride, int b_stride, int residual_stride, int accumulate,
    int gelu) {
    const GemmEpilogue epilogue = {
        bias, pre_activation, residual, pre_activation_stride, residual_stride, accumulate, gelu};
    gemm<true, false>(c, a, b, M, N, K, c_stride, a_stride, b_stride, epilogue);
}

extern "C" __global__ __launch_bounds__(kGemmThreads) void gemm_nt(
    float* c, float* pre_activation, const float* __restrict__ a, const float* __restrict__ b,
    const float* __restrict__ bias, const float* residual, int M, int N, int K, int c_stride,
    int pre_activation_stride, int a_stride, int b_stride, int residual_stride, int accumulate,
    int gelu) {
    const GemmEpilogue epilogue = {
        bias, pre_activation, residual, pre_activation_stride, residual_stride, accumulate, gelu};
    gemm<true, true>(c, a, b, M, N, K, c_stride, a_stride, b_stride, epilogue);
}

extern "C" __global__ __launch_bounds__(kGemmThreads) void gemm_tn(
    float* c, float* pre_activation, const float* __restrict__ a, const float* __restrict__ b,
    const float* __restrict__ bias, const float* residual, int M, int N, int K, int c_stride,
    int pre_activation_stride, int a_stride, int b_stride, int residual_stride, int accumulate,
    int gelu) {
    const GemmEpilogue epilogue = {
        bias, pre_activation, residual, pre_activation_stride, residual_stride, accumulate, gelu};
    gemm<false, false>(c, a, b, M, N, K, c_stride, a_stride, b_stride, epilogue);
}
