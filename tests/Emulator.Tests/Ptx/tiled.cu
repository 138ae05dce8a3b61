// Tiled product C = A B of square matrices, n a multiple of 64; each thread owns 4 x 4 outputs.
extern "C" __global__ void tiled(float* c, const float* a, const float* b, int n)
{
    __shared__ __align__(16) float at[16][64];
    __shared__ __align__(16) float bt[16][64];
    int tid = threadIdx.x, tx = tid % 16, ty = tid / 16;
    int row = blockIdx.y * 64, column = blockIdx.x * 64;
    float sum[4][4] = {};
    for (int k0 = 0; k0 < n; k0 += 16) {
        for (int i = tid; i < 1024; i += 256) {
            at[i % 16][i / 16] = a[(size_t)(row + i / 16) * n + k0 + i % 16];
            bt[i / 64][i % 64] = b[(size_t)(k0 + i / 64) * n + column + i % 64];
        }
        __syncthreads();
#pragma unroll
        for (int k = 0; k < 16; k++) {
            float4 x = *(float4*)&at[k][4 * ty];
            float4 y = *(float4*)&bt[k][4 * tx];
            float p[4] = {x.x, x.y, x.z, x.w}, q[4] = {y.x, y.y, y.z, y.w};
#pragma unroll
            for (int i = 0; i < 4; i++)
#pragma unroll
                for (int j = 0; j < 4; j++)
                    sum[i][j] = fmaf(p[i], q[j], sum[i][j]);
        }
#ifndef MISSING_BARRIER
        __syncthreads();
#endif
    }
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            c[(size_t)(row + 4 * ty + i) * n + column + 4 * tx + j] = sum[i][j];
}
