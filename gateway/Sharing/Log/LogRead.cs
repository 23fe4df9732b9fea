namespace SseGateway.Sharing.Log;

internal enum LogRead
{
    /// <summary>The cursor is at the head.</summary>
    Nothing,

    Records,

    /// <summary>What would follow is no longer there.</summary>
    RunOver,
}
