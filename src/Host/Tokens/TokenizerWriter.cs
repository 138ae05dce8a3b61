using System.Buffers;
using System.Text.Json;

namespace Robustness.Tokens;

/// <summary>Writes tokenizer.json in the form that Hugging Face's tokenizers read.</summary>
internal static class TokenizerWriter
{
    /// <summary>A byte tokenizer as a file: a vocabulary of bytes without merges.</summary>
    public static TokenizerFile Describe(ByteTokenizer tokenizer)
    {
        var vocabulary = new Dictionary<string, int>();
        int first = 0;
        if (tokenizer.IsAscii)
        {
            // An added token keeps its id only when that is the vocabulary's or the next free one.
            vocabulary.Add(Tokenizer.EndOfText, tokenizer.EndOfTextId);
            first = 1;
        }
        for (int value = first; value < tokenizer.BaseVocabularySize; value++)
        {
            vocabulary.Add(ByteAlphabet.ToCharacter((byte)value).ToString(), value);
        }
        return new TokenizerFile
        {
            Vocabulary = vocabulary,
            Merges = [],
            Added = [new AddedToken(tokenizer.EndOfTextId, Tokenizer.EndOfText, true, false)],
            PreTokenizer = PreTokenizer.Whole,
            UnknownEntry = tokenizer.IsAscii ? "?" : null,
        };
    }

    /// <summary>Writes the file under another name and moves it into place.</summary>
    public static void Write(string path, TokenizerFile file)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            WriteDocument(json, file);
        }
        string partial = path + ".partial";
        File.WriteAllBytes(partial, buffer.WrittenSpan);
        File.Move(partial, path, overwrite: true);
    }

    private static void WriteDocument(Utf8JsonWriter json, TokenizerFile file)
    {
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (AddedToken token in file.Added)
        {
            WriteAdded(json, token);
        }
        json.WriteEndArray();
        WriteNormalizer(json, file.IsNormalized);
        json.WritePropertyName("pre_tokenizer");
        WritePreTokenizer(json, file.PreTokenizer);
        json.WriteNull("post_processor");
        json.WritePropertyName("decoder");
        WriteByteLevel(json, file.PreTokenizer == PreTokenizer.Gpt2);
        WriteModel(json, file);
        json.WriteEndObject();
    }

    private static void WriteAdded(Utf8JsonWriter json, AddedToken token)
    {
        json.WriteStartObject();
        json.WriteNumber("id", token.Id);
        json.WriteString("content", token.Content);
        json.WriteBoolean("single_word", false);
        json.WriteBoolean("lstrip", false);
        json.WriteBoolean("rstrip", false);
        json.WriteBoolean("normalized", token.IsNormalized);
        json.WriteBoolean("special", token.IsSpecial);
        json.WriteEndObject();
    }

    private static void WriteNormalizer(Utf8JsonWriter json, bool isNormalized)
    {
        if (!isNormalized)
        {
            json.WriteNull("normalizer");
            return;
        }
        json.WriteStartObject("normalizer");
        json.WriteString("type", "NFC");
        json.WriteEndObject();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json, PreTokenizer cuts)
    {
        if (cuts != PreTokenizer.Qwen)
        {
            WriteByteLevel(json, cuts == PreTokenizer.Gpt2);
            return;
        }
        json.WriteStartObject();
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", QwenPreTokenizer.Pattern);
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
        WriteByteLevel(json, cuts: false);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, bool cuts)
    {
        json.WriteStartObject();
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", cuts);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, TokenizerFile file)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteString("unk_token", file.UnknownEntry);
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteStartObject("vocab");
        foreach ((string entry, int id) in file.Vocabulary.OrderBy(pair => pair.Value))
        {
            json.WriteNumber(entry, id);
        }
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (string merge in file.Merges)
        {
            json.WriteStringValue(merge);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
