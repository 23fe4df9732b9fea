using SseGateway.Sharing.Log;

namespace SseGateway.Sharing.Subscribers;

/// <summary>A write that waits for its client, with the records it is of: held on to, unless they have been copied.</summary>
internal sealed class PendingWrite(LogRecords records)
{
    public LogRecords Records => records;
}
