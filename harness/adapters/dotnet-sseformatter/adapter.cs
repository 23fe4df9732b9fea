#:property PublishAot=false

// System.Net.ServerSentEvents.SseFormatter as a publisher under test. In the repository's root:
//   dotnet build harness/adapters/dotnet-sseformatter/adapter.cs
//   dotnet run --project harness -- publisher --exec 'dotnet run --no-build harness/adapters/dotnet-sseformatter/adapter.cs'
// It has no comments.

using System.Net.ServerSentEvents;
using System.Text.Json;

using var output = Console.OpenStandardOutput();
while (Console.In.ReadLine() is { } line)
{
    using var json = JsonDocument.Parse(line);
    var e = json.RootElement;
    string? Text(string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;
    if (Text("data") is not { } data)
    {
        continue;
    }

    try
    {
        TimeSpan? retry = e.TryGetProperty("retry", out var value)
            ? TimeSpan.FromMilliseconds(value.ValueKind == JsonValueKind.Number ? value.GetDouble() : int.Parse(value.GetString()!)) : null;
        var frame = new MemoryStream();
        await SseFormatter.WriteAsync(One(new SseItem<string>(data, Text("type")) { EventId = Text("id"), ReconnectionInterval = retry }), frame);
        output.Write(frame.ToArray());
    }
    catch (Exception refused) when (refused is ArgumentException or FormatException)
    {
        continue;
    }
}

static async IAsyncEnumerable<SseItem<string>> One(SseItem<string> item)
{
    yield return item;
    await Task.CompletedTask;
}
