// C = A Bt on tensor cores: A [m, k] and B [n, k] in bf16, k a multiple of 16. Two warps own a tile
// of 32 x 16; two stages of asynchronous copies.
__device__ __forceinline__ unsigned shared_address(const void* p)
{
    return (unsigned)__cvta_generic_to_shared(p);
}

__device__ __forceinline__ void copy16(void* to, const void* from, bool there)
{
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(to)), "l"(from),
                 "r"(there ? 16 : 0)
                 : "memory");
}

__device__ __forceinline__ void load_tiles(unsigned (&r)[4], const void* row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(shared_address(row))
                 : "memory");
}

__device__ __forceinline__ void multiply(float (&d)[4], const unsigned (&a)[4], unsigned b0, unsigned b1)
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, "
                 "{%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

extern "C" __global__ void tensor(float* c, const unsigned short* a, const unsigned short* b, int m, int n, int k)
{
    // 24 elements a row: eight rows of 16 bytes lie in different banks.
    __shared__ __align__(16) unsigned short at[2][32][24], bt[2][16][24];
    int tid = threadIdx.x, lane = tid % 32, warp = tid / 32;
    int row0 = blockIdx.y * 32, column0 = blockIdx.x * 16;
    auto start = [&](int stage, int k0) {
        int row = tid / 2, column = tid % 2 * 8;
        bool there = row0 + row < m;
        copy16(&at[stage][row][column], a + (size_t)(there ? row0 + row : 0) * k + k0 + column, there);
        if (tid < 32) {
            there = column0 + row < n;
            copy16(&bt[stage][row][column], b + (size_t)(there ? column0 + row : 0) * k + k0 + column, there);
        }
    };
    float sum[2][4] = {};
    start(0, 0);
    asm volatile("cp.async.commit_group;" ::: "memory");
    for (int step = 0; step < k / 16; step++) {
        if (step + 1 < k / 16) start((step + 1) % 2, (step + 1) * 16);
        asm volatile("cp.async.commit_group;" ::: "memory");
        asm volatile("cp.async.wait_group 1;" ::: "memory");
        __syncthreads();
        unsigned x[4], y[4];
        load_tiles(x, &at[step % 2][warp * 16 + lane % 16][lane / 16 * 8]);
        load_tiles(y, &bt[step % 2][lane % 8 + lane / 16 * 8][lane / 8 % 2 * 8]);
        multiply(sum[0], x, y[0], y[1]);
        multiply(sum[1], x, y[2], y[3]);
#ifndef MISSING_BARRIER
        __syncthreads();
#endif
    }
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 4; j++) {
            int row = row0 + warp * 16 + lane / 4 + j / 2 * 8;
            int column = column0 + i * 8 + lane % 4 * 2 + j % 2;
            if (row < m && column < n) c[(size_t)row * n + column] = sum[i][j];
        }
}
