using NUnit.Framework;
using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests.Interop;

/// <summary>Kernels, memory, events and graphs through the classes that own them.</summary>
[TestFixture]
public sealed class CudaWorkTests
{
    // data[i] += step for i < count; the dynamic shared memory is only asked for.
    private const string Ptx = """
        .version 7.8
        .target sm_80
        .address_size 64
        .const .align 4 .b8 offsets[8];
        .extern .shared .align 4 .b8 room[];
        .visible .entry add(.param .u64 data, .param .u32 step, .param .u32 count)
        .maxntid 64, 1, 1
        {
            .reg .pred %p;
            .reg .b32 %r<8>;
            .reg .b64 %d<4>;
            ld.param.u64 %d1, [data];
            ld.param.u32 %r1, [step];
            ld.param.u32 %r2, [count];
            mov.u32 %r3, %ctaid.x;
            mov.u32 %r4, %ntid.x;
            mov.u32 %r5, %tid.x;
            mad.lo.s32 %r6, %r3, %r4, %r5;
            setp.ge.s32 %p, %r6, %r2;
            @%p bra DONE;
            mul.wide.s32 %d2, %r6, 4;
            add.s64 %d3, %d1, %d2;
            ld.global.u32 %r7, [%d3];
            add.u32 %r7, %r7, %r1;
            st.global.u32 [%d3], %r7;
        DONE:
            ret;
        }
        """;

    private EmulatedCudaDriver _driver = null!;
    private CudaContext _context = null!;
    private CudaModule _module = null!;
    private CudaStream _stream = null!;

    [SetUp]
    public void Start()
    {
        _driver = new EmulatedCudaDriver();
        _context = new CudaContext(_driver);
        _module = new CudaModule(_context, Ptx);
        _stream = new CudaStream(_context, CUStreamFlags.NonBlocking);
    }

    [TearDown]
    public void NothingIsLeft()
    {
        _stream.Dispose();
        _module.Dispose();
        _context.Dispose();
        Assert.That(_driver.LiveObjectCount, Is.Zero);
        _driver.Dispose();
    }

    [Test]
    public void AKernelRunsOnPinnedAndDeviceMemory()
    {
        const int Count = 100;
        using var host = new CudaPageLockedHostMemory<int>(_context, Count);
        using var device = new CudaDeviceVariable<int>(_stream, Count);
        using var copy = new CudaDeviceVariable<int>(_context, Count);
        for (int i = 0; i < Count; i++)
        {
            host.AsSpan(0, Count)[i] = i;
        }
        device.AsyncCopyToDevice(host, _stream);
        Add(device, 7);
        copy.AsyncCopyToDevice(device, _stream);
        device.AsyncMemset(0, _stream);
        copy.AsyncCopyToHost(host, _stream);
        _stream.Synchronize();
        Assert.That(_stream.Query());
        Assert.That(host.AsSpan(0, Count).ToArray(), Is.EqualTo(Enumerable.Range(7, Count)));
        int[] last = new int[2];
        device.CopyToHost(last, Count - 2);
        Assert.That(last, Is.EqualTo([0, 0]));
        Assert.That(_driver.Reports.Single().Faults, Is.Empty);
    }

    [Test]
    public void EventsOrderStreamsAndMeasureTime()
    {
        using var start = new CudaEvent(_context);
        using var end = new CudaEvent(_context);
        using var other = new CudaStream(_context);
        using var device = new CudaDeviceVariable<int>(_context, 64);
        device.AsyncMemset(1, _stream);
        start.Record(_stream);
        Add(device, 1);
        end.Record(_stream);
        other.WaitEvent(end);
        end.Synchronize();
        Assert.That(CudaEvent.ElapsedTime(start, end), Is.GreaterThan(0));
        Assert.That(CudaEvent.ElapsedTime(end, start), Is.LessThan(0));
    }

    [Test]
    public void ACapturedGraphRunsAsOftenAsItIsLaunched()
    {
        using var device = new CudaDeviceVariable<int>(_context, 10);
        device.AsyncMemset(0, _stream);
        _stream.BeginCapture();
        Add(device, 3);
        Add(device, 2);
        using CudaGraph graph = _stream.EndCapture();
        Assert.That(_driver.Reports, Is.Empty);
        using CudaGraphExec work = graph.Instantiate();
        graph.Dispose();
        work.Launch(_stream);
        work.Launch(_stream);
        int[] found = new int[10];
        device.CopyToHost(found);
        Assert.That(found, Has.All.EqualTo(10));
    }

    [Test]
    public void ACaptureThatWasNotBegunCannotEnd() =>
        Assert.That(
            () => _stream.EndCapture(),
            Throws
                .TypeOf<CudaException>()
                .With.Message.Contains("cuStreamEndCapture failed with CUDA_ERROR_ILLEGAL_STATE")
        );

    [Test]
    public void AKernelTellsItsLimits()
    {
        CudaKernel kernel = _module.GetKernel("add");
        Assert.That(kernel.MaxThreadsPerBlock, Is.EqualTo(64));
        Assert.That(kernel.MaxActiveBlocksPerMultiprocessor(64), Is.EqualTo(32));
        Assert.That(kernel.MaxActiveBlocksPerMultiprocessor(64, 80 << 10), Is.EqualTo(2));
        Assert.That(
            () => kernel.MaxActiveBlocksPerMultiprocessor(0),
            Throws.TypeOf<ArgumentOutOfRangeException>()
        );
    }

