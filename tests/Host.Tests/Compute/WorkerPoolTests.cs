using NUnit.Framework;
using Robustness.Backends.Cpu;

namespace Robustness.Tests.Compute;

/// <summary>Every part of a job is done once, however many threads compete for few cores.</summary>
[TestFixture]
public sealed class WorkerPoolTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    public void EveryPartIsDoneOnceBeforeRunReturns(int threads)
    {
        const int Jobs = 3000;
        using var pool = new WorkerPool(threads);
        int[] done = new int[5];
        for (int job = 1; job <= Jobs; job++)
        {
            int parts = 1 + (job % done.Length);
            pool.Run(parts, part => Interlocked.Increment(ref done[part]));
            if (job % 100 == 0)
            {
                Thread.Yield();
            }
        }
        int[] expected =
        [
            .. done.Select(
                (_, part) => Enumerable.Range(1, Jobs).Count(job => part <= job % done.Length)
            ),
        ];
        Assert.That(done, Is.EqualTo(expected));
    }

    [Test]
    public void NoThreadSleepsThroughAJob()
    {
        // Each part waits until the other has begun: alone, the caller could end neither.
        using var pool = new WorkerPool(2);
        int begun = 0;
        int alone = 0;
        for (int job = 0; job < 20_000; job++)
        {
            begun = 0;
            pool.Run(
                2,
                _ =>
                {
                    Interlocked.Increment(ref begun);
                    if (!SpinWait.SpinUntil(() => Volatile.Read(ref begun) == 2, 5000))
                    {
                        Interlocked.Increment(ref alone);
                    }
                }
            );
            Assert.That(alone, Is.Zero, $"job {job} was done by one thread");
        }
    }

    [Test]
    public void AFailedPartIsToldAndThePoolGoesOn()
    {
        using var pool = new WorkerPool(2);
        Assert.That(
            () => pool.Run(4, part => throw new InvalidDataException("part " + part)),
            Throws.InvalidOperationException.With.InnerException.InstanceOf<InvalidDataException>()
        );
        int sum = 0;
        pool.Run(4, part => Interlocked.Add(ref sum, part));
        Assert.That(sum, Is.EqualTo(6));
    }

    [Test]
    public void AThreadThatIsBusyElsewhereHoldsNobodyUp()
    {
        using var pool = new WorkerPool(2);
        using var release = new ManualResetEventSlim();
        using var taken = new ManualResetEventSlim();
        int caller = Environment.CurrentManagedThreadId;
        // The other thread stays in its part until the caller has done all others.
        int left = 3;
        pool.Run(
            4,
            _ =>
            {
                if (Environment.CurrentManagedThreadId != caller)
                {
                    taken.Set();
                    release.Wait();
                    return;
                }
                taken.Wait();
                if (Interlocked.Decrement(ref left) == 0)
                {
                    release.Set();
                }
            }
        );
        Assert.That(left, Is.Zero);
    }
}
