using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using SseGateway.Harness.Checks;
using SseGateway.Harness.Client;
using SseGateway.Harness.Origin;

namespace SseGateway.Harness.Commands;

/// <summary><c>check</c>: drives a proxy that forwards to the harness's own origin, or a server, and judges.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var target = new Option<Uri>("--target") { CustomParser = result => Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out var url) ? url : Refuse(result), HelpName = "URL", Description = "Where the target listens", Required = true };
        var origin = new Option<string>("--origin") { HelpName = "ADDRESS", Description = "Where the origin listens that the target forwards to", DefaultValueFactory = _ => "127.0.0.1:7001" };
        var profile = new Option<FileInfo>("--profile") { HelpName = "FILE", Description = "What the target declares of itself (JSON)" };
        var command = new Command("check", "Judges a proxy between the harness's own client and origin") { target, origin, profile };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var streams = await StreamOrigin.StartAsync(IPEndPoint.Parse(parsed.GetValue(origin)!));
            var address = await TargetAddress.ResolveAsync(parsed.GetValue(target)!, cancellation);
            var declared = parsed.GetValue(profile) is { } file ? TargetProfile.Read(file.FullName) : new TargetProfile();
            var runner = new CheckRunner(address, streams, declared, 1, 4, "sse-harness check");
            await runner.RunAsync(CheckCase.All, result => Console.WriteLine($"{result.Id} {result.Verdict} {result.Actual}"), cancellation);
            return 0;
        });
        return command;
    }

    private static Uri? Refuse(ArgumentResult result)
    {
        result.AddError($"--target: must be a URL, got {result.Tokens.Single().Value}");
        return null;
    }
}
