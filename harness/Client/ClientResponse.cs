using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Client;

/// <summary>An answer of the target over HTTP/1.1. Its head may still be to come: then whoever reads the body reads the head first.</summary>
internal sealed class ClientResponse(ClientConnection connection, bool toHead, WireTap tap, CancellationToken cancellation) : TargetAnswer(tap, cancellation)
{
    private readonly WireTap _tap = tap;
    private readonly List<MessageHead> _interim = [];

    public ClientConnection Connection { get; } = connection;

    /// <summary>Reads the head; 1xx answers before it are kept.</summary>
    /// <returns>False when the target closed without one.</returns>
    public async Task<bool> ReadHeadAsync(CancellationToken token)
    {
        while (!HasHead)
        {
            if (await Connection.Reader.ReadHeadAsync(token) is not { } head)
            {
                return false;
            }

            if (head.Status is >= 100 and < 200)
            {
                _interim.Add(head);
                continue;
            }

            Connection.Reader.BeginResponseBody(head, noBody: toHead || head.Status is 204 or 304);
            Begin(head, _interim, _tap.Ms);
        }

        return true;
    }

    public override void Dispose() => Connection.Dispose();

    protected override async Task<(int Count, Ending? Ending)> PullAsync(Memory<byte> into, CancellationToken token)
    {
        if (!HasHead && !await ReadHeadAsync(token))
        {
            throw new NotSeenException("the target closed without an answer");
        }

        return await Connection.Reader.ReadBodyAsync(into, token);
    }
}
