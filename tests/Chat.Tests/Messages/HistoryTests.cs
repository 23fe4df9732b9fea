using System.Net;
using Chat.Tests.Running;
using Xunit;

namespace Chat.Tests.Messages;

public sealed class HistoryTests
{
    [Fact]
    public async Task Without_a_bound_the_newest_page_comes_in_ascending_order()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var ids = await ada.PostManyAsync("lobby", 7);

        Assert.Equal(ids[^3..], await ada.HistoryIdsAsync("lobby", "?limit=3"));
        Assert.True((await ada.HistoryAsync("lobby", "?limit=3")).GetProperty("more").GetBoolean());
        Assert.Equal(ids, await ada.HistoryIdsAsync("lobby", "?limit=7"));
        Assert.False((await ada.HistoryAsync("lobby", "?limit=7")).GetProperty("more").GetBoolean());
    }

    [Fact]
    public async Task Before_pages_backwards_and_after_forwards_without_hole_or_overlap()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");
        var ids = await ada.PostManyAsync("lobby", 8);

        Assert.Equal(ids[2..5], await ada.HistoryIdsAsync("lobby", $"?before={ids[5]}&limit=3"));
        Assert.Equal(ids[..2], await ada.HistoryIdsAsync("lobby", $"?before={ids[2]}&limit=3"));
        Assert.Equal(ids[3..6], await ada.HistoryIdsAsync("lobby", $"?after={ids[2]}&limit=3"));
        Assert.Equal(ids[6..], await ada.HistoryIdsAsync("lobby", $"?after={ids[5]}&limit=3"));
        Assert.Equal(ids[..3], await ada.HistoryIdsAsync("lobby", "?after=0&limit=3"));
    }

    [Fact]
    public async Task Room_nobody_wrote_in_is_empty()
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");

        var page = await ada.HistoryAsync("nowhere");

        Assert.Empty(page.GetProperty("messages").EnumerateArray());
        Assert.False(page.GetProperty("more").GetBoolean());
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=201")]
    [InlineData("?limit=-5")]
    [InlineData("?limit=ten")]
    [InlineData("?limit=")]
    [InlineData("?limit=1&limit=2")]
    [InlineData("?limit=99999999999999999999")]
    [InlineData("?after=x")]
    [InlineData("?before=-1")]
    [InlineData("?after=1&before=5")]
    public async Task Bad_query_is_400(string query)
    {
        await using var server = await ChatServer.StartAsync();
        var ada = await server.SignInAsync("ada");

        using var response = await ada.Http.GetAsync($"rooms/lobby/messages{query}", Deadline.Token());

        await ProblemAssert.IsAsync(HttpStatusCode.BadRequest, response);
    }
}
