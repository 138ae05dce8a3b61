// What happens to an element of a product before it is stored:
// c = act(product + bias) + residual. Absent operands are null. With `accumulate` the sums start
// from c and nothing else happens.
#pragma once

#include "elementwise.cuh"

struct GemmEpilogue {
    const float* bias;      // [N]
    float* pre_activation;  // [M, N] out: product + bias
    const float* residual;  // [M, N], may be c itself
    int pre_activation_stride;
    int residual_stride;
    int accumulate;
    int gelu;
};

// Stores element (m, n) of c.
__device__ __forceinline__ void store_product(float* c, int c_stride, float product, int m, int n,
                                              const GemmEpilogue& epilogue) {
    if (epilogue.bias != nullptr) product += epilogue.bias[n];
    if (epilogue.pre_activation != nullptr) {
        epilogue.pre_activation[static_cast<u64>(m) * epilogue.pre_activation_stride + n] = product;
    }
    if (epilogue.gelu) product = gelu(product);
    if (epilogue.residual != nullptr) {
        product += epilogue.residual[static_cast<u64>(m) * epilogue.residual_stride + n];
    }
    c[static_cast<u64>(m) * c_stride + n] = product;
}
