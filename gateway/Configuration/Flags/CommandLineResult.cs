using SseGateway.Configuration.Reading;

namespace SseGateway.Configuration.Flags;

/// <summary>What the command line asks for.</summary>
internal sealed record CommandLineResult
{
    /// <summary>Text to print before exiting with code 0 (<c>--help</c>, <c>--version</c>); null when the gateway is to run.</summary>
    public string? Information { get; init; }

    /// <summary>True when the settings are to be judged and nothing is to be started.</summary>
    public bool ChecksOnly { get; init; }

    /// <summary>What is wrong with the flags, one line each; with any of them the exit code is 2.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>The value of <c>--config</c>.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Configuration values that the flags stand for, raw <c>--Section:Key=value</c> settings included.</summary>
    public IReadOnlyDictionary<string, string?> Values { get; init; } = new Dictionary<string, string?>();

    /// <summary>Setting path to flag, for messages in the words the user typed; see <see cref="StartupErrors"/>.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Adds the configuration file and then the flags' values, so that flags win over the file, and both over what is there already
    /// (appsettings and environment).
    /// </summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="errors">Receives a line when the file is missing or is no JSON.</param>
    public void AddTo(IConfigurationBuilder configuration, StartupErrors errors)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (ConfigFile is { Length: 0 })
        {
            // A variable of a script that is not set, most likely.
            errors.Add("--config", "must name a file");
        }
        else if (ConfigFile is not null)
        {
            AddFile(configuration, errors, Path.GetFullPath(ConfigFile));
        }

        configuration.AddInMemoryCollection(Values);
    }

    private static void AddFile(IConfigurationBuilder configuration, StartupErrors errors, string path)
    {
        if (!File.Exists(path))
        {
            errors.Add("--config", $"{(Directory.Exists(path) ? "is a folder" : "there is no such file")}: {path}");
            return;
        }

        var file = new SettingsFile(path);
        try
        {
            // Parsed apart first: a builder that has taken in a broken source cannot be used for the other checks any more.
            new ConfigurationBuilder().Add(file).Build();
        }
        catch (Exception error) when (error is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            errors.Add("--config", $"cannot be read: {path}, {SettingsFile.Describe(error)}");
            return;
        }

        configuration.Add(file);
    }
}
