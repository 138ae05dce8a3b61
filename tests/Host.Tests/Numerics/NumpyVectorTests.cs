using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using NUnit.Framework;
using Robustness.Numerics;
using Robustness.Tests.Data;

namespace Robustness.Tests.Numerics;

/// <summary>
/// The numpy generators against a recording of numpy, call by call, the state after every call
/// included. Weighted choices and normals are not drawn by any data set and have no counterpart.
/// </summary>
public sealed class NumpyVectorTests
{
    private static readonly HashSet<string> NotDrawn = ["standard_normal", "normal"];

    [Test]
    public void SeedSequences()
    {
        using JsonDocument recording = Open();
        foreach (
            JsonElement expected in recording
                .RootElement.GetProperty("seed_sequence")
                .EnumerateArray()
        )
        {
            SeedSequence sequence = SequenceOf(expected, "entropy");
            Assert.That(
                sequence.Pool.Select(w => (BigInteger)w),
                Is.EqualTo(List(expected, "pool"))
            );
            foreach (JsonElement call in expected.GetProperty("calls").EnumerateArray())
            {
                Assert.That(
                    State(sequence, call),
                    Is.EqualTo(List(call, "values")),
                    Name(expected)
                );
            }
        }
    }

    [Test]
    public void Generators()
    {
        using JsonDocument recording = Open();
        int calls = 0;
        foreach (
            JsonElement expected in recording.RootElement.GetProperty("pcg64").EnumerateArray()
        )
        {
            var generator = new NumpyGenerator(SequenceOf(expected, "seed"));
            CheckState(generator, expected.GetProperty("initial"), Name(expected));
            foreach (JsonElement call in expected.GetProperty("calls").EnumerateArray())
            {
                if (NotDrawn.Contains(Text(call, "op")) || HasWeights(call))
                {
                    break; // later calls of the case start from the state behind this one
                }
                CheckValues(NumpyCalls.Perform(generator, call), call, Name(expected));
                CheckState(generator, call.GetProperty("after"), Name(expected));
                calls++;
            }
        }
        Assert.That(calls, Is.GreaterThan(500));
    }

    private static JsonDocument Open() =>
        JsonDocument.Parse(File.ReadAllBytes(OptionalData.Require("numpy-vectors/vectors.json")));

    private static bool HasWeights(JsonElement call) =>
        call.TryGetProperty("p", out JsonElement p) && p.ValueKind == JsonValueKind.Array;

    private static SeedSequence SequenceOf(JsonElement owner, string field) =>
        new(List(owner, field), List(owner, "spawn_key"));

    private static IEnumerable<BigInteger> State(SeedSequence sequence, JsonElement call)
    {
        int count = call.GetProperty("n_words").GetInt32();
        if (Text(call, "dtype") == "uint32")
        {
            var words = new uint[count];
            sequence.GenerateState(words);
            return words.Select(word => (BigInteger)word);
        }
        var wide = new ulong[count];
        sequence.GenerateState(wide);
        return wide.Select(word => (BigInteger)word);
    }

    private static void CheckState(NumpyGenerator generator, JsonElement expected, string name)
    {
        Assert.That(
            (BigInteger)generator.State,
            Is.EqualTo(One(expected.GetProperty("state"))),
            name
        );
        if (expected.TryGetProperty("inc", out JsonElement increment))
        {
            Assert.That((BigInteger)generator.Increment, Is.EqualTo(One(increment)), name);
        }
        bool kept = expected.GetProperty("has_uint32").GetInt32() == 1;
        uint? half = kept ? expected.GetProperty("uinteger").GetUInt32() : null;
        Assert.That(generator.KeptHalf, Is.EqualTo(half), name);
    }

    private static void CheckValues(Int128[] values, JsonElement call, string name)
    {
        if (call.TryGetProperty("values", out JsonElement all))
        {
            Assert.That(
                values,
                Is.EqualTo(all.EnumerateArray().Select(value => Exact(value, Text(call, "op")))),
                name
            );
            return;
        }
        var bytes = new byte[8 * values.Length];
        for (int index = 0; index < values.Length; index++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * index), (long)values[index]);
        }
        string digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.That(digest, Is.EqualTo(Text(call, "sha256_int64le")), name);
    }

    private static Int128 Exact(JsonElement value, string operation) =>
        value.ValueKind switch
        {
            JsonValueKind.True => 1,
            JsonValueKind.False => 0,
            _ when operation == "random" => NumpyCalls.Bits(value.GetDouble()),
            _ => (Int128)One(value),
        };

    private static string Name(JsonElement owner) => Text(owner, "name");

    private static string Text(JsonElement owner, string field) =>
        owner.GetProperty(field).GetString()!;

    private static BigInteger[] List(JsonElement owner, string field)
    {
        JsonElement value = owner.GetProperty(field);
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(One)]
            : [One(value)];
    }

    private static BigInteger One(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? BigInteger.Parse(value.GetString()!, CultureInfo.InvariantCulture)
            : new BigInteger(value.GetInt64());
}
