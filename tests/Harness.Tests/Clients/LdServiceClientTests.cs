using System.Net;
using SseGateway.Harness.ClientTests;
using SseGateway.Harness.ClientTests.Clients;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Results;
using SseGateway.Harness.Scripts;
using Xunit;

namespace Harness.Tests.Clients;

/// <summary>Clients behind the API of LaunchDarkly's test services.</summary>
public sealed class LdServiceClientTests
{
    private static readonly string[] Ids = ["1.1.1", "1.1.3", "1.1.11", "1.5.8", "2.4.4", "4.4.2", "6.1.1"];

    [Theory]
    [InlineData(Fault.None, "")]
    [InlineData(Fault.TrimsValues, "1.1.3")]
    public async Task A_service_is_driven_and_its_callbacks_are_put_into_order(Fault fault, string failing)
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var service = await FakeLdService.StartAsync(fault);
        await using var client = new LdServiceClient(service.Url, origin);
        var profile = new ClientProfile { Capabilities = await client.ReadCapabilitiesAsync(TestContext.Current.CancellationToken) };
        Assert.Equal(["headers", "post"], profile.Capabilities);
        var runner = new ClientRunner(client, origin, profile, ClientPace.Default, 8, "");
        var results = await runner.RunAsync([.. Ids.Select(id => (CaseScripts.Find(id)!, (string?)null))], _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(failing, string.Join(
            ' ', results.Where(
            result => result.Verdict != Verdict.Ok).Select(result => result.Id == failing ? result.Id : $"{result.Id} {result.Verdict}: {result.Actual}")));
        Assert.Equal(0, service.Open);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_an_error_of_the_set_up()
    {
        await using var origin = await StreamOrigin.StartAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using var client = new LdServiceClient(new Uri("http://127.0.0.1:9/"), origin);
        await Assert.ThrowsAsync<ClientSetupException>(() => client.ReadCapabilitiesAsync(TestContext.Current.CancellationToken));
    }
}
