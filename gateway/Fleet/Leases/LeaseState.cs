namespace SseGateway.Fleet.Leases;

/// <summary>What the renewal of a lease has shown.</summary>
[Flags]
internal enum LeaseState
{
    Kept = 0,

    /// <summary>Clients of another gateway wait for the stream.</summary>
    Wanted = 1,

    /// <summary>What is to be known beside the entries is gone.</summary>
    MetaGone = 2,

    /// <summary>The newest entry is another one, or there are none.</summary>
    LogShort = 4,

    /// <summary>It is another's, or was forgotten.</summary>
    Lost = 8,
}
