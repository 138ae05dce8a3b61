using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Models;

/// <summary>
/// The safetensors format: 8 bytes of header length, a JSON header naming type, shape and byte
/// range of every tensor, then the bytes. Types F32 and BF16; values are f32 either way.
/// </summary>
public static class Safetensors
{
    private const int LengthByteCount = 8;
    private const long LargestHeader = 100_000_000;

    /// <summary>The format's name of a type.</summary>
    public static string NameOf(DataType type) =>
        type switch
        {
            DataType.Float32 => "F32",
            DataType.BFloat16 => "BF16",
            _ => throw new ArgumentOutOfRangeException(
                nameof(type),
                $"Tensors of {type} are not written; allowed: Float32, BFloat16."
            ),
        };

    /// <summary>Writes whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Names, shapes, values.</param>
    /// <param name="type">F32, or BF16: each value is rounded to nearest, ties to even.</param>
    public static void Write(
        string path,
        IReadOnlyList<(string Name, int[] Shape, float[] Values)> tensors,
        DataType type = DataType.Float32
    )
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var header = new JsonObject();
        long offset = 0;
        foreach (var (name, shape, values) in tensors)
        {
            long end = offset + (values.LongLength * type.ByteSize());
            header[name] = new JsonObject
            {
                ["dtype"] = NameOf(type),
                ["shape"] = new JsonArray([.. shape.Select(s => (JsonNode)s)]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(header);
        int padded = (text.Length + 7) / 8 * 8;
        string temporary = path + ".tmp";
        using (var file = File.Create(temporary))
        {
            Span<byte> length = stackalloc byte[LengthByteCount];
            BinaryPrimitives.WriteInt64LittleEndian(length, padded);
            file.Write(length);
            file.Write(text);
            file.Write(
                new byte[padded - text.Length]
                    .Select(_ => (byte)' ')
                    .ToArray()
            );
            foreach (var (_, _, values) in tensors)
            {
                file.Write(
                    type == DataType.Float32
                        ? MemoryMarshal.AsBytes(values.AsSpan())
                        : MemoryMarshal.AsBytes(Array.ConvertAll(values, BFloat16.FromSingle))
                );
            }
            file.Flush(true);
        }
        File.Move(temporary, path, true);
    }

    /// <summary>Reads every tensor; values of BF16 are widened, which is exact.</summary>
    /// <exception cref="InvalidDataException">Not a whole file of F32 or BF16.</exception>
    public static Dictionary<string, (int[] Shape, float[] Values, DataType Type)> Read(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[LengthByteCount];
        if (file.ReadAtLeast(prefix, LengthByteCount, false) < LengthByteCount)
        {
            throw Bad(path, "it is shorter than the 8 bytes of a header length");
        }
        long headerLength = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (headerLength is <= 1 or > LargestHeader || headerLength > file.Length - LengthByteCount)
        {
            throw Bad(path, $"its header length is {headerLength} of {file.Length} bytes");
        }
        byte[] text = new byte[headerLength];
        file.ReadExactly(text);
        var header = ParseHeader(path, text);
        long dataStart = LengthByteCount + headerLength;
        var tensors = new Dictionary<string, (int[], float[], DataType)>(StringComparer.Ordinal);
        foreach (var (name, node) in header)
        {
            if (name != "__metadata__")
            {
                tensors[name] = ReadTensor(path, file, dataStart, name, node);
            }
        }
        return tensors;
    }

    private static JsonObject ParseHeader(string path, byte[] text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject
                ?? throw Bad(path, "its header is not a JSON object");
        }
        catch (JsonException exception)
        {
            throw Bad(path, $"its header is not JSON ({exception.Message})");
        }
    }

    private static (int[] Shape, float[] Values, DataType Type) ReadTensor(
        string path,
        FileStream file,
        long dataStart,
        string name,
        JsonNode? node
    )
    {
        try
        {
            string found = (string?)node?["dtype"] ?? "nothing";
            DataType type = found switch
            {
                "F32" => DataType.Float32,
                "BF16" => DataType.BFloat16,
                _ => throw Bad(path, $"tensor {name} has dtype {found}; F32 and BF16 are read"),
            };
            int[] shape = [.. node!["shape"]!.AsArray().Select(s => (int)s!)];
            long begin = (long)node["data_offsets"]![0]!;
            long end = (long)node["data_offsets"]![1]!;
            long count = shape.Aggregate(1L, (product, s) => checked(product * s));
            long size = checked(count * type.ByteSize());
            if (begin < 0 || end - begin != size || dataStart + end > file.Length)
            {
                throw Bad(
                    path,
                    $"tensor {name} has offsets {begin}..{end}, past or unlike its shape"
                );
            }
            file.Position = dataStart + begin;
            return (shape, ReadValues(file, count, type), type);
        }
        catch (Exception exception)
            when (exception
                    is InvalidOperationException
                        or FormatException
                        or NullReferenceException
                        or OverflowException
                        or ArgumentOutOfRangeException
            )
        {
            throw Bad(path, $"the header entry of tensor {name} is malformed");
        }
    }

    private static float[] ReadValues(FileStream file, long count, DataType type)
    {
        if (type == DataType.Float32)
        {
            var values = new float[count];
            file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }
        var stored = new BFloat16[count];
        file.ReadExactly(MemoryMarshal.AsBytes(stored.AsSpan()));
        return Array.ConvertAll(stored, value => value.ToSingle());
    }

    private static InvalidDataException Bad(string path, string fault) =>
        new($"{path}: {fault}; a whole safetensors file of F32 or BF16 tensors is expected.");
}
