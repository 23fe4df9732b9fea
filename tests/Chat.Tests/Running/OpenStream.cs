using System.Net.Http.Headers;

namespace Chat.Tests.Running;

/// <summary>Reads an open event stream line by line. Simple on purpose: it shows what is on the wire, comments included.</summary>
internal sealed class OpenStream(HttpResponseMessage response, Stream body) : IDisposable
{
    private readonly StreamReader _reader = new(body);

    public HttpResponseMessage Response { get; } = response;

    public MediaTypeHeaderValue? ContentType => Response.Content.Headers.ContentType;

    /// <summary>What the head says of the cursor.</summary>
    public string Resume => Response.Headers.GetValues("Sse-Resume").Single();

    /// <summary>The next block, or null when the stream has ended.</summary>
    public async Task<ReceivedEvent?> NextAsync()
    {
        string? type = null, data = null, id = null, retry = null, comment = null;
        var isEmpty = true;
        while (await _reader.ReadLineAsync(Deadline.Token()) is { } line)
        {
            if (line.Length == 0)
            {
                if (!isEmpty)
                    return new ReceivedEvent(type, data, id, retry, comment);
                continue;
            }

            isEmpty = false;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (field, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..].TrimStart(' '));
            switch (field)
            {
                case "":
                    comment = value;
                    break;
                case "event":
                    type = value;
                    break;
                case "data":
                    data = data is null ? value : $"{data}\n{value}";
                    break;
                case "id":
                    id = value;
                    break;
                case "retry":
                    retry = value;
                    break;
                default:
                    throw new InvalidDataException($"An unknown field: {line}");
            }
        }

        return isEmpty ? null : throw new InvalidDataException("The stream ended inside of an event.");
    }

    /// <summary>The next block that is <paramref name="wanted"/>; what comes before is dropped.</summary>
    public async Task<ReceivedEvent> NextAsync(Func<ReceivedEvent, bool> wanted)
    {
        while (await NextAsync() is { } received)
        {
            if (wanted(received))
                return received;
        }

        throw new InvalidDataException("The stream ended before what the test waits for.");
    }

    public Task<ReceivedEvent> MessageAsync() => NextAsync(received => received.IsMessage);

    public Task<ReceivedEvent> EventAsync(string type) => NextAsync(received => received.Type == type);

    public void Dispose()
    {
        _reader.Dispose();
        Response.Dispose();
    }
}
