using System.Text.Json;
using Robustness.Data;

namespace Robustness.Tokens;

/// <summary>Reads tokenizer.json, or GPT-2's pair of vocab.json and merges.txt.</summary>
internal static class TokenizerReader
{
    private const int LargestId = 9_999_999;

    private const string Allowed =
        "byte-level BPE as in GPT-2, GPT-NeoX and Qwen2.5, and the byte tokenizers of this program";

    public static Tokenizer Read(string path)
    {
        try
        {
            return ReadWellFormed(path);
        }
        catch (Exception fault)
            when (fault is InvalidOperationException or ArgumentException or FormatException)
        {
            // Members of a wrong type, or merges of entries that are not in the vocabulary.
            string detail = fault.Message.Split('\n')[0];
            throw new DataException($"{path}: the tokenizer is malformed: {detail}", fault);
        }
    }

    private static Tokenizer ReadWellFormed(string path)
    {
        if (!Directory.Exists(path))
        {
            return Build(path, ReadJson(path));
        }
        string file = Path.Combine(path, "tokenizer.json");
        string vocabulary = Path.Combine(path, "vocab.json");
        string merges = Path.Combine(path, "merges.txt");
        if (File.Exists(file))
        {
            return Build(file, ReadJson(file));
        }
        return File.Exists(vocabulary) && File.Exists(merges)
            ? Build(vocabulary, ReadPair(vocabulary, merges))
            : throw DataException.InFile(
                path,
                "no tokenizer here; allowed: tokenizer.json, or vocab.json and merges.txt."
            );
    }

    internal static DataException Unsupported(string path, string field, string found) =>
        DataException.InFile(path, $"{field} is {DataException.Quote(found)}; allowed: {Allowed}.");

    private static Tokenizer Build(string path, TokenizerFile file)
    {
        foreach (ByteTokenizer tokenizer in new[] { ByteTokenizer.Ascii, ByteTokenizer.Full })
        {
            TokenizerFile bytes = TokenizerWriter.Describe(tokenizer);
            bool same =
                file.Merges.Count == 0
                && file.UnknownEntry == bytes.UnknownEntry
                && file.Added.SequenceEqual(bytes.Added)
                && file.Vocabulary.Count == bytes.Vocabulary.Count
                && file.Vocabulary.All(pair => bytes.Vocabulary.Contains(pair));
            if (same)
            {
                return tokenizer;
            }
        }
        return new BytePairTokenizer(path, file);
    }

    private static TokenizerFile ReadPair(string vocabularyPath, string mergesPath)
    {
        using JsonDocument document = Parse(vocabularyPath);
        Dictionary<string, int> vocabulary = Vocabulary(vocabularyPath, document.RootElement);
        string[] lines = TextFile
            .Read(mergesPath)
            .Replace("\r\n", "\n", StringComparison.Ordinal)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        bool hasVersion = lines[0].StartsWith("#version", StringComparison.Ordinal);
        return vocabulary.TryGetValue(Tokenizer.EndOfText, out int endOfText)
            ? new TokenizerFile
            {
                Vocabulary = vocabulary,
                Merges = lines[(hasVersion ? 1 : 0)..],
                Added = [new AddedToken(endOfText, Tokenizer.EndOfText, true, false)],
                PreTokenizer = PreTokenizer.Gpt2,
            }
            : throw DataException.InFile(vocabularyPath, $"no entry {Tokenizer.EndOfText}.");
    }

    private static TokenizerFile ReadJson(string path)
    {
        using JsonDocument document = Parse(path);
        JsonElement root = document.RootElement;
        JsonElement model = Member(path, root, "model");
        string type = Member(path, model, "type").GetString() ?? "null";
        if (type != "BPE")
        {
            throw Unsupported(path, "model.type", type);
        }
        return new TokenizerFile
        {
            Vocabulary = Vocabulary(path, Member(path, model, "vocab")),
            Merges = [.. Member(path, model, "merges").EnumerateArray().Select(Merge)],
            Added =
            [
                .. Member(path, root, "added_tokens").EnumerateArray().Select(t => Added(path, t)),
            ],
            IsNormalized = IsNormalized(path, root),
            PreTokenizer = PreTokenizerReader.Read(path, Member(path, root, "pre_tokenizer")),
            UnknownEntry = model.TryGetProperty("unk_token", out JsonElement unknown)
                ? unknown.GetString()
                : null,
        };
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(TextFile.Read(path));
        }
        catch (JsonException fault)
        {
            long line = 1 + (fault.LineNumber ?? 0);
            string place = FormattableString.Invariant($"{path}, line {line}");
            throw new DataException($"{place}: malformed JSON.", fault);
        }
    }

    internal static JsonElement Member(string path, JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out JsonElement value)
            ? value
            : throw DataException.InFile(path, $"member {name} is absent.");

    private static Dictionary<string, int> Vocabulary(string path, JsonElement entries)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (JsonProperty entry in entries.EnumerateObject())
        {
            if (!entry.Value.TryGetInt32(out int id) || id is < 0 or > LargestId)
            {
                string found = $"entry {DataException.Quote(entry.Name)} has id {entry.Value}";
                throw DataException.InFile(
                    path,
                    $"{found}; ids are integers from 0 to {LargestId}."
                );
            }
            vocabulary[entry.Name] = id;
        }
        return vocabulary;
    }

    private static string Merge(JsonElement merge) =>
        merge.ValueKind == JsonValueKind.Array
            ? $"{merge[0].GetString()} {merge[1].GetString()}"
            : merge.GetString()!;

    private static AddedToken Added(string path, JsonElement token)
    {
        foreach (string option in (string[])["single_word", "lstrip", "rstrip"])
        {
            if (token.TryGetProperty(option, out JsonElement value) && value.GetBoolean())
            {
                throw Unsupported(path, $"added_tokens {option}", "true");
            }
        }
        return new AddedToken(
            Member(path, token, "id").GetInt32(),
            Member(path, token, "content").GetString()!,
            Member(path, token, "special").GetBoolean(),
            Member(path, token, "normalized").GetBoolean()
        );
    }

    private static bool IsNormalized(string path, JsonElement root)
    {
        JsonElement normalizer = Member(path, root, "normalizer");
        if (normalizer.ValueKind == JsonValueKind.Null)
        {
            return false;
        }
        string type = Member(path, normalizer, "type").GetString() ?? "null";
        return type == "NFC" ? true : throw Unsupported(path, "normalizer.type", type);
    }
}
