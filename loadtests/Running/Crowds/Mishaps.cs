namespace LoadTests.Running.Crowds;

/// <summary>What can happen to a client other than a stream that stays, and events that come once.</summary>
[Flags]
internal enum Mishaps
{
    None = 0,

    /// <summary>An attempt was refused.</summary>
    Refused = 1,

    /// <summary>An attempt came to no stream.</summary>
    Failed = 2,

    /// <summary>A stream was ended by the server, or cut.</summary>
    Over = 4,
}
