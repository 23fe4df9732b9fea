using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using SseGateway.Harness.Adapters;

using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
await Orders.RunAsync(OpenAsync);

async Task OpenAsync(Order order, Reporter reporter, CancellationToken stop)
{
    using var response = await http.GetAsync(order.Url, HttpCompletionOption.ResponseHeadersRead, stop);
    var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(stop));
    try
    {
        await foreach (var item in parser.EnumerateAsync(stop))
        {
            reporter.Event(item.EventType, item.Data, parser.LastEventId);
        }
    }
    catch (Exception broken) when (broken is IOException or HttpRequestException or InvalidOperationException)
    {
        reporter.Say(new JsonObject { ["error"] = broken.Message });
    }

    var retry = parser.ReconnectionInterval;
    var end = new JsonObject { ["closed"] = true, ["lastEventId"] = parser.LastEventId };
    if (retry != Timeout.InfiniteTimeSpan)
    {
        end["retry"] = (long)retry.TotalMilliseconds;
    }

    reporter.Say(end);
}
