namespace SseGateway.Harness.ClientTests.Clients;

/// <summary>A URL that a client under test has open. Disposing of it closes it.</summary>
internal interface IClientSession : IAsyncDisposable
{
    /// <summary>Completes when nothing more can come of it, with a remark where that is unusual; never, where it cannot be known.</summary>
    Task<string?> Ended { get; }
}
