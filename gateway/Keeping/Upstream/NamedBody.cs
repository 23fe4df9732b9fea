using System.Text;
using System.Text.Json;
using SseGateway.Streams.Dialects;
using SseGateway.Transport.Upstream;

namespace SseGateway.Keeping.Upstream;

/// <summary>The body of a POST on its way to the service, in which the name of the chat is read that the answer is for: nothing is changed or
/// delayed.</summary>
/// <param name="body">The body.</param>
/// <param name="named">Called with the name, if it comes.</param>
internal sealed class NamedBody(Stream body, Action<string> named) : ReadOnlyStream
{
    // The AI SDK calls it so (DefaultChatTransport: "id").
    private TopLevelValue _name = new("id"u8.ToArray());
    private bool _over;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = body.ReadAsync(buffer, cancellationToken);
        return _over ? read : LookAsync(read, buffer);
    }

    private async ValueTask<int> LookAsync(ValueTask<int> read, Memory<byte> buffer)
    {
        var count = await read;
        _over = !_name.Look(buffer.Span[..count]);
        if (_over && _name.Value is { } value && Text(value.Span) is { Length: > 0 } text)
        {
            named(text);
        }

        return count;
    }

    private static string? Text(ReadOnlySpan<byte> value)
    {
        if (value[0] != '"')
        {
            return Encoding.UTF8.GetString(value);
        }

        try
        {
            var reader = new Utf8JsonReader(value);
            return reader.Read() ? reader.GetString() : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // The service's to say. There is no name then.
            return null;
        }
    }
}
