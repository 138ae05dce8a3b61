using System.Buffers;
using System.IO.Compression;
using System.Text.Unicode;

namespace Robustness.Data;

/// <summary>Reads a UTF-8 file, plain or gzip, whole, and refuses what is damaged.</summary>
public static class TextFile
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The text of a file; a name that ends in .gz is unpacked first.</summary>
    /// <exception cref="DataException">
    /// Missing, unreadable, truncated gzip, not UTF-8, or without any text.
    /// </exception>
    public static string Read(string path)
    {
        byte[] bytes = ReadBytes(path);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            bytes = Unpack(path, bytes);
        }
        ReadOnlySpan<byte> content = bytes;
        if (content.StartsWith(ByteOrderMark))
        {
            content = content[ByteOrderMark.Length..];
        }
        string text = Decode(path, content);
        return string.IsNullOrWhiteSpace(text)
            ? throw DataException.InFile(path, "the file is empty; it must hold at least one row.")
            : text;
    }

    /// <summary>The bytes of a file as they are.</summary>
    /// <exception cref="DataException">Missing or unreadable.</exception>
    internal static byte[] ReadBytes(string path)
    {
        if (Directory.Exists(path))
        {
            throw DataException.InFile(path, "this is a folder; a file is needed.");
        }
        if (!File.Exists(path))
        {
            throw DataException.InFile(path, "there is no such file.");
        }
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: the file cannot be read: {fault.Message}", fault);
        }
    }

    private static byte[] Unpack(string path, byte[] packed)
    {
        using var unpacked = new MemoryStream();
        try
        {
            using var stream = new GZipStream(
                new MemoryStream(packed, writable: false),
                CompressionMode.Decompress
            );
            stream.CopyTo(unpacked);
        }
        catch (InvalidDataException fault)
        {
            throw new DataException($"{path}: the file is not gzip, or damaged.", fault);
        }
        byte[] content = unpacked.ToArray();
        // The stream takes a missing end for the end, so the trailer is compared here.
        return GzipTrailer.Matches(packed, content)
            ? content
            : throw DataException.InFile(path, "the gzip file is truncated or damaged.");
    }

    private static string Decode(string path, ReadOnlySpan<byte> content)
    {
        var text = new char[content.Length];
        OperationStatus status = Utf8.ToUtf16(
            content,
            text,
            out int read,
            out int written,
            replaceInvalidSequences: false
        );
        if (status != OperationStatus.Done)
        {
            int line = 1 + content[..read].Count((byte)'\n');
            string found = $"byte 0x{content[read]:X2} found; the file must be UTF-8.";
            throw DataException.AtLine(path, line, found);
        }
        return new string(text, 0, written);
    }
}
