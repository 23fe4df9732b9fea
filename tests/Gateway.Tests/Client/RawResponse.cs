using System.Text;
using Gateway.Tests.Wire;
using SseGateway.Harness.Wire;
using Xunit;

namespace Gateway.Tests.Client;

/// <summary>An answer as a <see cref="RawClient"/> received it; its body is read while it comes.</summary>
internal sealed class RawResponse(RawClient client, MessageReader reader, MessageHead head, IReadOnlyList<MessageHead> interim) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    public MessageHead Head { get; } = head;

    public int Status => Head.Status;

    /// <summary>The 1xx heads that came before.</summary>
    public IReadOnlyList<MessageHead> Interim { get; } = interim;

    public RawClient Client => client;

    /// <summary>Reads exactly as many bytes as expected and compares them (UTF-8), so the next step can rely on their having arrived.</summary>
    public Task ExpectAsync(string expected) => ExpectBytesAsync(Bytes.Text(Bytes.Utf8(expected)));

    /// <summary>As <see cref="ExpectAsync"/> with any bytes, one char per byte.</summary>
    public async Task ExpectBytesAsync(string wire)
    {
        var got = new StringBuilder();
        while (got.Length < wire.Length)
        {
            var room = _buffer.AsMemory(0, Math.Min(_buffer.Length, wire.Length - got.Length));
            var (count, ending) = await Deadline.ForAsync(
                async token => await reader.ReadBodyAsync(room, token), $"\"{Printable(wire)}\" at the client; so far \"{Printable(got.ToString())}\"");
            Assert.True(ending is null, $"The body ended ({ending}) after \"{Printable(got.ToString())}\", expected \"{Printable(wire)}\"");
            got.Append(Bytes.Text(room.Span[..count]));
            if (!wire.StartsWith(got.ToString(), StringComparison.Ordinal)) Assert.Equal(wire, got.ToString());
        }
    }

    /// <summary>Reads to the next LF and gives what was before it (UTF-8).</summary>
    public async Task<string> ReadLineAsync()
    {
        var line = new List<byte>();
        while (true)
        {
            var (_, ending) = await Deadline.ForAsync(async token => await reader.ReadBodyAsync(_buffer.AsMemory(0, 1), token), "a line at the client");
            Assert.True(ending is null, $"The body ended ({ending}) inside a line");
            if (_buffer[0] == '\n') return Encoding.UTF8.GetString([.. line]);
            line.Add(_buffer[0]);
        }
    }

    /// <summary>As <see cref="ReadLineAsync"/>; null when the body has ended, however.</summary>
    public async Task<string?> TryReadLineAsync()
    {
        var line = new List<byte>();
        while (true)
        {
            var (_, ending) = await Deadline.ForAsync(async token => await reader.ReadBodyAsync(_buffer.AsMemory(0, 1), token), "a line at the client");
            if (ending is not null) return null;
            if (_buffer[0] == '\n') return Encoding.UTF8.GetString([.. line]);
            line.Add(_buffer[0]);
        }
    }

    /// <summary>Reads the rest of the body and how it ended.</summary>
    /// <param name="patience">How long each part may take; null is as long as everything else.</param>
    public async Task<(byte[] Body, BodyEnding Ending)> ReadToEndAsync(TimeSpan? patience = null)
    {
        var body = new MemoryStream();
        while (true)
        {
            var (count, ending) = await Deadline.ForAsync(
                async token => await reader.ReadBodyAsync(_buffer, token), "the end of the body at the client", patience);
            if (ending is { } end) return (body.ToArray(), end);
            body.Write(_buffer, 0, count);
        }
    }

    /// <summary>Reads the rest of the body, asserts that it ended cleanly, and decodes it.</summary>
    public async Task<string> ReadTextAsync()
    {
        var (body, ending) = await ReadToEndAsync();
        Assert.Equal(BodyEnding.Clean, ending);
        return Encoding.UTF8.GetString(body);
    }

    /// <summary>Reads the rest of the body and asserts bytes (UTF-8) and ending.</summary>
    public async Task ExpectEndAsync(string rest, BodyEnding ending)
    {
        var (body, seen) = await ReadToEndAsync();
        Assert.Equal((Printable(Bytes.Text(Bytes.Utf8(rest))), ending), (Printable(Bytes.Text(body)), seen));
    }

    /// <summary>Reads the rest of the body and asserts bytes (UTF-8) and that it did not end cleanly.</summary>
    public async Task ExpectAbortAsync(string rest)
    {
        var (body, seen) = await ReadToEndAsync();
        Assert.Equal(Printable(Bytes.Text(Bytes.Utf8(rest))), Printable(Bytes.Text(body)));
        Assert.NotEqual(BodyEnding.Clean, seen);
    }

    public void Dispose() => client.Dispose();

    private static string Printable(string wire) => wire.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
