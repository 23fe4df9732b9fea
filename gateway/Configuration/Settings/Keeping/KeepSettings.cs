using SseGateway.Configuration.Reading;

namespace SseGateway.Configuration.Settings.Keeping;

/// <summary>Answers to POSTs that go on when their client is gone, and can be read again.</summary>
internal sealed record KeepSettings
{
    /// <summary>The response field with the id by which an answer is read again.</summary>
    public const string IdField = "Gateway-Stream";

    private const int LeastLogBytes = 4096;

    // Chunk framing and line ends.
    private const int RecordOverhead = 64;

    /// <summary>Off unless asked for: an answer that nobody waits for any more costs its service the time until somebody says so.</summary>
    public bool Enabled { get; init; }

    /// <summary>Bytes of frames that are kept of each answer at most; the oldest go.</summary>
    public int LogBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Answers of one route, running and over, that are kept at most.</summary>
    public int Answers { get; init; } = 1000;

    /// <summary>The same for one subject, or one address where there is none.</summary>
    public int AnswersPerSubject { get; init; } = 20;

    /// <summary>How long an answer can be read after its end.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an answer goes on that nobody reads; zero is to its end.</summary>
    public TimeSpan GraceAfterLeave { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where the newest answer of a chat is read again, as the AI SDK's <c>resume</c> asks for it; null for nowhere.</summary>
    public ResumePath? ResumePath { get; init; }

    /// <summary>Frames that are kept of each answer at most: as many as fit when each is as small as a token's can be. Each takes 80 bytes beside its
    /// own.</summary>
    public int LogCount => Math.Clamp(LogBytes / 64, 64, 1 << 20);

    /// <summary>The largest frame of the upstream's, in bytes: two always fit into the log.</summary>
    public int MaxFrameBytes => (LogBytes / 2) - RecordOverhead;

    public static KeepSettings Read(SettingReader section, KeepSettings fallback)
    {
        var settings = new KeepSettings
        {
            Enabled = section.Flag("Enabled", fallback.Enabled),
            LogBytes = section.Count("LogBytes", fallback.LogBytes),
            Answers = section.Count("Answers", fallback.Answers),
            AnswersPerSubject = section.Count("AnswersPerSubject", fallback.AnswersPerSubject),
            Age = section.Duration("Age", fallback.Age, zeroAllowed: false),
            GraceAfterLeave = section.Duration("GraceAfterLeave", fallback.GraceAfterLeave),
            ResumePath = ReadResumePath(section, fallback),
        };
        if (settings.LogBytes is < LeastLogBytes or > 1 << 30)
        {
            section.Error("LogBytes", $"must be {LeastLogBytes} to {1 << 30}, got \"{settings.LogBytes}\"");
            settings = settings with { LogBytes = fallback.LogBytes };
        }

        return settings with
        {
            Answers = AtLeastOne(section, "Answers", settings.Answers, fallback.Answers),
            AnswersPerSubject = AtLeastOne(section, "AnswersPerSubject", settings.AnswersPerSubject, fallback.AnswersPerSubject),
        };
    }

    private static ResumePath? ReadResumePath(SettingReader section, KeepSettings fallback)
    {
        var text = section.Text("ResumePath", fallback.ResumePath?.ToString() ?? "");
        var path = ResumePath.Parse(text);
        if (path is null && text.Length > 0)
        {
            section.Error("ResumePath", $"must be a path with {{id}} for one of its parts, such as /api/chat/{{id}}/stream, got \"{text}\"");
        }

        return path;
    }

    // Whoever wants none has Enabled for it.
    private static int AtLeastOne(SettingReader section, string key, int count, int fallback)
    {
        if (count > 0)
        {
            return count;
        }

        section.Error(key, $"must be 1 or more, got \"{count}\"");
        return fallback;
    }
}