    [Test]
    public void MoreSharedMemoryIsAskedForUpToTheLimit()
    {
        using var device = new CudaDeviceVariable<int>(_context, 1);
        device.AsyncMemset(0, _stream);
        CudaKernel kernel = _module.GetKernel("add");
        ulong[] words = [device.DevicePointer.Pointer, 1, 1];
        kernel.Launch(new LaunchShape(new(1), new(32), 100 << 10), _stream, words);
        Assert.That(
            kernel.GetAttribute(CUFunctionAttribute.MaxDynamicSharedSizeBytes),
            Is.EqualTo(100 << 10)
        );
        foreach (uint bytes in (uint[])[164 << 10, uint.MaxValue])
        {
            Assert.That(
                () => kernel.Launch(new LaunchShape(new(1), new(32), bytes), _stream, words),
                Throws
                    .TypeOf<CudaException>()
                    .With.Property("Call")
                    .EqualTo(CudaKernel.OptInCall)
                    .And.Message.Contains($"{bytes}")
            );
        }
    }

    [Test]
    public void LaunchesThatDoNotFitAreRefused()
    {
        CudaKernel kernel = _module.GetKernel("add");
        void Refused(Dim3 grid, Dim3 block, string found) =>
            Assert.That(
                () => kernel.Launch(new LaunchShape(grid, block), _stream, [0, 0, 0]),
                Throws
                    .TypeOf<CudaException>()
                    .With.Message.StartsWith("cuLaunchKernel failed with CUDA_ERROR_INVALID_VALUE")
                    .And.Message.Contains(found)
            );
        Refused(new(0), new(1), "must not be empty");
        Refused(new(1), new(0), "must not be empty");
        Refused(new(1), new(65), "more than 64 threads");
        Refused(new(1, 70000), new(1), "at most 65535");
        Assert.That(() => kernel.Launch(default, null!, [0, 0, 0]), Throws.ArgumentNullException);
    }

    [Test]
    public void VariablesOfAModuleHaveItsSizes()
    {
        using CudaDeviceVariable<int> offsets = _module.GetVariable<int>("offsets");
        Assert.That(offsets.Size, Is.EqualTo(2));
        offsets.CopyToDevice([5, 6]);
        Assert.That(
            () => _module.GetVariable<(int, int, int)>("offsets"),
            Throws.ArgumentException.With.Message.Contains("offsets has 8 bytes, no multiple of")
        );
        Assert.That(
            () => _module.GetVariable<int>("absent"),
            Throws.TypeOf<CudaException>().With.Message.Contains("no variable 'absent'")
        );
        Assert.That(
            () => _module.GetKernel("absent"),
            Throws.TypeOf<CudaException>().With.Message.Contains("there are: add")
        );
    }

    [Test]
    public void WhatDoesNotLieInTheMemoryIsRefused()
    {
        using var device = new CudaDeviceVariable<int>(_context, 4);
        using var larger = new CudaPageLockedHostMemory<int>(_context, 5);
        string Text(Action use) => Assert.Throws<ArgumentOutOfRangeException>(use)!.Message;
        Assert.That(
            Text(() => device.CopyToDevice(new int[3], 2)),
            Does.Contain("3 elements from 2 on do not lie in 4 elements.")
        );
        Assert.That(Text(() => device.CopyToHost(new int[1], 5)), Does.Contain("from 5 on"));
        Assert.That(Text(() => device.AsyncCopyToDevice(larger, _stream)), Does.Contain("5 el"));
        Assert.That(Text(() => larger.AsSpan(4, 2)), Does.Contain("2 elements from 4 on"));
        Assert.That(
            Text(() => _ = new CudaDeviceVariable<long>(_context, ulong.MaxValue)),
            Does.Contain("At most 1152921504606846975 elements of Int64 are possible.")
        );
        Assert.That(Text(() => _ = new CudaContext(_driver, 1)), Does.Contain("has 1 devices"));
    }

    [Test]
    public void EmptyMemoryHasAnAddressAndTakesEmptyCopies()
    {
        using var device = new CudaDeviceVariable<int>(_context, 0);
        Assert.That(device.DevicePointer.Pointer, Is.Not.Zero);
        device.CopyToDevice([]);
        device.CopyToHost([]);
        device.AsyncMemset(1, _stream);
    }

    [Test]
    public void MemoryThatIsNotThereIsNamedWithItsSize()
    {
        ulong free = _context.GetMemoryInfo().Free;
        CudaException error = Assert.Throws<CudaException>(() =>
            _ = new CudaDeviceVariable<byte>(_context, free + 1)
        )!;
        Assert.That(
            error.Message,
            Is.EqualTo(
                $"cuMemAlloc failed with CUDA_ERROR_OUT_OF_MEMORY (2): {free} bytes are free, not "
                    + $"{free + 1}. The device has not enough free memory; free some, or use "
                    + "smaller batches."
            )
        );
    }

    private void Add(CudaDeviceVariable<int> data, uint step)
    {
        var grid = new Dim3((uint)((data.Size + 63) / 64));
        ulong[] words = [data.DevicePointer.Pointer, step, data.Size];
        _module.GetKernel("add").Launch(new LaunchShape(grid, new Dim3(64)), _stream, words);
    }
}
