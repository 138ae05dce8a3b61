using System.Runtime.CompilerServices;
using NUnit.Framework;
using Robustness.Interop;

namespace Robustness.Tests.Interop;

/// <summary>
/// Objects of the driver are released exactly once, after what needs them, also when a
/// constructor fails; used after that they say so.
/// </summary>
[TestFixture]
public sealed class CudaObjectTests
{
    private const string Ptx =
        ".version 7.8\n.target sm_80\n.address_size 64\n.global .align 4 .b8 table[12];\n"
        + ".visible .entry nothing() { ret; }\n";

    private WatchedDriver _driver = null!;

    [SetUp]
    public void Start() => _driver = new WatchedDriver();

    [TearDown]
    public void NothingIsLeft()
    {
        Assert.That(_driver.Emulator.LiveObjectCount, Is.Zero);
        _driver.Dispose();
    }

    [Test]
    public void TheContextIsReleasedLastWhateverTheOrder()
    {
        var context = new CudaContext(_driver);
        var module = new CudaModule(context, Ptx);
        var stream = new CudaStream(context);
        var memory = new CudaDeviceVariable<int>(stream, 4);
        var variable = module.GetVariable<int>("table");
        context.Dispose();
        module.Dispose();
        stream.Dispose();
        Assert.That(_driver.Calls, Has.None.Contains("Unload").And.None.Contains("Destroy"));
        variable.Dispose();
        memory.Dispose();
        Assert.That(
            _driver.Calls.TakeLast(4),
            Is.EqualTo([
                "cuModuleUnload",
                "cuMemFreeAsync",
                "cuStreamDestroy",
                "cuDevicePrimaryCtxRelease",
            ])
        );
    }

    [Test]
    public void ASecondDisposeDoesNothing()
    {
        foreach (Func<CudaContext, IDisposable> make in s_makers)
        {
            var context = new CudaContext(_driver);
            IDisposable made = make(context);
            made.Dispose();
            int before = _driver.Calls.Count;
            made.Dispose();
            Assert.That(_driver.Calls, Has.Count.EqualTo(before));
            context.Dispose();
            context.Dispose();
            Assert.That(_driver.Calls, Has.Count.EqualTo(before + 1));
            Assert.That(_driver.Calls[^1], Is.EqualTo("cuDevicePrimaryCtxRelease"));
        }
    }

    [TestCaseSource(nameof(s_failures))]
    public void AFailedConstructorLeavesNothing(int maker, string call)
    {
        using var context = new CudaContext(_driver);
        int before = _driver.Emulator.LiveObjectCount;
        _driver.Failing = call;
        Assert.That(
            () => s_makers[maker](context),
            Throws.TypeOf<CudaException>().With.Property(nameof(CudaException.Call)).EqualTo(call)
        );
        Assert.That(_driver.Emulator.LiveObjectCount, Is.EqualTo(before));
    }

    [Test]
    public void AContextThatDoesNotStartLeavesNothing()
    {
        _driver.Failing = "cuDevicePrimaryCtxRetain";
        Assert.That(() => new CudaContext(_driver), Throws.TypeOf<CudaException>());
        Assert.That(_driver.Calls, Has.None.EqualTo("cuDevicePrimaryCtxRelease"));
    }

    [Test]
    public void AFailureToReleaseIsNoErrorAndTheContextStillGoes()
    {
        var context = new CudaContext(_driver);
        var memory = new CudaDeviceVariable<float>(context, 3);
        CUdeviceptr address = memory.DevicePointer;
        context.Dispose();
        _driver.Failing = "cuMemFree";
        Assert.That(memory.Dispose, Throws.Nothing);
        Assert.That(_driver.Calls[^1], Is.EqualTo("cuDevicePrimaryCtxRelease"));
        _driver.Emulator.Free(address);
    }

    [Test]
    public void UseAfterDisposeNamesTheClass()
    {
        using var context = new CudaContext(_driver);
        using var open = new CudaStream(context);
        using var mark = new CudaEvent(context);
        var module = new CudaModule(context, Ptx);
        CudaKernel kernel = module.GetKernel("nothing");
        var stream = new CudaStream(context);
        var memory = new CudaDeviceVariable<int>(context, 4);
        var pinned = new CudaPageLockedHostMemory<int>(context, 4);
        var second = new CudaContext(_driver);
        IDisposable[] all = [module, stream, memory, pinned, second];
        Array.ForEach(all, one => one.Dispose());

        Gone("CudaModule", () => module.GetKernel("nothing"));
        Gone("CudaModule", () => kernel.Launch(new(new(1), new(1)), open, []));
        Gone("CudaStream", stream.Synchronize);
        Gone("CudaStream", () => mark.Record(stream));
        Gone("CudaStream", () => _ = new CudaDeviceVariable<int>(stream, 1));
        Gone("CudaDeviceVariable", () => memory.CopyToHost(new int[4]));
        Gone("CudaDeviceVariable", () => _ = memory.DevicePointer);
        Gone("CudaPageLockedHostMemory", () => pinned.AsSpan(0, 1));
        Gone("CudaContext", () => second.GetMemoryInfo());
        Gone("CudaContext", () => _ = new CudaStream(second));
    }

    [Test]
    public void ObjectsWorkOnThreadsThatNeverSawTheContext()
    {
        using var context = new CudaContext(_driver);
        using var memory = new CudaDeviceVariable<int>(context, 2);
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                memory.CopyToDevice([3, 4]);
            }
            catch (CudaException error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        Assert.That(failure, Is.Null);
        int[] read = new int[2];
        memory.CopyToHost(read);
        Assert.That(read, Is.EqualTo([3, 4]));
    }

    // The emulator frees what is left itself; its calls may not come from the finaliser's thread.
    [TestCase(true)]
    [TestCase(false)]
    public void WhatNobodyDisposesIsReleasedByTheFinaliserWhereItMayCall(bool isThreadSafe)
    {
        using var driver = new WatchedDriver { IsThreadSafe = isThreadSafe };
        Abandon(driver);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(driver.Emulator.LiveObjectCount, Is.EqualTo(isThreadSafe ? 0 : 2));
        Assert.That(
            driver.Calls[^1],
            Is.EqualTo(isThreadSafe ? "cuDevicePrimaryCtxRelease" : "cuMemAlloc")
        );
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(WatchedDriver driver)
    {
        var memory = new CudaDeviceVariable<int>(new CudaContext(driver), 5);
        Assert.That(memory.Size, Is.EqualTo(5));
    }

    private static readonly Func<CudaContext, IDisposable>[] s_makers =
    [
        context => new CudaModule(context, Ptx),
        context => new CudaStream(context),
        context => new CudaEvent(context),
        context => new CudaDeviceVariable<double>(context, 3),
        context => new CudaPageLockedHostMemory<byte>(context, 3),
    ];

    private static readonly object[][] s_failures =
    [
        [0, "cuModuleLoadDataEx"],
        [1, "cuStreamCreate"],
        [2, "cuEventCreate"],
        [3, "cuMemAlloc"],
        [4, "cuMemHostAlloc"],
    ];

    private static void Gone(string name, Action use) =>
        Assert.That(
            use,
            Throws
                .TypeOf<ObjectDisposedException>()
                .With.Property(nameof(ObjectDisposedException.ObjectName))
                .Contains($"Robustness.Interop.{name}")
        );
}
