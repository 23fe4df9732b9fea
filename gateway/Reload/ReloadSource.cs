using Microsoft.Extensions.Configuration.Json;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;

namespace SseGateway.Reload;

/// <summary>Where the settings come from, to be read again.</summary>
/// <param name="Sources">The sources of the host's configuration.</param>
/// <param name="Flags">Setting path to command line flag, for messages; see <see cref="Configuration.Reading.StartupErrors"/>.</param>
/// <param name="Standalone">
/// True when the gateway is the program, and not a part of an application that may have other routes and other uses for signals.
/// </param>
internal sealed record ReloadSource(IConfigurationBuilder Sources, IReadOnlyDictionary<string, string>? Flags, bool Standalone)
{
    /// <summary>The files as they were when the settings were read first: one that changes while the gateway warms up has changed too.</summary>
    public HashSet<FileStamp> AtStart { get; init; } = [];

    /// <summary>Reads all of it anew, beside the configuration in use.</summary>
    /// <exception cref="InvalidDataException">A file is no JSON.</exception>
    /// <exception cref="IOException">A file that must be there is not, or cannot be read.</exception>
    public IConfigurationRoot Read()
    {
        var builder = new ConfigurationBuilder();
        foreach (var source in Sources.Sources)
        {
            builder.Add(source is JsonConfigurationSource file and not SettingsFile ? Once(file) : source);
        }

        return builder.Build();
    }

    /// <summary>The configuration files, those included that are not there yet.</summary>
    public IEnumerable<string> Files() => Sources.Sources.OfType<FileConfigurationSource>()
        .Select(source => source.Path is null ? null : source.FileProvider?.GetFileInfo(source.Path).PhysicalPath)
        .OfType<string>();

    /// <summary>The files as they are now: those of the configuration, and those that settings name.</summary>
    public HashSet<FileStamp> Stamps(GatewaySettings settings) => Files().Concat(settings.All.Files).Select(FileStamp.Of).ToHashSet();

    // Without a watcher of its own, which nobody would dispose.
    private static JsonConfigurationSource Once(JsonConfigurationSource file) =>
        new() { FileProvider = file.FileProvider, Path = file.Path!, Optional = file.Optional, ReloadOnChange = false };
}
