using System.CommandLine;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Origin;
using SseGateway.Harness.Serve;

namespace SseGateway.Harness.Commands;

/// <summary><c>serve</c>: a server that plays cases to whatever asks for them.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var listen = new Option<string>(
            "--listen")
        { HelpName = "ADDRESS", Description = "HTTP/1.1 and HTTP/1.0: GET /case/ID", DefaultValueFactory = _ => "127.0.0.1:8900" };
        var control = new Option<string>("--control")
        {
            HelpName = "ADDRESS",
            Description = "Control port, JSON: begins runs, takes reports (lockstep), tells what was seen",
            DefaultValueFactory = _ => "127.0.0.1:8901"
        };
        var h2c = new Option<string?>("--h2c") { HelpName = "ADDRESS", Description = "HTTP/2 in cleartext by prior knowledge" };
        var tls = new Option<string?>("--tls") { HelpName = "ADDRESS", Description = "HTTP/2 and HTTP/1.1 over TLS, with a certificate made for this run" };
        var command = new Command(
            "serve", "Plays cases: curl -N http://127.0.0.1:8900/case/1.1.1, with ?variant=NAME and ?profile=d1,h1l") { listen, control, h2c, tls };
        command.SetAction(async (parsed, cancellation) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            await using var origin = await ListenAddress.ListenAsync("--listen", parsed.GetValue(listen)!, address => StreamOrigin.StartAsync(address));
            using var cases = new CaseServer(origin, cancellation);
            origin.Unknown = cases.ForTarget;
            await using var side = await ListenAddress.ListenAsync(
                "--control", parsed.GetValue(control)!, address => ControlListener.StartAsync(address, cases));
            output.WriteLine($"cases    curl -N http://{origin.Address}/case/1.1.1");
            output.WriteLine($"control  curl -d '{{\"case\":\"1.1.1\",\"lockstep\":true}}' {side.Url}/runs");
            await using var cleartext = parsed.GetValue(h2c) is { } first
                ? await ListenAddress.ListenAsync("--h2c", first, address => Http2Listener.StartAsync(address, origin.Find, origin.Claim))
                : null;
            using var certificate = parsed.GetValue(tls) is null ? null : SelfSignedCertificate.Create();
            await using var secure = parsed.GetValue(tls) is { } second
                ? await ListenAddress.ListenAsync(
                    "--tls", second, address => Http2Listener.StartAsync(address, origin.Find, origin.Claim, certificate: certificate))
                : null;
            Say("h2c", cleartext, "curl -N --http2-prior-knowledge http");
            Say("tls", secure, "curl -N -k https");
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Fine;

            void Say(string name, Http2Listener? listener, string curl)
            {
                if (listener is not null)
                {
                    output.WriteLine($"{name,-8} {curl}://{listener.Address}/case/1.1.1");
                }
            }
        });
        return command;
    }
}
