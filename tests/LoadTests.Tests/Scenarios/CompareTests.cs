using Xunit;

namespace LoadTests.Tests.Scenarios;

public sealed class CompareTests
{
    [Fact]
    public async Task Each_that_is_there_has_a_row_and_the_chart_is_drawn()
    {
        var folder = Directory.CreateTempSubdirectory("loadtests-compare-");
        try
        {
            using var run = new LoadTestsProcess(
                "compare", "--only", "SseGateway, shared", "--only", "YARP", "--clients", "20", "--rounds", "1", "--seconds", "1", "--output", folder.FullName);

            var (code, said) = await run.EndAsync();

            Assert.True(code == 0, said);
            var page = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "compare.md"), TestContext.Current.CancellationToken);
            Assert.Contains("| SseGateway, shared |", page, StringComparison.Ordinal);
            Assert.Contains("| YARP |", page, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(folder.FullName, "compare.json")));
            var picture = await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "compare.png"), TestContext.Current.CancellationToken);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], picture[..4]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
