using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using SseGateway.Harness.ClientTests.Judging;

namespace SseGateway.Harness.ClientTests.Clients;

/// <summary>
/// One process for all runs: it gets a JSON object by line for each URL to open and each to close, and says in each of its lines which run it
/// is about. When it dies, the runs it had have ended, and the next one gets a new process.
/// </summary>
internal sealed class BatchClient(IReadOnlyList<string> words) : IClientUnderTest
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly ConcurrentDictionary<string, Action<ClientReport>> _runs = new();
    private readonly SemaphoreSlim _writing = new(1);
    private ClientProcess? _process;

    public bool IsOneForAll => true;

    public async Task<IClientSession> OpenAsync(ClientOrder order, Action<ClientReport> report, CancellationToken cancellation)
    {
        _runs[order.Run] = report;
        var app = order.App;
        var line = JsonSerializer.Serialize(
            new { order.Run, order.Url, order.Types, app.CloseAfter, app.CloseAfterMs, app.Method, app.Body, app.Headers, app.LastEventId }, Json);
        await _writing.WaitAsync(cancellation);
        try
        {
            if (_process is null || _process.Ended.IsCompleted)
            {
                _process = ClientProcess.Start([.. words.Where(word => word != "{urls}")], [], input: true, Tell);
            }

            await _process.WriteLineAsync(line);
            return new Session(this, order.Run, _process);
        }
        catch (IOException)
        {
            throw new ClientSetupException($"{words[0]}: {await _process!.Ended ?? "the process has ended"}");
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _writing.Dispose();
    }

    private void Tell(ClientReport report)
    {
        if (report.Run is { } run && _runs.TryGetValue(run, out var told))
        {
            told(report);
        }
    }

    private async Task CloseAsync(string run, ClientProcess process)
    {
        _runs.TryRemove(run, out _);
        await _writing.WaitAsync();
        try
        {
            await process.WriteLineAsync(JsonSerializer.Serialize(new { Run = run, Stop = true }, Json));
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // It has ended, and the run with it.
        }
        finally
        {
            _writing.Release();
        }
    }

    private sealed class Session(BatchClient client, string run, ClientProcess process) : IClientSession
    {
        public Task Started => process.Started;

        public Task<string?> Ended => process.Ended;

        public async ValueTask DisposeAsync() => await client.CloseAsync(run, process);
    }
}
