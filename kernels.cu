// Every kernel of the engine, one translation unit: the files in reading order. Compile with
// -I src/Kernels; the engine gives the compiler the files by their names.
#include "prelude.cuh"
#include "reduce.cuh"
#include "philox.cuh"
#include "embedding.cuh"
#include "column_sum.cuh"
#include "layer_norm.cuh"
#include "rms_norm.cuh"
#include "elementwise.cuh"
#include "gemm_epilogue.cuh"
#include "gemm.cuh"
