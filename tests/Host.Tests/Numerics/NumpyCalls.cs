using System.Globalization;
using System.Text.Json;
using Robustness.Numerics;

namespace Robustness.Tests.Numerics;

/// <summary>Performs one recorded numpy call: integers as they are, doubles as bits.</summary>
public static class NumpyCalls
{
    /// <summary>The call's results in order; scalar calls are repeated as recorded.</summary>
    public static Int128[] Perform(NumpyGenerator generator, JsonElement call)
    {
        int? size = Optional(call, "size");
        int times = Optional(call, "repeat") ?? 1;
        Func<Int128[]> once = call.GetProperty("op").GetString() switch
        {
            "raw" => () => Many(Optional(call, "count")!.Value, () => generator.NextUInt64()),
            "random" => Text(call, "dtype") == "float32"
                ? () => Many(size ?? 1, () => Bits(generator.NextSingle()))
                : () => Many(size ?? 1, () => Bits(generator.NextDouble())),
            "integers" => () => Integers(generator, call, size ?? 1),
            "integers_broadcast" => () => Broadcast(generator, call),
            "choice" => () => Choice(generator, call, size ?? 1),
            "permutation" => () => Whole(generator.Permutation(Optional(call, "n")!.Value)),
            "shuffle" => () => Shuffle(generator, Optional(call, "n")!.Value),
            string other => throw new InvalidOperationException(other),
            null => throw new InvalidOperationException("no op"),
        };
        return [.. Enumerable.Range(0, times).SelectMany(_ => once())];
    }

    private static Int128[] Integers(NumpyGenerator generator, JsonElement call, int size)
    {
        var values = new Int128[size];
        Int128 low = Whole(call.GetProperty("low"));
        generator.Integers(values, low, Last(call, call.GetProperty("high")), TypeOf(call));
        return values;
    }

    private static Int128[] Broadcast(NumpyGenerator generator, JsonElement call)
    {
        Int128[] low = [.. call.GetProperty("low").EnumerateArray().Select(Whole)];
        Int128[] last = [.. call.GetProperty("high").EnumerateArray().Select(h => Last(call, h))];
        var values = new Int128[low.Length];
        generator.Integers(values, low, last, TypeOf(call));
        return values;
    }

    private static Int128[] Choice(NumpyGenerator generator, JsonElement call, int size)
    {
        long n = call.GetProperty("n").GetInt64();
        bool shuffle = call.GetProperty("shuffle").GetBoolean();
        long[] chosen = call.GetProperty("replace").GetBoolean()
            ? generator.ChoiceWithReplacement(n, size)
            : generator.Choice(n, size, shuffle);
        return [.. chosen.Select(value => (Int128)value)];
    }

    private static Int128[] Shuffle(NumpyGenerator generator, int n)
    {
        int[] items = [.. Enumerable.Range(0, n)];
        generator.Shuffle(items.AsSpan());
        return Whole(items);
    }

    private static IntegerType TypeOf(JsonElement call) =>
        Text(call, "dtype") switch
        {
            "bool" => IntegerType.Boolean,
            string name => Enum.Parse<IntegerType>(name, true),
            null => IntegerType.Int64,
        };

    private static Int128 Last(JsonElement call, JsonElement high) =>
        Whole(high) - (call.GetProperty("endpoint").GetBoolean() ? 0 : 1);

    private static Int128 Whole(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
            ? Int128.Parse(value.GetString()!, CultureInfo.InvariantCulture)
            : value.GetInt64();

    private static Int128[] Many(int count, Func<Int128> draw) =>
        [.. Enumerable.Range(0, count).Select(_ => draw())];

    private static Int128[] Whole(int[] values) => [.. values.Select(value => (Int128)value)];

    /// <summary>A double as an integer, so that -0 and every last bit count.</summary>
    public static Int128 Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static string? Text(JsonElement call, string field) =>
        call.TryGetProperty(field, out JsonElement value) ? value.GetString() : null;

    private static int? Optional(JsonElement call, string field) =>
        call.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetInt32()
            : null;
}
