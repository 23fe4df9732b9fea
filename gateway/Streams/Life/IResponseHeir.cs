namespace SseGateway.Streams.Life;

/// <summary>Request feature: has the response when all steps of the request's way through the gateway are over.</summary>
internal interface IResponseHeir
{
    /// <summary>Completes when the response is over.</summary>
    Task RunAsync();
}
