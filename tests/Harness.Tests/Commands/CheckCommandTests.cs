using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Reports;
using Xunit;

namespace Harness.Tests.Commands;

/// <summary><c>check</c> as somebody runs it.</summary>
public sealed class CheckCommandTests
{
    // The target is the origin itself: the control.
    [Fact]
    public async Task A_report_holds_the_command_line_and_the_profile_and_lines_come_as_cases_are_done()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (json, profile) = (Path.Combine(folder.FullName, "report.json"), Path.Combine(folder.FullName, "profile.json"));
            await File.WriteAllTextAsync(profile, """{ "heartbeatSeconds": 3, /* as it is */ }""", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "nginx.conf"), "events {}", TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "key.der"), [0xFF, 0xFE, 0x00], TestContext.Current.CancellationToken);
            var address = $"127.0.0.1:{FreePort()}";

            var (code, output, error) = await Invocation.RunAsync(
                "check", "--target", $"http://{address}", "--origin", address, "--profile", profile, "--configuration", folder.FullName, "--json", json,
                "--once", "7.2.2", "7.2.8");

            Assert.Equal((ExitCode.Fine, ""), (code, error));
            Assert.Equal(2, output.Split('\n').Count(line => line.StartsWith("  7.2.", StringComparison.Ordinal)));
            var report = Assert.Single(await RunReportFile.ReadAsync(json));
            Assert.Equal(3, report.Profile!.Value.GetProperty("heartbeatSeconds").GetInt32());
            Assert.Equal(["nginx.conf"], report.Configuration!.Keys);
            Assert.Equal("events {}", report.Configuration["nginx.conf"]);
            Assert.Contains($"check --target http://{address} --origin {address}", report.Command, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_target_that_ends_instead_of_listening_is_told_with_its_last_words()
    {
        var (code, _, error) = await Invocation.RunAsync(
            "check", "--target", "http://127.0.0.1:9", "--origin", $"127.0.0.1:{FreePort()}", "--start", "sh -c 'echo no such module >&2; exit 4'", "7.2.1");

        Assert.Equal((ExitCode.HarnessError, "sse-harness: --start: ended with exit code 4: no such module\n"), (code, error));
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
