namespace LoadTests.Clients;

/// <summary>The answer says that there is no stream now: 429 or 503, or a stream that ends at once after telling when to come back.</summary>
internal sealed class StreamRefusedException(int status, TimeSpan? retryAfter) : IOException($"refused with {status}")
{
    public int Status => status;

    /// <summary>When to come back; null when the answer does not say it.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
