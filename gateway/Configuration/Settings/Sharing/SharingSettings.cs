using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings.Authentication;
using SseGateway.Transport.Http;

namespace SseGateway.Configuration.Settings.Sharing;

/// <summary>Shared streams: one upstream stream for all clients of the same URL.</summary>
internal sealed record SharingSettings
{
    private const int LeastLogBytes = 4096;

    // Chunk framing, line ends, and an id of the gateway's in place of the upstream's.
    private const int RecordOverhead = 64;

    /// <summary>Off unless asked for: an upstream may answer each client differently.</summary>
    public bool Enabled { get; init; }

    public ShareBy ShareBy { get; init; } = ShareBy.Nothing;

    /// <summary>Query parameters that part nobody, and that the upstream is not told.</summary>
    public QueryNames IgnoreQuery { get; init; } = QueryNames.None;

    public EventIds Ids { get; init; }

    /// <summary>Bytes of frames that a shared stream retains at most.</summary>
    public int LogBytes { get; init; } = 1024 * 1024;

    /// <summary>Frames that it retains at most. Each takes 72 bytes beside its own.</summary>
    public int LogCount { get; init; } = 10_000;

    /// <summary>How long a frame can be replayed; zero is for as long as it fits.</summary>
    public TimeSpan LogAge { get; init; }

    /// <summary>How long the upstream and the log are kept when the last client has left, so that one that comes back finds its place.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The type of the event in which the upstream says all there is to know; empty for none.</summary>
    public string Snapshot { get; init; } = "";

    /// <summary>Where a client without a cursor begins. With a snapshot that is the newest one, if nothing else is said: what follows it is of no use without
    /// it.</summary>
    public JoinPoint Join
    {
        get => AskedJoin ?? (Snapshot.Length > 0 ? JoinPoint.All : JoinPoint.Live);
        init => AskedJoin = value;
    }

    private JoinPoint? AskedJoin { get; init; }

    public GapAction OnGap { get; init; }

    public SlowAction OnSlow { get; init; }

    /// <summary>How long clients are kept while the upstream cannot be reached.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>False keeps <c>gateway.gap</c> out of shared streams.</summary>
    public bool Notices { get; init; } = true;

    /// <summary>
    /// The largest frame of the upstream's, in bytes. Two always fit into the log: one never pushes out the one before it, and with that clients that have
    /// read everything.
    /// </summary>
    public int MaxFrameBytes => (LogBytes / 2) - RecordOverhead;

    public static SharingSettings Read(SettingReader section, SharingSettings fallback)
    {
        var settings = new SharingSettings
        {
            Enabled = section.Flag("Enabled", fallback.Enabled),
            ShareBy = ShareBy.Read(section, "ShareBy", fallback.ShareBy),
            IgnoreQuery = QueryNamesReader.Read(section, "IgnoreQuery", fallback.IgnoreQuery),
            Ids = section.Choice("Ids", fallback.Ids),
            LogBytes = section.Count("LogBytes", fallback.LogBytes),
            LogCount = section.Count("LogCount", fallback.LogCount),
            LogAge = section.Duration("LogAge", fallback.LogAge),
            Linger = section.Duration("Linger", fallback.Linger),
            Snapshot = ReadSnapshot(section, fallback),
            AskedJoin = ReadJoin(section, fallback),
            OnGap = section.Choice("OnGap", fallback.OnGap),
            OnSlow = section.Choice("OnSlow", fallback.OnSlow),
            GiveUpAfter = section.Duration("GiveUpAfter", fallback.GiveUpAfter),
            Notices = section.Flag("Notices", fallback.Notices),
        };
        if (settings.LogBytes is < LeastLogBytes or > 1 << 30)
        {
            section.Error("LogBytes", $"must be {LeastLogBytes} to {1 << 30}, got \"{settings.LogBytes}\"");
            settings = settings with { LogBytes = fallback.LogBytes };
        }

        if (settings.LogCount is < 1 or > 1 << 20)
        {
            section.Error("LogCount", $"must be 1 to {1 << 20}, got \"{settings.LogCount}\"");
            settings = settings with { LogCount = fallback.LogCount };
        }

        return settings;
    }

    /// <summary>Reports what goes with sharing in no way.</summary>
    /// <param name="section">Where the settings stand.</param>
    /// <param name="authentication">What holds on the same route.</param>
    public void Check(SettingReader section, AuthenticationSettings authentication)
    {
        if (!Enabled)
        {
            return;
        }

        if (authentication.ForwardCredential)
        {
            section.Error("Enabled", "cannot go with Authentication:ForwardCredential: the first client's credential would be everybody's");
        }

        if (!authentication.Required && (ShareBy.Subject || ShareBy.Claims.Count > 0))
        {
            section.Error("ShareBy", "subject and claim:NAME need Authentication:Mode Required");
        }
    }

    // What an event's line can say.
    private static string ReadSnapshot(SettingReader section, SharingSettings fallback)
    {
        var type = section.Text("Snapshot", fallback.Snapshot);
        if (type.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0 || type.StartsWith("gateway.", StringComparison.Ordinal))
        {
            section.Error("Snapshot", $"must be the type of an event of the upstream's, got \"{type}\"");
            return fallback.Snapshot;
        }

        return type;
    }

    private static JoinPoint? ReadJoin(SettingReader section, SharingSettings fallback)
    {
        if (!section.Has("Join"))
        {
            return fallback.AskedJoin;
        }

        var text = section.Text("Join", "");
        if (!JoinPoint.TryParse(text, out var join))
        {
            section.Error("Join", $"must be live, last:N or all, got \"{text}\"");
        }

        return join;
    }
}
