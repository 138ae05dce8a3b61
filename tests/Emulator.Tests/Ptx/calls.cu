// Device functions in every form: a struct by value, recursion, calls by address, printf.
struct Triple {
    int a;
    float b;
    long long c;
};

__device__ __noinline__ Triple scale(Triple p, int n)
{
    p.a *= n;
    p.b += n;
    p.c -= n;
    return p;
}

__device__ int factorial(int n)
{
    return n <= 1 ? 1 : n * factorial(n - 1);
}

__device__ __noinline__ float add_one(float x)
{
    return x + 1;
}

__device__ __noinline__ float twice(float x)
{
    return x * 2;
}

typedef float (*Function)(float);
__device__ Function table[2] = {add_one, twice};

extern "C" __global__ void k(unsigned long long* y)
{
    int t = threadIdx.x;
    Triple p = {t, 1.0f, 10};
    p = scale(p, 3);
    float v = table[t & 1]((float)t);
    int buffer[4];
    for (int i = 0; i < 4; i++) buffer[i] = t + i;
    y[t] = (unsigned long long)(p.a + p.c + factorial(t & 7) + buffer[t & 3]) << 32 | (unsigned)v;
    if (t < 2) printf("t=%d v=%f s=%s %%\n", t, v, "abc");
}
