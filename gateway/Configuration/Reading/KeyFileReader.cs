using System.Buffers.Text;

namespace SseGateway.Configuration.Reading;

/// <summary>Reads a secret from a file.</summary>
internal static class KeyFileReader
{
    private const int MaxFileBytes = 64 * 1024;

    /// <summary>
    /// A secret is written down in more ways than one: raw bytes, a line of text, base64. Which one the issuer of the tokens means
    /// cannot be seen from the file (every hexadecimal text is also valid base64), so each reading that is long enough is accepted:
    /// the bytes as they are, the bytes without the line end that editors and <c>echo</c> add, and what they give as base64. Whoever
    /// knows one of them knows the file.
    /// </summary>
    /// <param name="section">Receives errors.</param>
    /// <param name="setting">The setting the errors are about.</param>
    /// <param name="path">The file.</param>
    /// <param name="minBytes">The least a key must have.</param>
    /// <returns>The possible keys, empty after an error.</returns>
    public static IReadOnlyList<SecretBytes> Read(SettingReader section, string setting, string path, int minBytes)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxFileBytes })
            {
                section.Error(setting, $"is larger than {MaxFileBytes} bytes and hardly a key: {path}");
                return [];
            }

            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            section.Error(setting, $"cannot be read: {error.Message}");
            return [];
        }

        var keys = Readings(bytes).Where(key => key.Length >= minBytes).Select(key => new SecretBytes(key)).ToList();
        if (keys.Count == 0)
        {
            section.Error(setting, $"must hold at least {minBytes} bytes ({minBytes * 8} bits), has {bytes.Length}: {path}");
        }

        return keys;
    }

    private static IEnumerable<byte[]> Readings(byte[] bytes)
    {
        var line = bytes.AsSpan().TrimEnd("\r\n"u8).ToArray();
        yield return line;
        if (line.Length != bytes.Length)
        {
            yield return bytes;
        }

        if (line.Length > 0 && Base64.IsValid(line))
        {
            yield return Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(line));
        }
        else if (line.Length > 0 && Base64Url.IsValid(line))
        {
            yield return Base64Url.DecodeFromUtf8(line);
        }
    }
}
