using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Running;
using Gateway.Tests.Wire;
using Xunit;

namespace Gateway.Tests.Executable;

/// <summary><c>sse-gateway check</c>: the settings are judged as at a start, and nothing is started.</summary>
public sealed class CheckTests
{
    [Fact]
    public async Task Right_settings_are_said_to_be_right_also_where_a_start_would_find_the_port_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (exitCode, output, errors) = await GatewayProcess.RunAsync(
            "check", "--upstream", "http://127.0.0.1:9", "--urls", $"http://{taken.LocalEndpoint}", "--jwt-authority", "https://login.invalid",
            "--jwt-audience", "chat");

        Assert.Equal((0, "sse-gateway: the settings are right\n", ""), (exitCode, output, errors));
    }

    [Fact]
    public async Task All_that_is_wrong_in_a_file_is_named_a_line_each()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, """{ "SseGateway": { "Heartbeat": "soon\u001b[2J\nor later", "Limits": { "Streams": -1 } } }""", TestContext.Current.CancellationToken);
        try
        {
            var (exitCode, output, errors) = await GatewayProcess.RunAsync("check", "--upstream", "http://127.0.0.1:9", "--config", file);

            Assert.Equal((2, ""), (exitCode, output));
            Assert.Equal(2, errors.Trim().Split('\n').Length);
            Assert.DoesNotContain('\u001b', errors);
            Assert.Contains("SseGateway:Heartbeat: ", errors, StringComparison.Ordinal);
            Assert.Contains("SseGateway:Limits:Streams: ", errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Each_certificate_is_loaded()
    {
        var (exitCode, output, errors) = await GatewayProcess.RunAsync(
            "check", "--upstream", "http://127.0.0.1:9", "--Kestrel:Endpoints:a:Url=https://127.0.0.1:0",
            "--Kestrel:Endpoints:a:Certificate:Path=nonexistent.pfx", "--Kestrel:Certificates:Default:Path=none.pem",
            "--Kestrel:Certificates:Default:KeyPath=none.key");

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Collection(
            errors.Trim().Split('\n'),
            line => Assert.Contains("Kestrel:Endpoints:a:Certificate", line, StringComparison.Ordinal),
            line => Assert.Contains("Kestrel:Certificates:Default", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Access_log_that_cannot_be_opened_is_named_with_its_flag_and_waits_for_nobody()
    {
        var pipe = Path.Combine(Directory.CreateTempSubdirectory("sse-gateway-check-").FullName, "access.log");
        using (var made = Process.Start("mkfifo", [pipe]))
        {
            await Deadline.ForAsync(made.WaitForExitAsync(TestContext.Current.CancellationToken), "mkfifo");
        }

        var (exitCode, output, errors) = await GatewayProcess.RunAsync(
            "check", "--upstream", "http://127.0.0.1:9", "--access-log", "json", "--access-log-file", pipe);
        Directory.Delete(Path.GetDirectoryName(pipe)!, recursive: true);

        Assert.Equal(
            (2, "", $"sse-gateway: --access-log-file (SseGateway:AccessLog:File): cannot be opened: Nobody reads this pipe : '{pipe}'\n"),
            (exitCode, output, errors));
    }
}
