struct P { int a; float b; long long c; };
__device__ __noinline__ P twice(P p, int n) { p.a *= n; p.b += n; p.c -= n; return p; }
__device__ int fact(int n) { return n <= 1 ? 1 : n * fact(n - 1); }
__device__ __noinline__ float f0(float x) { return x + 1; }
__device__ __noinline__ float f1(float x) { return x * 2; }
typedef float (*F)(float);
__device__ F table[2] = { f0, f1 };
extern "C" __global__ void k(unsigned long long* y) {
  int t = threadIdx.x;
  P p = { t, 1.0f, 10 };
  p = twice(p, 3);
  float v = table[t & 1]((float)t);
  int buf[4]; for (int i = 0; i < 4; i++) buf[i] = t + i;
  y[t] = (unsigned long long)(p.a + p.c + fact(t & 7) + buf[t & 3]) << 32 | (unsigned)v;
  if (t < 2) printf("t=%d v=%f s=%s %%\n", t, v, "abc");
}
