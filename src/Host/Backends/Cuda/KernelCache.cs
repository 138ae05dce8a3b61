using System.Security.Cryptography;
using System.Text;

namespace Robustness.Backends.Cuda;

/// <summary>
/// Compiled kernels on disk, one file a key. A file is either whole or absent, however many
/// processes write it, and carries the hash of its text; one that does not match is reported and
/// compiled again. A folder that cannot be written is reported once and then left alone.
/// </summary>
/// <param name="folder">Made when first written to.</param>
/// <param name="say">Takes a line for people.</param>
public sealed class KernelCache(string folder, Action<string> say)
{
    private const int HashDigits = 64;
    private bool _isUnwritable;

    /// <summary>The user's cache folder.</summary>
    public static string DefaultFolder()
    {
        string? root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(root))
        {
            root = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(
                    Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
                    ".cache"
                );
        }
        return Path.Combine(root, "robustness", "kernels");
    }

    /// <summary>The key of what goes into a compilation: the order of the parts counts.</summary>
    public static string Key(params ReadOnlySpan<string> parts) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts.ToArray())))
        );

    /// <summary>The text of a key, from disk or made now.</summary>
    /// <param name="key">See <see cref="Key"/>.</param>
    /// <param name="make">Makes the text when there is none.</param>
    public string GetOrMake(string key, Func<string> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        string path = Path.Combine(folder, key + ".ptx");
        if (Read(path) is string found)
        {
            return found;
        }
        string text = make();
        Write(path, text);
        return text;
    }

    private string? Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            say($"{path}: cannot be read ({e.Message}); the kernels are compiled again.");
            return null;
        }
        if (
            text.Length > HashDigits
            && text[HashDigits] == '\n'
            && text[..HashDigits] == HashOf(text[(HashDigits + 1)..])
        )
        {
            return text[(HashDigits + 1)..];
        }
        say($"{path}: the cached kernels are damaged; they are compiled again.");
        return null;
    }

    private void Write(string path, string text)
    {
        if (_isUnwritable)
        {
            return;
        }
        // A name of its own for each writer; the rename decides who is last.
        string partial = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(partial, HashOf(text) + "\n" + text);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _isUnwritable = true;
            say($"{folder}: cannot be written ({e.Message}); compiled kernels are not kept.");
        }
    }

    private static string HashOf(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
