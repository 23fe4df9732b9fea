namespace ChatBackend.Configuration;

/// <summary>The settings of the section <c>Chat</c>, read and validated once at start by <see cref="ChatOptionsReader"/>.</summary>
internal sealed record ChatOptions
{
    /// <summary>The SQLite file. Its directory must exist; the file is made when missing.</summary>
    public string DatabasePath { get; init; } = "chat.db";

    /// <summary>The HMAC key of the tokens; null with <see cref="TrustGatewaySubject"/>, or when an ephemeral one is to be made.</summary>
    public SigningKey? SigningKey { get; init; }

    public string Issuer { get; init; } = "ssegateway-chat";

    public string Audience { get; init; } = "ssegateway-chat";

    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Take the person from <c>Gateway-Subject</c>. Only when the gateway is the only way in: anybody else could claim any name.</summary>
    public bool TrustGatewaySubject { get; init; }

    /// <summary>
    /// By this key a gateway gets a stream for all people of a room together, which names nobody. It opens nothing else. Null: each person has a stream of
    /// their own.
    /// </summary>
    public SharedStreamKey? SharedStreamKey { get; init; }

    /// <summary>Origins besides the page's own whose scripts may post with the browser's cookie.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Largest request body in bytes. The default takes the longest text with every character escaped (six bytes each).</summary>
    public int MaxBodyBytes { get; init; } = 32_768;

    /// <summary>Longest message text in UTF-16 code units, as JavaScript counts.</summary>
    public int MaxTextLength { get; init; } = 4_000;

    /// <summary>Most messages one history request returns.</summary>
    public int HistoryLimit { get; init; } = 200;

    /// <summary>Messages accepted but not yet committed; a POST beyond it gets 503. Bounded in bytes too, by <see cref="MaxBodyBytes"/> each.</summary>
    public int WriteQueueLength { get; init; } = 1_024;

    /// <summary>Frames a room keeps in memory for its streams. Streams further behind read from the database.</summary>
    public int RoomLogEntries { get; init; } = 512;

    /// <summary>Bytes a room keeps in memory for its streams.</summary>
    public int RoomLogBytes { get; init; } = 1_048_576;

    /// <summary>What clients are told to wait before they reconnect; each stream gets up to 50 % more at random, so that they do not come back
    /// together.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A stream without bytes for this long gets a <c>beat</c>: load balancers cut idle connections after 30 to 60 s, and the page takes 38 s of silence for
    /// a stream that is dead.
    /// </summary>
    public TimeSpan HeartbeatInterval { get; init; } = LongestHeartbeatInterval;

    /// <summary>What the page counts on.</summary>
    public static TimeSpan LongestHeartbeatInterval { get; } = TimeSpan.FromSeconds(15);

    /// <summary>A flush that takes longer means a client that stopped reading; its connection is aborted.</summary>
    public TimeSpan WriteDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long somebody without a stream still counts as present: longer than the longest retry delay, so that a reconnect is not a leave.</summary>
    public TimeSpan LeaveGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a page counts as present after it said so; it does three times as often. Browsers let the timers of a tab out of sight run once a minute only.
    /// </summary>
    public TimeSpan PageLease { get; init; } = TimeSpan.FromSeconds(90);
}
