namespace SseGateway.Harness.ClientTests.Clients;

/// <summary>A URL that a client under test has open. Disposing of it closes it.</summary>
internal interface IClientSession : IAsyncDisposable
{
    /// <summary>Completes when the client is known to have begun; it may be known by what it asks or says before. A session that there is may have.</summary>
    Task Started => Task.CompletedTask;

    /// <summary>Completes when nothing more can come of it, with a remark where that is unusual; never, where it cannot be known.</summary>
    Task<string?> Ended { get; }
}
