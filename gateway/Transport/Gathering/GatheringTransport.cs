using System.IO.Pipelines;

namespace SseGateway.Transport.Gathering;

/// <summary>A connection's two directions, of which the output is gathered.</summary>
internal sealed class GatheringTransport(IDuplexPipe transport, GatheredWriter output) : IDuplexPipe
{
    public PipeReader Input { get; } = new GatheringReader(transport.Input, output);

    public PipeWriter Output => output;
}
