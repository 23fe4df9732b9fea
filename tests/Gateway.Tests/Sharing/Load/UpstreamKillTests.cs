using Gateway.Tests.Running;
using Xunit;

namespace Gateway.Tests.Sharing.Load;

/// <summary>The upstream's process is killed under load, again and again, and its clients stay.</summary>
public sealed class UpstreamKillTests
{
    private const int Kills = 20;
    private const int Count = 100;

    /// <summary>Both at once: what resumes and what does not, behind the same gateway, from the same process.</summary>
    [Fact]
    public async Task Kills_cost_nothing_where_the_upstream_resumes_and_one_notice_each_where_it_does_not()
    {
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(upstream.Url, Share.With("LogBytes=4194304"));
        await ListeningAsync(gateway);
        using var resumes = new Swarm(gateway.EndPoint, "/resumes", Count);
        using var forgets = new Swarm(gateway.EndPoint, "/forgets", Count);
        await resumes.OpenAsync();
        await forgets.OpenAsync();

        // Before the first event there is nothing that could be missed.
        foreach (var swarm in new[] { resumes, forgets }) await swarm.UntilAsync(() => swarm.Clients.All(client => client.Last > 0), "the first events");
        for (var kill = 1; kill <= Kills; kill++)
        {
            await upstream.KillAndStartAsync();
            var (seen, first) = (resumes.Clients.Max(client => client.Last), upstream.First);
            await forgets.UntilAsync(() => forgets.Clients.All(client => client.Last > first), $"events of run {kill} where they begin anew");
            await resumes.UntilAsync(() => resumes.Clients.All(client => client.Last > seen + 20), $"events of run {kill} where they go on");
        }

        Assert.Equal([(0, 0)], resumes.Clients.Select(client => (client.Gaps, client.Missed)).Distinct());
        Assert.Equal([Kills], forgets.Clients.Select(client => client.Gaps).Distinct());
        Assert.Equal(2 * Count, gateway.Streams.Count);
    }

    // The first answer is not waited for: an upstream that is not there yet is everybody's 502.
    private static Task ListeningAsync(GatewayUnderTest gateway) => Wire.Deadline.UntilAsync(async () =>
    {
        using var response = await gateway.OpenAsync("/listening");
        return response.Status == 200;
    });
}
