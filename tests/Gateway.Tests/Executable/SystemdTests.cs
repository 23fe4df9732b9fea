using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.Tests.Running;
using Gateway.Tests.Wire;
using SseGateway.Configuration.Settings;
using Xunit;

namespace Gateway.Tests.Executable;

/// <summary>The unit in docs/systemd, and what the program tells systemd.</summary>
public sealed partial class SystemdTests : IDisposable
{
    // Of 100, where a service without any hardening has 96.
    private const string MostExposure = "20";

    private readonly string _folder = Directory.CreateTempSubdirectory("sse-gateway-unit-").FullName;

    private static string Unit => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "systemd", "sse-gateway.service"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("verify", "--man=no")]
    [InlineData("security", "--offline=true", "--threshold=" + MostExposure)]
    public async Task Systemd_takes_the_unit(params string[] command)
    {
        // The program is not where the unit says.
        var unit = Path.Combine(_folder, "sse-gateway.service");
        await File.WriteAllTextAsync(
            unit, Unit.Replace("/opt/sse-gateway/SseGateway", "/bin/true", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Process analyze;
        try
        {
            analyze = Process.Start(
                new ProcessStartInfo("systemd-analyze", [.. command, unit]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip("There is no systemd-analyze here (Debian's systemd).");
            throw;
        }

        using (analyze)
        {
            var output = analyze.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = analyze.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await analyze.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal("", await errors);
            Assert.True(analyze.ExitCode == 0, await output);
        }
    }

    [Fact]
    public void A_stop_waits_for_the_whole_drain()
    {
        var settings = new GatewaySettings();
        var drain = settings.DrainWindow > settings.FinishWindow ? settings.DrainWindow : settings.FinishWindow;

        Assert.Equal(drain.TotalSeconds + 20, int.Parse(StopTime().Match(Unit).Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task It_is_told_when_the_gateway_listens_and_when_it_goes_down()
    {
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var path = Path.Combine(_folder, "notify");
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        await using var gateway = GatewayProcess.StartWith(
            new() { ["NOTIFY_SOCKET"] = path }, "--upstream", "http://127.0.0.1:9", "--urls", "http://127.0.0.1:0", "--admin-url", "off");

        Assert.Equal("READY=1", await ReceiveAsync(systemd));
        await gateway.AddressAsync();
        await gateway.SignalAsync("TERM");
        Assert.Equal("STOPPING=1", await ReceiveAsync(systemd));
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[256];
        var length = await Deadline.ForAsync(token => socket.ReceiveAsync(buffer, SocketFlags.None, token), "a word of the gateway's");
        return Encoding.ASCII.GetString(buffer, 0, length).Trim();
    }

    [GeneratedRegex(@"^TimeoutStopSec=(\d+)$", RegexOptions.Multiline)]
    private static partial Regex StopTime();
}
