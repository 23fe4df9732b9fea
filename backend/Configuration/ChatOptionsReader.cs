namespace ChatBackend.Configuration;

/// <summary>Makes <see cref="ChatOptions"/> from configuration.</summary>
internal static class ChatOptionsReader
{
    /// <exception cref="ChatStartupException">With all errors at once.</exception>
    public static ChatOptions Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration.GetSection("Chat"));
        var defaults = new ChatOptions();
        var second = TimeSpan.FromSeconds(1);
        var day = TimeSpan.FromDays(1);

        var options = new ChatOptions
        {
            DatabasePath = reader.Text(nameof(ChatOptions.DatabasePath), defaults.DatabasePath),
            SigningKey = ReadKey(reader),
            Issuer = reader.Text(nameof(ChatOptions.Issuer), defaults.Issuer),
            Audience = reader.Text(nameof(ChatOptions.Audience), defaults.Audience),
            TokenLifetime = reader.Duration(nameof(ChatOptions.TokenLifetime), defaults.TokenLifetime, second, TimeSpan.FromDays(30)),
            TrustGatewaySubject = reader.Flag(nameof(ChatOptions.TrustGatewaySubject), defaults.TrustGatewaySubject),
            SharedStreamKey = ReadSharedStreamKey(reader),
            AllowedOrigins = reader.List(nameof(ChatOptions.AllowedOrigins)),
            MaxBodyBytes = reader.Number(nameof(ChatOptions.MaxBodyBytes), defaults.MaxBodyBytes, 64, 1 << 20),
            MaxTextLength = reader.Number(nameof(ChatOptions.MaxTextLength), defaults.MaxTextLength, 1, 1 << 20),
            HistoryLimit = reader.Number(nameof(ChatOptions.HistoryLimit), defaults.HistoryLimit, 1, 1_000),
            WriteQueueLength = reader.Number(nameof(ChatOptions.WriteQueueLength), defaults.WriteQueueLength, 1, 1 << 20),
            RoomLogEntries = reader.Number(nameof(ChatOptions.RoomLogEntries), defaults.RoomLogEntries, 1, 1 << 20),
            RoomLogBytes = reader.Number(nameof(ChatOptions.RoomLogBytes), defaults.RoomLogBytes, 1_024, 1 << 30),
            RetryDelay = reader.Duration(nameof(ChatOptions.RetryDelay), defaults.RetryDelay, TimeSpan.FromMilliseconds(1), day),
            HeartbeatInterval = reader.Duration(
                nameof(ChatOptions.HeartbeatInterval), defaults.HeartbeatInterval, second, ChatOptions.LongestHeartbeatInterval),
            WriteDeadline = reader.Duration(nameof(ChatOptions.WriteDeadline), defaults.WriteDeadline, second, day),
            LeaveGrace = reader.Duration(nameof(ChatOptions.LeaveGrace), defaults.LeaveGrace, TimeSpan.Zero, day),
            PageLease = reader.Duration(nameof(ChatOptions.PageLease), defaults.PageLease, second, day),
        };

        if (options is { SharedStreamKey: not null, TrustGatewaySubject: false })
            reader.Error(nameof(ChatOptions.SharedStreamKey), "needs TrustGatewaySubject: people who share a stream are known by the gateway alone");

        CheckDatabasePath(reader, options.DatabasePath);
        foreach (var origin in options.AllowedOrigins.Where(origin => !IsOrigin(origin)))
            reader.Error(nameof(ChatOptions.AllowedOrigins), $"'{origin}' is not an origin such as https://chat.example (scheme, host, port; no path)");

        reader.RejectUnknown();
        IReadOnlyList<string> errors = [.. reader.Errors, .. ListenAddresses.Errors(configuration)];
        return errors.Count == 0 ? options : throw new ChatStartupException(errors);
    }

    private static SigningKey? ReadKey(SettingsReader reader)
    {
        const string fileSetting = "SigningKeyFile";
        var text = reader.OptionalText(nameof(ChatOptions.SigningKey));
        var file = reader.OptionalText(fileSetting);
        if (text is not null && file is not null)
        {
            reader.Error(fileSetting, "set either this or SigningKey, not both");
            return null;
        }

        var setting = nameof(ChatOptions.SigningKey);
        if (file is not null)
        {
            setting = fileSetting;
            try
            {
                text = File.ReadAllText(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                reader.Error(setting, $"cannot be read: {e.Message}");
                return null;
            }
        }

        if (text is null)
            return null;
        var key = SigningKey.Parse(text);
        if (key is null)
            reader.Error(setting, $"a key needs at least {SigningKey.MinimumBytes} bytes (base64 or text)");
        return key;
    }

    private static SharedStreamKey? ReadSharedStreamKey(SettingsReader reader)
    {
        const string setting = nameof(ChatOptions.SharedStreamKey);
        if (reader.OptionalText(setting) is not { } text)
            return null;
        var key = SharedStreamKey.Parse(text);
        if (key is null)
            reader.Error(setting, $"a key has at least {SharedStreamKey.MinimumLength} visible ASCII characters");
        return key;
    }

    private static void CheckDatabasePath(SettingsReader reader, string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            return;
        if (Directory.Exists(path))
        {
            reader.Error(nameof(ChatOptions.DatabasePath), $"'{path}' is a directory");
            return;
        }

        var directory = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(directory))
            reader.Error(nameof(ChatOptions.DatabasePath), $"the directory '{directory}' does not exist");
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase);
}
