using System.Diagnostics;
using Gateway.Tests.Wire;
using Microsoft.Extensions.Configuration;
using SseGateway.Configuration.Flags;
using SseGateway.Configuration.Reading;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>Settings that a command writes: <c>--config &lt;(sops --decrypt gateway.json)</c>.</summary>
public sealed class PipedSettingsTests
{
    [Fact]
    public async Task Pipe_is_read_once_also_for_a_reload_and_what_it_names_is_where_the_gateway_was_started()
    {
        var folder = Directory.CreateTempSubdirectory("sse-gateway-piped-");
        var pipe = Path.Combine(folder.FullName, "gateway.json");
        using (var made = Process.Start("mkfifo", [pipe]))
        {
            await Deadline.ForAsync(made.WaitForExitAsync(TestContext.Current.CancellationToken), "mkfifo");
        }

        // Each end waits for the other.
        var written = Task.Run(
            () => File.WriteAllText(pipe, """{ "SseGateway": { "Limits": { "Streams": 5 }, "Tickets": { "KeyFile": "tickets.key" } } }"""),
            TestContext.Current.CancellationToken);
        var errors = new StartupErrors();
        var read = await Deadline.ForAsync(Task.Run(
            () =>
            {
                var configuration = new ConfigurationBuilder();
                CommandLine.Parse(["--config", pipe]).AddTo(configuration, errors);
                var read = configuration.Build();
                read.Reload();
                return read;
            },
            TestContext.Current.CancellationToken));
        await Deadline.ForAsync(written);
        folder.Delete(recursive: true);

        Assert.Empty(errors.Lines);
        Assert.Equal("5", read["SseGateway:Limits:Streams"]);
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "tickets.key"), read["SseGateway:Tickets:KeyFile"]);
    }
}
