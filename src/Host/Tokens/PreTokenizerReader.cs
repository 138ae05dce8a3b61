using System.Text.Json;

namespace Robustness.Tokens;

/// <summary>Which of the known scanners a tokenizer.json asks for.</summary>
internal static class PreTokenizerReader
{
    public static PreTokenizer Read(string path, JsonElement element)
    {
        string type = Type(path, element);
        return type switch
        {
            "ByteLevel" => ReadByteLevel(path, element),
            "Sequence" => ReadSequence(path, element),
            _ => throw TokenizerReader.Unsupported(path, "pre_tokenizer.type", type),
        };
    }

    private static PreTokenizer ReadByteLevel(string path, JsonElement element)
    {
        if (TokenizerReader.Member(path, element, "add_prefix_space").GetBoolean())
        {
            throw TokenizerReader.Unsupported(path, "pre_tokenizer.add_prefix_space", "true");
        }
        bool cuts =
            !element.TryGetProperty("use_regex", out JsonElement value) || value.GetBoolean();
        return cuts ? PreTokenizer.Gpt2 : PreTokenizer.Whole;
    }

    private static PreTokenizer ReadSequence(string path, JsonElement element)
    {
        JsonElement[] parts =
        [
            .. TokenizerReader.Member(path, element, "pretokenizers").EnumerateArray(),
        ];
        string types = string.Join(", ", parts.Select(part => Type(path, part)));
        if (types != "Split, ByteLevel" || ReadByteLevel(path, parts[1]) != PreTokenizer.Whole)
        {
            throw TokenizerReader.Unsupported(path, "pre_tokenizer.pretokenizers", types);
        }
        JsonElement pattern = TokenizerReader.Member(path, parts[0], "pattern");
        string regex = pattern.TryGetProperty("Regex", out JsonElement text)
            ? text.GetString() ?? "null"
            : "null";
        string behavior = TokenizerReader.Member(path, parts[0], "behavior").GetString() ?? "null";
        bool inverted = TokenizerReader.Member(path, parts[0], "invert").GetBoolean();
        return regex == QwenPreTokenizer.Pattern && behavior == "Isolated" && !inverted
            ? PreTokenizer.Qwen
            : throw TokenizerReader.Unsupported(path, "pre_tokenizer pattern", regex);
    }

    private static string Type(string path, JsonElement element) =>
        TokenizerReader.Member(path, element, "type").GetString() ?? "null";
}
