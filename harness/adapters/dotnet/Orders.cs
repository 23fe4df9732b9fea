using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SseGateway.Harness.Adapters;

/// <summary>Takes orders from standard input until it ends, and runs them beside each other.</summary>
internal static class Orders
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="open">Opens a URL and returns when nothing more comes of it.</param>
    public static async Task RunAsync(Func<Order, Reporter, CancellationToken, Task> open)
    {
        var runs = new ConcurrentDictionary<string, CancellationTokenSource>();
        new Reporter("").Say(new JsonObject { ["ready"] = true });
        using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        while (await input.ReadLineAsync() is { } line)
        {
            var order = JsonSerializer.Deserialize<Order>(line, Json)!;
            if (!order.Stop)
            {
                var stop = runs[order.Run] = new CancellationTokenSource();
                _ = Task.Run(() => OpenAsync(open, order, stop.Token));
            }
            else if (runs.TryRemove(order.Run, out var stop))
            {
                await stop.CancelAsync();
            }
        }
    }

    private static async Task OpenAsync(Func<Order, Reporter, CancellationToken, Task> open, Order order, CancellationToken stop)
    {
        try
        {
            await open(order, new Reporter(order.Run), stop);
        }
        catch (OperationCanceledException)
        {
            // The harness has seen enough.
        }
        catch (Exception fault)
        {
            Console.Error.WriteLine(fault);
            Environment.Exit(1);
        }
    }
}
