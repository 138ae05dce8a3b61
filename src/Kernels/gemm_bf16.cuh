// Matrix product of bf16 matrices on tensor cores: C [M, N] = epilogue(A · B), C in f32.
//
//   gemm_bf16_nn   A [M, K]   B [K, N]
//   gemm_bf16_nt   A [M, K]   B [N, K]   activations times a weight
//   gemm_bf16_tn   A [K, M]   B [K, N]   a weight gradient
//     c       [M, N] out;  strides are elements from row to row
//     bytes   2·(M·K + K·N) + 4·M·N, and one pass over [M, N] per operand of the epilogue
//     flops   2·M·N·K
//
// A block owns 64 x 64 elements, each of its four warps 32 x 32. Tiles of 32 terms come through
// three buffers: while one is multiplied, two are on their way. A tile is chunks of 16 bytes, in
// an order in which neither the copies nor ldmatrix meet a bank twice. Matrices whose rows do not
// begin on 16 bytes are read element by element.
#pragma once

#include "bf16.cuh"
#include "copy.cuh"
#include "gemm_epilogue.cuh"
#include "mma.cuh"

constexpr int kBf16Tile = 64;
constexpr int kBf16TileK = 32;
constexpr int kBf16Threads = 128;
constexpr int kBf16Stages = 3;
constexpr int kChunk = 8;  // elements of 16 bytes
constexpr int kBf16TileBytes = kBf16Tile * kBf16TileK * 2;
constexpr int kBf16SumStride = 72;  // words from row to row of the sums

// Where a chunk lies in a tile. Along k a row has 4 chunks, two rows meet all banks; along the
// rows a k has 8 chunks.
template <bool kAlongK>
__device__ __forceinline__ u32 chunk_offset(int line, int chunk) {
    return kAlongK ? line * 64 + (chunk ^ (line >> 1 & 3)) * 16
                   : line * 128 + (chunk ^ (line & 7)) * 16;
}

// A matrix that tiles are taken from.
struct Bf16Matrix {
    const u16* elements;
    int stride;
    int rows;  // M or N
    int K;
    bool is_aligned;  // every row begins on 16 bytes
};

__device__ __forceinline__ Bf16Matrix bf16_matrix(const u16* elements, int stride, int rows,
                                                  int K) {
    const bool is_aligned =
        stride % kChunk == 0 && reinterpret_cast<u64>(elements) % (2 * kChunk) == 0;
    return {elements, stride, rows, K, is_aligned};
}

// Eight elements, of which the first `valid` are in the matrix, the others zero.
__device__ __forceinline__ uint4 read_chunk(const u16* from, int valid) {
    u32 words[kChunk / 2];
#pragma unroll
    for (int i = 0; i < kChunk / 2; ++i) {
        const u32 low = 2 * i < valid ? from[2 * i] : 0;
        const u32 high = 2 * i + 1 < valid ? from[2 * i + 1] : 0;
        words[i] = high << 16 | low;
    }
    return make_uint4(words[0], words[1], words[2], words[3]);
}

// Starts the copy of the tile at (first_row, first_k); outside of the matrix it is zero.
template <bool kAlongK>
__device__ __forceinline__ void copy_tile(unsigned char* tile, const Bf16Matrix& matrix,
                                          int first_row, int first_k) {
    constexpr int kChunksPerLine = (kAlongK ? kBf16TileK : kBf16Tile) / kChunk;
    constexpr int kCopies = kBf16TileBytes / 16 / kBf16Threads;
    const int lines = kAlongK ? matrix.rows : matrix.K;
    const int columns = kAlongK ? matrix.K : matrix.rows;
#pragma unroll
    for (int j = 0; j < kCopies; ++j) {
        const int piece = j * kBf16Threads + threadIdx.x;
        const int line = piece / kChunksPerLine;
        const int chunk = piece % kChunksPerLine;
        const int global_line = (kAlongK ? first_row : first_k) + line;
        const int column = (kAlongK ? first_k : first_row) + chunk * kChunk;
        const int valid = global_line < lines ? max(0, min(kChunk, columns - column)) : 0;
        const u16* from =
            valid == 0 ? matrix.elements
                       : matrix.elements + static_cast<u64>(global_line) * matrix.stride + column;
        unsigned char* to = tile + chunk_offset<kAlongK>(line, chunk);
        if (matrix.is_aligned) {
            cp_async_16(shared_address(to), from, 2 * valid);
        } else {
            *reinterpret_cast<uint4*>(to) = read_chunk(from, valid);
        }
    }
}

