namespace SseGateway.Streams.Deadlines;

/// <summary>Has deadlines, for which it is looked at once a second.</summary>
internal interface ISwept
{
    /// <summary>Does what is due. One call at a time.</summary>
    void Sweep();
}
