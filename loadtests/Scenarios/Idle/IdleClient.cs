using LoadTests.Measures;
using LoadTests.Running.Crowds;
using SseGateway.Protocol;

namespace LoadTests.Scenarios.Idle;

/// <summary>A client that opens a stream and reads what comes, which is comments: the origin is silent. Each counts as an event.</summary>
internal sealed class IdleClient(HttpClient http, Uri url, IMeasured measured) : LoadClient
{
    public override async Task RunAsync(CancellationToken leave)
    {
        var begun = TimeProvider.System.GetTimestamp();
        try
        {
            using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, leave);
            response.EnsureSuccessStatusCode();
            measured.StreamOpened(TimeProvider.System.GetElapsedTime(begun));
            try
            {
                await ReadAsync(response, leave);
            }
            finally
            {
                measured.StreamClosed();
            }
        }
        catch (HttpRequestException)
        {
            measured.Failed(TimeProvider.System.GetElapsedTime(begun));
        }
    }

    private async Task ReadAsync(HttpResponseMessage response, CancellationToken leave)
    {
        var boundary = new FrameBoundary();
        var buffer = new byte[16];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(leave);
            while (await body.ReadAsync(buffer, leave) is > 0 and var read)
            {
                for (var frames = boundary.Advance(buffer.AsSpan(0, read)); frames > 0; frames--)
                {
                    measured.Event(0);
                }
            }

            measured.StreamEnded();
        }
        catch (IOException)
        {
            measured.StreamCut();
        }
    }
}
