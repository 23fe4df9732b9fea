using System.Text.Json;
using SseGateway.Harness.ClientTests.Judging;
using SseGateway.Harness.Scripts;

namespace SseGateway.Harness.ClientTests.Clients;

/// <summary>A process for each run; <c>{url}</c> in its command is the URL, and the application's actions are in its environment.</summary>
internal sealed class ExecClient(IReadOnlyList<string> words) : IClientUnderTest
{
    public Task<IClientSession> OpenAsync(ClientOrder order, Action<ClientReport> report, CancellationToken cancellation)
    {
        string[] command = [.. words.Select(word => word.Replace("{url}", order.Url, StringComparison.Ordinal)),
            .. words.Any(word => word.Contains("{url}", StringComparison.Ordinal)) ? [] : new[] { order.Url }];
        var process = ClientProcess.Start(command, Environment(order), input: false, report);
        return Task.FromResult<IClientSession>(new Session(process));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static IEnumerable<KeyValuePair<string, string>> Environment(ClientOrder order)
    {
        yield return new("SSE_URL", order.Url);
        yield return new("SSE_TYPES", JsonSerializer.Serialize(order.Types));
        foreach (var (name, value) in Actions(order.App).Where(action => action.Value is not null))
        {
            yield return new(name, value!);
        }
    }

    private static (string Name, string? Value)[] Actions(AppActions app) =>
    [
        ("SSE_CLOSE_AFTER", app.CloseAfter?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("SSE_CLOSE_AFTER_MS", app.CloseAfterMs?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("SSE_METHOD", app.Method),
        ("SSE_BODY", app.Body),
        ("SSE_HEADERS", app.Headers is null ? null : JsonSerializer.Serialize(app.Headers)),
        ("SSE_LAST_EVENT_ID", app.LastEventId),
    ];

    private sealed class Session(ClientProcess process) : IClientSession
    {
        public Task Started => process.Started;

        public Task<string?> Ended => process.Ended;

        public ValueTask DisposeAsync() => process.DisposeAsync();
    }
}
