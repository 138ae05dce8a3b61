using System.Globalization;
using System.Text;
using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests;

/// <summary>Mutated PTX: only errors that name a line, or faults; no hang, no crash.</summary>
internal sealed class FuzzTests
{
    private static readonly string[] Seeds = ["tiled.ptx", "calls.ptx"];

    private static readonly string[] Words =
    [
        "0",
        "-1",
        "4294967295",
        "0x7FFFFFFFFFFFFFFF",
        "%r1",
        "%rd1",
        "%f1",
        "%p1",
        "{",
        "}",
        "(",
        ")",
        ";",
        ",",
        "[",
        "]",
        ".u8",
        ".b64",
        ".f16",
        ".v4",
        "bra",
        "ret",
        "bar.sync 0",
        "@%p1",
        "ld.shared.u32",
        "st.global.v4.f32",
        "fma.rn.f32",
        ".param",
        ".reg",
        "$L__BB0_2",
        "call",
    ];

    private static int Mutants =>
        Environment.GetEnvironmentVariable("ROBUSTNESS_LONG_TESTS") == "1" ? 100_000 : 400;

    /// <summary>A small generator of its own: the same mutants on every machine.</summary>
    private sealed class Stream(uint seed)
    {
        private ulong state = seed + 0x9E3779B97F4A7C15;

        public int Below(int limit)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            return (int)(state % (ulong)limit);
        }
    }

    [Test]
    public void TheSeedRuns()
    {
        var data = new uint[1024];
        LaunchReport report = PtxBench.RunBuffer(InstructionMix.Text, data);
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.Counters.ByClass, Has.All.Not.Negative);
    }

    [Test]
    public void MutantsOnlyEverFailWithALine()
    {
        string[] seeds =
        [
            .. Seeds.Select(file =>
                File.ReadAllText(
                    Path.Combine(TestContext.CurrentContext.TestDirectory, "Ptx", file)
                )
            ),
            InstructionMix.Text,
        ];
        int loaded = 0;
        for (uint number = 0; number < Mutants; number++)
        {
            // The small seed runs; the large ones mostly try the parser and the decoders.
            string seed = number % 16 == 0 ? seeds[number / 16 % 2] : seeds[2];
            string text = Mutate(seed, new Stream(number));
            loaded += Try(text, number) ? 1 : 0;
        }
        Assert.That(loaded, Is.GreaterThan(Mutants / 50));
    }

    private static string Mutate(string seed, Stream stream)
    {
        var text = new StringBuilder(seed);
        for (int i = stream.Below(2) * stream.Below(4); i >= 0; i--)
        {
            int at = stream.Below(text.Length);
            switch (stream.Below(6))
            {
                case 0:
                    text.Remove(at, Math.Min(1 + stream.Below(8), text.Length - at));
                    break;
                case 1:
                    text[at] = (char)(32 + stream.Below(95));
                    break;
                case 2:
                    text.Insert(at, Words[stream.Below(Words.Length)]);
                    break;
                case 3:
                    int length = Math.Min(1 + stream.Below(60), text.Length - at);
                    text.Insert(stream.Below(text.Length), text.ToString(at, length));
                    break;
                case 4:
                    Swap(text, stream);
                    break;
                default:
                    text.Length = Math.Max(1, text.Length - stream.Below(3));
                    break;
            }
        }
        return text.ToString();
    }

    /// <summary>Exchanges two lines, which moves whole instructions.</summary>
    private static void Swap(StringBuilder text, Stream stream)
    {
        string[] lines = text.ToString().Split('\n');
        int a = stream.Below(lines.Length);
        int b = stream.Below(lines.Length);
        (lines[a], lines[b]) = (lines[b], lines[a]);
        text.Clear().AppendJoin('\n', lines);
    }

    private static unsafe bool Try(string text, uint number)
    {
        var options = new EmulatorOptions { InstructionsPerThread = 20_000 };
        using var driver = new EmulatedCudaDriver(options);
        try
        {
            CUmodule module = driver.LoadModule(Encoding.UTF8.GetBytes(text), out _);
            CUfunction kernel = driver.GetFunction(module, "k");
            CUdeviceptr buffer = driver.Alloc(4096);
            ulong* values = stackalloc ulong[16];
            void** arguments = stackalloc void*[16];
            for (int i = 0; i < 16; i++)
            {
                values[i] = buffer.Pointer;
                arguments[i] = values + i;
            }
            bool small =
                PtxSignature.ReadAll(text)["k"].ParameterBytes is { Count: <= 16 } sizes
                && sizes.All(size => size <= 8);
            if (small)
            {
                driver.Launch(kernel, new Dim3(2), new Dim3(48), 0, default, arguments);
            }
            return true;
        }
        catch (CudaException error)
        {
            bool named =
                error.InnerException is PtxException { Line: > 0 }
                || error.Result != CUResult.InvalidPtx;
            Assert.That(named, $"mutant {number.ToString(CultureInfo.InvariantCulture)}: {error}");
            return false;
        }
    }
}
