using System.Text.Json;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace SseGateway.Configuration.Reading;

/// <summary>The file of <c>--config</c>. Files that it names are looked for where it is itself, wherever the gateway is started from.</summary>
internal sealed class SettingsFile : JsonConfigurationSource
{
    private readonly string _folder;

    // What came out of a pipe, as of a command that decrypts it: that can be opened once.
    private byte[]? _piped;

    /// <param name="path">The whole path of the file.</param>
    public SettingsFile(string path)
    {
        _folder = System.IO.Path.GetDirectoryName(path)!;
        (FileProvider, Path, Optional, ReloadOnChange) = (new PhysicalFileProvider(_folder), System.IO.Path.GetFileName(path), false, false);
    }

    public override IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(this);

    /// <summary>What is wrong with a file of settings, with the line and column where that is known.</summary>
    /// <param name="error">What reading it has thrown.</param>
    public static string Describe(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is JsonException { LineNumber: { } line, BytePositionInLine: { } column } json)
            {
                // The message says where it is too, counted from zero.
                var where = json.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
                return $"line {line + 1}, column {column + 1}: {(where < 0 ? json.Message : json.Message[..where]).TrimEnd('.')}";
            }
        }

        return error.GetBaseException().Message.TrimEnd('.');
    }

    private static bool NamesFile(string key) =>
        (key.StartsWith("SseGateway:", StringComparison.OrdinalIgnoreCase) && key.EndsWith("File", StringComparison.OrdinalIgnoreCase))
        || (key.StartsWith("Kestrel:", StringComparison.OrdinalIgnoreCase)
            && (key.EndsWith(":Path", StringComparison.OrdinalIgnoreCase) || key.EndsWith(":KeyPath", StringComparison.OrdinalIgnoreCase)));

    private sealed class Provider(SettingsFile source) : JsonConfigurationProvider(source)
    {
        public override void Load()
        {
            if (source._piped is { } piped)
            {
                Load(new MemoryStream(piped));
                return;
            }

            base.Load();
        }

        public override void Load(Stream stream)
        {
            if (!stream.CanSeek)
            {
                var all = new MemoryStream();
                stream.CopyTo(all);
                source._piped = all.ToArray();
                all.Position = 0;
                stream = all;
            }

            base.Load(stream);
            foreach (var (key, value) in Data.ToArray())
            {
                if (!string.IsNullOrEmpty(value) && NamesFile(key))
                {
                    Data[key] = System.IO.Path.Combine(source._piped is null ? source._folder : Environment.CurrentDirectory, value);
                }
            }
        }
    }
}
