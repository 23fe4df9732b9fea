using SseGateway.Sharing.Subscribers;
using SseGateway.Streams.Admission;
using SseGateway.Streams.Life;
using SseGateway.Streams.Output;

namespace SseGateway.Sharing.Clients;

/// <summary>
/// A subscriber whose request stays with the server, which frames what it is sent (HTTP/2, TLS), while all steps of its way through the gateway are over. Each
/// of them would wait for the end of the stream, with all that it knows: a fifth of what such a stream costs.
/// </summary>
internal sealed class ParkedClient : IResponseHeir
{
    private readonly SharedStream _shared;
    private readonly LiveStream _stream;
    private readonly Subscriber _subscriber;
    private readonly StreamResponse _response;
    private readonly ISuccession? _succession;
    private readonly CancellationTokenRegistration _leaving;

    /// <param name="shared">What it has entered, and is to leave.</param>
    /// <param name="stream">The client's, to be disposed.</param>
    /// <param name="subscriber">To be taken out of the roster.</param>
    /// <param name="response">To be ended.</param>
    /// <param name="succession">What it came with; null for none.</param>
    /// <param name="clientGone">Cancelled when the client is gone.</param>
    public ParkedClient(
        SharedStream shared, LiveStream stream, Subscriber subscriber, StreamResponse response, ISuccession? succession, CancellationToken clientGone)
    {
        (_shared, _stream, _subscriber, _response, _succession) = (shared, stream, subscriber, response, succession);
        if (succession is not null)
        {
            // At once, before the stream has come to its end: the client's next one must not be refused because of this one.
            _leaving = clientGone.UnsafeRegister(static use => ((IDisposable)use!).Dispose(), succession);
        }
    }

    public async Task RunAsync()
    {
        try
        {
            await _subscriber.EndedAsync();
            _shared.Unsubscribe(_subscriber);
            await _response.FinishAsync(_subscriber);
        }
        finally
        {
            _leaving.Unregister();
            _shared.Leave();
            _stream.Dispose();
            _succession?.Dispose();
        }
    }
}
