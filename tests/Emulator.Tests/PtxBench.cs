using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests;

/// <summary>Runs PTX in one block: a body over the address %rd1 of 32 results of 8 bytes.</summary>
internal static unsafe class PtxBench
{
    public static string Wrap(string body, string declarations = "") =>
        $$"""
            .version 7.8
            .target sm_80
            .address_size 64
            {{declarations}}
            .visible .entry k(.param .u64 k_param_0)
            {
            .reg .pred %p<9>;
            .reg .b16 %rs<9>;
            .reg .b32 %r<20>;
            .reg .f32 %f<20>;
            .reg .b64 %rd<20>;
            .reg .f64 %fd<9>;
            ld.param.u64 %rd9, [k_param_0];
            mov.u32 %r9, %tid.x;
            mul.wide.u32 %rd8, %r9, 8;
            add.s64 %rd1, %rd9, %rd8;
            {{body}}
            ret;
            }
            """;

    /// <summary>Results of 32 threads and the report.</summary>
    public static (ulong[] Values, LaunchReport Report) Run(
        string ptx,
        int threads = 32,
        EmulatorOptions? options = null
    )
    {
        using var driver = new EmulatedCudaDriver(options);
        CUmodule module = driver.LoadModule(System.Text.Encoding.ASCII.GetBytes(ptx), out _);
        CUfunction kernel = driver.GetFunction(module, "k");
        CUdeviceptr buffer = driver.Alloc(256);
        driver.NameAllocation(buffer, "y");
        void* argument = &buffer;
        driver.Launch(kernel, new Dim3(1), new Dim3((uint)threads), 0, default, &argument);
        var values = new ulong[32];
        fixed (ulong* target = values)
        {
            driver.CopyDeviceToHost(target, buffer, 256);
        }
        return (values, driver.Reports[0]);
    }

    /// <summary>Runs kernel k over one buffer that holds data before and results after.</summary>
    public static LaunchReport RunBuffer<T>(
        string ptx,
        T[] data,
        int threads = 32,
        EmulatorOptions? options = null,
        uint blocks = 1,
        uint shared = 0
    )
        where T : unmanaged
    {
        using var driver = new EmulatedCudaDriver(options);
        CUmodule module = driver.LoadModule(System.Text.Encoding.ASCII.GetBytes(ptx), out _);
        CUfunction kernel = driver.GetFunction(module, "k");
        ulong bytes = (ulong)(data.Length * sizeof(T));
        CUdeviceptr buffer = driver.Alloc(bytes);
        driver.NameAllocation(buffer, "y");
        fixed (T* host = data)
        {
            driver.CopyHostToDevice(buffer, host, bytes);
            void* argument = &buffer;
            var size = new Dim3((uint)threads);
            driver.Launch(kernel, new Dim3(blocks), size, shared, default, &argument);
            driver.CopyDeviceToHost(host, buffer, bytes);
        }
        return driver.Reports[0];
    }

    /// <summary>The low word of lane 0 after a body that leaves its result in %r1.</summary>
    public static uint Word(string body)
    {
        (ulong[] values, LaunchReport report) = Run(Wrap(body + "\nst.global.u32 [%rd1], %r1;"));
        Assert.That(report.Faults, Is.Empty);
        return (uint)values[0];
    }
}
