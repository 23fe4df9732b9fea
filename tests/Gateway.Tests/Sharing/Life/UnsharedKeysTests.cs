using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using SseGateway.Configuration.Settings;
using SseGateway.Sharing;
using SseGateway.Sharing.Unshared;
using Xunit;

namespace Gateway.Tests.Sharing.Life;

public sealed class UnsharedKeysTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Key_is_forgotten_after_a_while()
    {
        var keys = new UnsharedKeys(_time);
        Assert.True(keys.Add(Key(1), "a sign"));
        _time.Advance(UnsharedKeys.While - TimeSpan.FromSeconds(1));
        Assert.True(keys.Contains(Key(1)));
        Assert.False(keys.Contains(Key(2)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(keys.Contains(Key(1)));
    }

    [Fact]
    public void Keys_are_bounded_and_the_oldest_goes_first()
    {
        var keys = new UnsharedKeys(_time);
        for (var i = 0; i < 5000; i++) keys.Add(Key(i), "a sign");
        Assert.InRange(keys.Count, 1, 1024);
        Assert.False(keys.Contains(Key(0)));
        Assert.True(keys.Contains(Key(4999)));
    }

    [Fact]
    public void Each_sign_of_a_route_is_worth_one_warning()
    {
        var keys = new UnsharedKeys(_time);
        Assert.Equal([true, false, true], [keys.Add(Key(1), "a"), keys.Add(Key(2), "a"), keys.Add(Key(3), "b")]);
        _time.Advance(UnsharedKeys.While);
        Assert.True(keys.Add(Key(1), "a"));
    }

    private static ShareKey Key(int number)
    {
        var context = new DefaultHttpContext();
        var settings = new RouteSettings();
        var key = ShareKey.Of("route", settings.Sharing, new ShareRequest(context, settings));
        return key with { Text = number.ToString(CultureInfo.InvariantCulture) };
    }
}
