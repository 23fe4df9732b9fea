namespace SseGateway.Transport.Client;

/// <summary>Has a connection when the HTTP layer is done with it.</summary>
internal interface IConnectionHeir
{
    /// <summary>Completes when the connection may be closed.</summary>
    Task RunAsync();
}
