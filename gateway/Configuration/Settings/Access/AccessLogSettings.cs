using SseGateway.Configuration.Reading;

namespace SseGateway.Configuration.Settings.Access;

/// <summary>A line for each request and each stream that is over, for programs.</summary>
internal sealed record AccessLogSettings
{
    public AccessLogFormat Format { get; init; }

    /// <summary>Where to; the standard output when there is none.</summary>
    public string? File { get; init; }

    /// <summary>True for a line at the beginning of a stream as well.</summary>
    public bool Openings { get; init; }

    public static AccessLogSettings Read(SettingReader section)
    {
        var settings = new AccessLogSettings
        {
            Format = section.Choice("Format", AccessLogFormat.Off),
            File = section.Text("File", "") is { Length: > 0 } file ? Path.GetFullPath(file) : null,
            Openings = section.Flag("Openings", false),
        };
        if (settings is { File: not null, Format: AccessLogFormat.Off })
        {
            section.Error("Format", "must be set to Json or Combined: File alone writes nothing");
        }

        if (settings.File is { } path && (Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path))))
        {
            section.Error("File", $"must be a file in a folder that is there, got \"{path}\"");
        }

        return settings;
    }
}
