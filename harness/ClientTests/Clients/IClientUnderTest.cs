using SseGateway.Harness.ClientTests.Judging;

namespace SseGateway.Harness.ClientTests.Clients;

/// <summary>A client library, by whatever way it is reached.</summary>
internal interface IClientUnderTest : IAsyncDisposable
{
    /// <summary>Whether one program has all runs, so that its end is the end of all that it has then.</summary>
    bool IsOneForAll => false;

    /// <summary>Has it open a URL.</summary>
    /// <param name="order">Which, and how.</param>
    /// <param name="report">Told what it says, in its order, one call at a time.</param>
    /// <param name="cancellation">The run's.</param>
    /// <exception cref="ClientSetupException">It cannot be started or reached.</exception>
    Task<IClientSession> OpenAsync(ClientOrder order, Action<ClientReport> report, CancellationToken cancellation);
}
