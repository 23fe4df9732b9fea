using System.Text;
using Gateway.Tests.Documentation;
using Gateway.Tests.Running;
using SseGateway.Configuration.Settings.Fleet;
using Xunit;

namespace Gateway.Tests.Fleet;

public sealed class FleetSettingsTests
{
    [Theory]
    [InlineData("localhost:6379,password=hush")]
    [InlineData("localhost:6379,password=hush,localhost:6380,")]
    public void Redis_is_a_secret(string redis)
    {
        var (settings, errors) = KnownSettings.Load("Fleet:Redis", redis);
        Assert.Empty(errors);
        Assert.True(settings.Fleet.Enabled);
        Assert.DoesNotContain("hush", settings.ToString(), StringComparison.Ordinal);
        Assert.Equal(redis, Encoding.UTF8.GetString(settings.Fleet.Redis!.Reveal()));
    }

    [Theory]
    [InlineData("Fleet:Redis", "localhost:6379,no-such-option=hush", "must be HOST:PORT")]
    [InlineData("Fleet:Redis", "password=hush", "must be HOST:PORT")]
    [InlineData("Fleet:Redis", "localhost:6379,password=one,hush", "must be HOST:PORT")]
    [InlineData("Fleet:Redis", "redis://:hush@localhost:6379", "must be HOST:PORT")]
    [InlineData("Fleet:Redis", "user:hush@localhost:6379", "must be HOST:PORT")]
    [InlineData("Fleet:Prefix", "a{b}", "must be up to 64 printable ASCII characters")]
    [InlineData("Fleet:Prefix", "", "must be up to 64 printable ASCII characters")]
    [InlineData("Fleet:Node", "two words", "must be up to 64 printable ASCII characters")]
    [InlineData("Fleet:Lease", "100ms", "must be 300 ms to 30 s")]
    [InlineData("Fleet:OnStoreLoss", "Panic", "must be Local or Wait")]
    public void A_wrong_setting_is_named_and_no_secret_repeated(string path, string value, string error)
    {
        var line = Assert.Single(KnownSettings.Load(path, value).Errors);
        Assert.StartsWith($"SseGateway:{path}: {error}", line, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_of_tickets_is_a_secret_of_32_bytes_that_needs_redis()
    {
        var (settings, errors) = KnownSettings.Load("Fleet:TicketKeyFile", TemporaryFile.Write(new string('k', 32)));
        Assert.Equal(
            "SseGateway:Fleet:TicketKeyFile: needs Redis, by which gateways know that a ticket has been used", Assert.Single(errors));
        Assert.Equal((32, "***"), (settings.Fleet.TicketKey!.Length, $"{settings.Fleet.TicketKey}"));

        Assert.StartsWith(
            "SseGateway:Fleet:TicketKeyFile: must hold at least 32 bytes",
            KnownSettings.Load("Fleet:TicketKeyFile", TemporaryFile.Write(new string('k', 31))).Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Alone_there_is_no_fleet() => Assert.False(new FleetSettings().Enabled);
}
