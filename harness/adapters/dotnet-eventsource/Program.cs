using System.Text;
using System.Text.Json.Nodes;
using SseGateway.Harness.Adapters;
using SseGateway.Protocol;

await Orders.RunAsync(OpenAsync);

static async Task OpenAsync(Order order, Reporter reporter, CancellationToken stop)
{
    var source = new EventSource(new Uri(order.Url), new EventSourceOptions
    {
        Method = order.Method is { } method ? new HttpMethod(method) : HttpMethod.Get,
        Body = order.Body is { } body ? (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(body) : null,
        BodyContentType = order.Headers.GetValueOrDefault("Content-Type", "application/json"),
        Headers = [.. order.Headers.Where(field => field.Key != "Content-Type")],
        LastEventId = order.LastEventId ?? "",
        StateChanged = change => Tell(change, reporter),
    });
    using var timer = order.CloseAfterMs is { } delay ? new Timer(_ => source.Close(), null, delay, Timeout.Infinite) : null;
    var (count, retry) = (0, source.ReconnectDelay);
    try
    {
        await foreach (var one in source.ReadAsync(stop))
        {
            reporter.Event(one.Type, one.Data, one.LastEventId);
            if (source.ReconnectDelay != retry)
            {
                retry = source.ReconnectDelay;
                reporter.Say(new JsonObject { ["retry"] = (long)retry.TotalMilliseconds });
            }

            if (++count == order.CloseAfter)
            {
                source.Close();
            }
        }
    }
    catch (EventSourceException)
    {
        // It was told as a change of state.
    }
}

static void Tell(EventSourceStateChange change, Reporter reporter)
{
    if (change.State == EventSourceState.Open)
    {
        reporter.Say(new JsonObject { ["open"] = true });
    }
    else if (change.Failure is { } failure)
    {
        reporter.Say(new JsonObject
        {
            ["error"] = failure.Message,
            ["state"] = change.State == EventSourceState.Closed ? "closed" : "connecting",
            ["status"] = (int?)failure.StatusCode,
        });
    }
    else
    {
        reporter.Say(new JsonObject { ["closed"] = true });
    }
}