// The fragment of A at (row, k) of its tile: rows 0-7 and 8-15, then the same for the next 8 k.
template <bool kAlongK>
__device__ __forceinline__ void load_a(u32 (&fragment)[4], const unsigned char* tile, int row,
                                       int k) {
    const int lane = threadIdx.x % kWarpSize;
    const int lower = lane % 8;
    const int middle = lane / 8 % 2;
    const int upper = lane / 16;
    if (kAlongK) {
        const u32 at = chunk_offset<true>(row + 8 * middle + lower, k / kChunk + upper);
        ldmatrix_x4(fragment, shared_address(tile + at));
    } else {
        const u32 at = chunk_offset<false>(k + 8 * upper + lower, row / kChunk + middle);
        ldmatrix_x4_trans(fragment, shared_address(tile + at));
    }
}

// The fragments of B for 16 columns at (column, k): k 0-7 and 8-15 of columns 0-7, then of 8-15.
template <bool kAlongK>
__device__ __forceinline__ void load_b(u32 (&fragment)[4], const unsigned char* tile, int column,
                                       int k) {
    const int lane = threadIdx.x % kWarpSize;
    const int lower = lane % 8;
    const int middle = lane / 8 % 2;
    const int upper = lane / 16;
    if (kAlongK) {
        const u32 at = chunk_offset<true>(column + 8 * upper + lower, k / kChunk + middle);
        ldmatrix_x4(fragment, shared_address(tile + at));
    } else {
        const u32 at = chunk_offset<false>(k + 8 * middle + lower, column / kChunk + upper);
        ldmatrix_x4_trans(fragment, shared_address(tile + at));
    }
}

// Adds one tile's products to the 32 x 32 sums of this warp.
template <bool kAlongKA, bool kAlongKB>
__device__ __forceinline__ void multiply_tile(float (&sums)[2][4][4], const unsigned char* tile_a,
                                              const unsigned char* tile_b, int row, int column) {
#pragma unroll
    for (int k = 0; k < kBf16TileK; k += 16) {
        u32 left[2][4], right[2][4];
#pragma unroll
        for (int i = 0; i < 2; ++i) {
            load_a<kAlongKA>(left[i], tile_a, row + 16 * i, k);
            load_b<kAlongKB>(right[i], tile_b, column + 16 * i, k);
        }
#pragma unroll
        for (int i = 0; i < 2; ++i) {
#pragma unroll
            for (int j = 0; j < 4; ++j) {
                const u32(&b)[4] = right[j / 2];
                mma_m16n8k16_bf16(sums[i][j], left[i], b[j % 2 * 2], b[j % 2 * 2 + 1]);
            }
        }
    }
}

