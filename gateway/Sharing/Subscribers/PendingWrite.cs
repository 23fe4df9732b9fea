using SseGateway.Sharing.Log;

namespace SseGateway.Sharing.Subscribers;

/// <summary>A write that waits for its client, with the records it holds on to.</summary>
internal sealed class PendingWrite(LogRecords records)
{
    public LogRecords Records => records;
}
