using System.IO.Pipelines;
using System.Text;
using SseGateway.Harness.Results;
using SseGateway.Harness.Wire;
using Xunit;

namespace Harness.Tests.Wire;

public sealed class MessageReaderTests
{
    [Theory]
    [InlineData("2\r\nab", "\r\n2\r\ncd\r\n0\r\n\r\n")]
    [InlineData("2\r\nab\r", "\n2\r\ncd\r\n0\r\n\r\n")]
    [InlineData("2\r\nab\r\n", "2\r\ncd\r\n0\r\n\r\n")]
    [InlineData("2\r\nab\r\n2", "\r\ncd\r\n0\r\n\r\n")]
    [InlineData("2\r\nab\r\n2\r\ncd\r\n0\r\n", "X: y\r\n\r\n")]
    [InlineData("2\r\nab\r\n2\r\ncd\r\n0\r\nX: ", "y\r\n\r\n")]
    public async Task A_read_that_was_given_up_goes_on_where_it_was(string before, string after)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var pipe = new Pipe();
        var reader = new MessageReader(pipe.Reader.AsStream());
        reader.BeginResponseBody(MessageHead.Parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"), noBody: false);
        var body = new StringBuilder();

        await pipe.Writer.WriteAsync(Bytes.Of(before), cancellation);
        using (var givenUp = new CancellationTokenSource())
        {
            var reading = ReadAsync(reader, body, givenUp.Token);
            await pipe.Writer.FlushAsync(cancellation);
            await givenUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        }

        await pipe.Writer.WriteAsync(Bytes.Of(after), cancellation);
        Assert.Equal(Ending.Clean, await ReadAsync(reader, body, cancellation));
        Assert.Equal("abcd", body.ToString());
    }

    private static async Task<Ending> ReadAsync(MessageReader reader, StringBuilder body, CancellationToken cancellation)
    {
        var buffer = new byte[16];
        while (true)
        {
            var (count, ending) = await reader.ReadBodyAsync(buffer, cancellation);
            if (ending is { } end)
            {
                return end;
            }

            body.Append(Bytes.Text(buffer.AsSpan(0, count)));
        }
    }
}
