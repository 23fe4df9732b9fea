using System.Diagnostics;
using Gateway.Tests.Running;
using Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SseGateway;
using SseGateway.Configuration.Flags;
using Xunit;

namespace Gateway.Tests.Executable;

/// <summary>Signals and changes that come before the gateway listens.</summary>
public sealed class StartSignalTests
{
    private static readonly string[] Arguments = ["--upstream", "http://127.0.0.1:9", "--urls", "http://127.0.0.1:0", "--admin-url", "off"];

    [Fact]
    public async Task Who_stops_it_while_it_starts_gets_exit_code_0()
    {
        var stopped = GatewayApp.RunAsync(CommandLine.Parse([.. Arguments, "--warm-up", "false"]), builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddHostedService<StopsAtStart>();
        });

        Assert.Equal(0, await Deadline.ForAsync(stopped, "the gateway to end"));
    }

    [Fact]
    public async Task A_hangup_while_it_reads_its_settings_does_not_end_it()
    {
        var pipe = TemporaryFile.Write("");
        File.Delete(pipe);
        using (var make = Process.Start("mkfifo", [pipe])) await Deadline.ForAsync(make.WaitForExitAsync(CancellationToken.None), "mkfifo");
        await using var gateway = GatewayProcess.Start([.. Arguments, "--jwt-key-file", pipe, "--jwt-issuer", "i", "--jwt-audience", "a"]);

        // There is a writer when there is a reader: it is reading, until it has been given the key.
        await using (var key = await Deadline.ForAsync(Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write)), "the gateway to read its key"))
        {
            await gateway.SignalAsync("HUP");
            await key.WriteAsync("a secret of more than 32 bytes for the test"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        await gateway.AddressAsync();
    }

    [Fact]
    public async Task A_file_that_changes_between_reading_it_and_listening_is_read_again()
    {
        var file = TemporaryFile.Write("{}");
        var log = new CapturedLog();
        await using var gateway = GatewayApp.Build([.. Arguments, "--config", file], builder => builder.Logging.ClearProviders().AddProvider(log));

        await File.WriteAllTextAsync(file, """{ "SseGateway": { "Heartbeat": "7s" } }""", TestContext.Current.CancellationToken);
        await gateway.StartAsync(TestContext.Current.CancellationToken);

        await Deadline.UntilAsync(() => log.Lines.Any(line => line.Contains("SettingsReload[130]", StringComparison.Ordinal)), "the settings to be read again");
    }

    private sealed class StopsAtStart(IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