template <bool kAlongKA, bool kAlongKB>
__device__ __forceinline__ void gemm_bf16(float* c, const Bf16Matrix& a, const Bf16Matrix& b,
                                          int c_stride, const GemmEpilogue& epilogue) {
    __shared__ __align__(128) unsigned char shared[2 * kBf16Stages * kBf16TileBytes];
    static_assert(kBf16Tile * kBf16SumStride * 4 <= sizeof(shared), "the sums take their place");
    const int tile_m = blockIdx.y * kBf16Tile;
    const int tile_n = blockIdx.x * kBf16Tile;
    const int warp = threadIdx.x / kWarpSize;
    const int row = warp / 2 * 32;  // of this warp's sums, in the tile
    const int column = warp % 2 * 32;
    const int group = threadIdx.x % kWarpSize / 4;  // row of a fragment of sums
    const int pair = threadIdx.x % 4 * 2;           // first of its two columns

    float sums[2][4][4];
#pragma unroll
    for (int i = 0; i < 32; ++i) {
        const int m = tile_m + row + i / 16 * 16 + group + i % 4 / 2 * 8;
        const int n = tile_n + column + i / 4 % 4 * 8 + pair + i % 2;
        sums[i / 16][i / 4 % 4][i % 4] = epilogue.accumulate && m < a.rows && n < b.rows
                                             ? c[static_cast<u64>(m) * c_stride + n]
                                             : 0.0f;
    }

    const int steps = (a.K + kBf16TileK - 1) / kBf16TileK;
    for (int step = -(kBf16Stages - 1); step < steps; ++step) {
        if (step >= 0) {
            cp_async_wait_group<kBf16Stages - 2>();
            // Now this step's tiles are whole and the last step's may be overwritten.
            __syncthreads();
        }
        const int next = step + kBf16Stages - 1;
        if (next < steps) {
            unsigned char* to = shared + next % kBf16Stages * 2 * kBf16TileBytes;
            copy_tile<kAlongKA>(to, a, tile_m, next * kBf16TileK);
            copy_tile<kAlongKB>(to + kBf16TileBytes, b, tile_n, next * kBf16TileK);
        }
        cp_async_commit_group();
        if (step >= 0) {
            const unsigned char* tile = shared + step % kBf16Stages * 2 * kBf16TileBytes;
            multiply_tile<kAlongKA, kAlongKB>(sums, tile, tile + kBf16TileBytes, row, column);
        }
    }

    __syncthreads();  // the tiles are done with
    float* words = reinterpret_cast<float*>(shared);
#pragma unroll
    for (int i = 0; i < 16; ++i) {
        const int m = row + i / 8 * 16 + group + i % 2 * 8;
        const int n = column + i / 2 % 4 * 8 + pair;
        const float(&sum)[4] = sums[i / 8][i / 2 % 4];
        *reinterpret_cast<float2*>(&words[m * kBf16SumStride + n]) =
            make_float2(sum[i % 2 * 2], sum[i % 2 * 2 + 1]);
    }
    __syncthreads();
    const int n = tile_n + threadIdx.x % kBf16Tile;
    for (int m = threadIdx.x / kBf16Tile; m < kBf16Tile; m += kBf16Threads / kBf16Tile) {
        if (tile_m + m < a.rows && n < b.rows) {
            const float sum = words[m * kBf16SumStride + threadIdx.x % kBf16Tile];
            store_product(c, c_stride, sum, tile_m + m, n, epilogue);
        }
    }
}

extern "C" __global__ __launch_bounds__(kBf16Threads) void gemm_bf16_nn(
    float* c, float* pre_activation, const u16* __restrict__ a, const u16* __restrict__ b,
    const float* __restrict__ bias, const float* residual, int M, int N, int K, int c_stride,
    int pre_activation_stride, int a_stride, int b_stride, int residual_stride, int accumulate,
    int gelu) {
    const GemmEpilogue epilogue = {
        bias, pre_activation, residual, pre_activation_stride, residual_stride, accumulate, gelu};
    gemm_bf16<true, false>(c, bf16_matrix(a, a_stride, M, K), bf16_matrix(b, b_stride, N, K),
                           c_stride, epilogue);
}

extern "C" __global__ __launch_bounds__(kBf16Threads) void gemm_bf16_nt(
    float* c, float* pre_activation, const u16* __restrict__ a, const u16* __restrict__ b,
    const float* __restrict__ bias, const float* residual, int M, int N, int K, int c_stride,
    int pre_activation_stride, int a_stride, int b_stride, int residual_stride, int accumulate,
    int gelu) {
    const GemmEpilogue epilogue = {
        bias, pre_activation, residual, pre_activation_stride, residual_stride, accumulate, gelu};
    gemm_bf16<true, true>(c, bf16_matrix(a, a_stride, M, K), bf16_matrix(b, b_stride, N, K),
                          c_stride, epilogue);
}

extern "C" __global__ __launch_bounds__(kBf16Threads) void gemm_bf16_tn(
    float* c, float* pre_activation, const u16* __restrict__ a, const u16* __restrict__ b,
    const float* __restrict__ bias, const float* residual, int M, int N, int K, int c_stride,
    int pre_activation_stride, int a_stride, int b_stride, int residual_stride, int accumulate,
    int gelu) {
    const GemmEpilogue epilogue = {
        bias, pre_activation, residual, pre_activation_stride, residual_stride, accumulate, gelu};
    gemm_bf16<false, false>(c, bf16_matrix(a, a_stride, M, K), bf16_matrix(b, b_stride, N, K),
                            c_stride, epilogue);
}
