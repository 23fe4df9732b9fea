using System.Text;
using Gateway.Tests.Upstream;
using SseGateway.Fleet.Answers;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Tests.Fleet.Answers;

/// <summary>What is written of a kept answer, whenever Redis gets to it.</summary>
public sealed class StoredAnswerTests
{
    private static readonly TimeSpan Lives = TimeSpan.FromMinutes(1);
    private static readonly List<RedisValue> Meta = ["route", "upstream", "node", "one"];

    [Fact]
    public async Task One_that_is_run_after_the_one_that_took_its_place_sets_nothing_back()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = ScriptedUpstream.Start();
        await using var one = await Node.StartAsync(upstream.Url, redis, "one");
        var stored = new StoredAnswer(Node.Store(one), "id");
        await stored.AppendAsync(null, 1, Piece("1"), 0, Lives, Meta);
        Assert.Equal((0L, 3L), await stored.AppendAsync(null, 2, Piece("1", "2", "3"), 0, Lives, Meta));

        Assert.Equal(((long?)null, 3L), await stored.AppendAsync(null, 1, Piece("1"), 0, Lives, Meta));
        Assert.Equal(((long?)null, 3L), await stored.AppendAsync(1, 1, new AnswerPiece(2, 1, "2"u8.ToArray()), 0, Lives, []));
        Assert.Equal("123", string.Concat((await stored.ReadAsync(0))!.Pieces.Select(piece => Encoding.ASCII.GetString(piece.Bytes.Span))));

        // What is begun after it is.
        Assert.Equal((0L, 2L), await stored.AppendAsync(null, 3, Piece("1", "2"), 0, Lives, Meta));
        Assert.Equal(2, (await stored.ReadAsync(0))!.Pieces.Sum(piece => piece.Frames));
    }

    private static AnswerPiece Piece(params string[] frames) => new(frames.Length, frames.Length, Encoding.ASCII.GetBytes(string.Concat(frames)));
}
