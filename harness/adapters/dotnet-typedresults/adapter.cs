#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false

// ASP.NET Core's TypedResults.ServerSentEvents as a publisher under test, over a connection of its own. In the repository's root:
//   dotnet build harness/adapters/dotnet-typedresults/adapter.cs
//   dotnet run --project harness -- publisher --exec 'dotnet run --no-build harness/adapters/dotnet-typedresults/adapter.cs'
// It has no comments.

using System.Net.ServerSentEvents;
using System.Text.Json;

var builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
await using var app = builder.Build();
app.MapGet("/", () => TypedResults.ServerSentEvents(Events()));
await app.StartAsync();
using var http = new HttpClient();
using var answer = await http.GetAsync(app.Urls.Single(), HttpCompletionOption.ResponseHeadersRead);
await using var output = Console.OpenStandardOutput();
await answer.Content.CopyToAsync(output);

static async IAsyncEnumerable<SseItem<string>> Events()
{
    while (await Console.In.ReadLineAsync() is { } line)
    {
        using var json = JsonDocument.Parse(line);
        if (Item(json.RootElement) is { } item)
        {
            yield return item;
        }
    }
}

static SseItem<string>? Item(JsonElement e)
{
    string? Text(string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;
    try
    {
        TimeSpan? retry = e.TryGetProperty("retry", out var value)
            ? TimeSpan.FromMilliseconds(value.ValueKind == JsonValueKind.Number ? value.GetDouble() : int.Parse(value.GetString()!)) : null;
        return Text("data") is { } data ? new SseItem<string>(data, Text("type")) { EventId = Text("id"), ReconnectionInterval = retry } : null;
    }
    catch (Exception refused) when (refused is ArgumentException or FormatException)
    {
        return null;
    }
}
