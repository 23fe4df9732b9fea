using System.Xml.Linq;
using Xunit;

namespace LoadTests.Tests.Scenarios;

public sealed class CompareTests
{
    [Theory]
    [InlineData("HTTP/1.1 in the clear", "SseGateway, shared", "YARP")]
    [InlineData("TLS and HTTP/2", "SseGateway, relay", "nginx", "nchan", "HAProxy", "Caddy", "YARP")]
    public async Task Each_that_is_there_has_a_row_and_the_chart_is_drawn(string transport, params string[] peers)
    {
        var folder = Directory.CreateTempSubdirectory("loadtests-compare-");
        try
        {
            string[] few = ["--clients", "20", "--rounds", "1", "--seconds", "1", "--output", folder.FullName];
            string[] how = transport.StartsWith("TLS", StringComparison.Ordinal) ? ["--tls", "--http2", "10", "--busy-clients", "0"] : ["--busy-clients", "5"];
            using var run = new LoadTestsProcess(["compare", .. few, .. how, .. peers.SelectMany(peer => (string[])["--only", peer])]);

            var (code, said) = await run.EndAsync();

            Assert.True(code == 0, said);
            var page = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "compare.md"), TestContext.Current.CancellationToken);
            Assert.Contains($"Clients come by {transport}", page, StringComparison.Ordinal);
            Assert.All(peers, peer => Assert.True(
                page.Contains($"| {peer} |", StringComparison.Ordinal) || page.Contains($"{peer} is not installed", StringComparison.Ordinal), page));
            Assert.Equal(how.Contains("5"), page.Contains("5 clients at 50 events/s", StringComparison.Ordinal));
            Assert.True(File.Exists(Path.Combine(folder.FullName, "compare.json")));
            var picture = XDocument.Load(Path.Combine(folder.FullName, "compare.svg"));
            Assert.Equal("svg", picture.Root!.Name.LocalName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
