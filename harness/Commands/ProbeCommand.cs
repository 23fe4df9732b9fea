using System.CommandLine;
using SseGateway.Harness.Commands.Options;
using SseGateway.Harness.Probe;
using SseGateway.Harness.Probe.Visits;

namespace SseGateway.Harness.Commands;

/// <summary><c>probe URL</c>: a health check of a live event stream.</summary>
internal static class ProbeCommand
{
    public static Command Create()
    {
        var url = new Argument<string>("url") { HelpName = "URL", Description = "Of the stream; nothing else is contacted" };
        var origin = new Option<string?>(
            "--origin")
        { HelpName = "ORIGIN", Description = "Of a page elsewhere that is to read it, e.g. https://app.example: looks at CORS" };
        var headers = new Option<string[]>(
            "--header", "-H")
        { HelpName = "'NAME: VALUE'", Description = "Goes with every request; can be given more than once" };
        var seconds = new Option<int>("--seconds") { HelpName = "N", Description = "How long the stream is watched; 1 to 600", DefaultValueFactory = _ => 10 };
        var insecure = new Option<bool>("--insecure", "-k") { Description = "Take any certificate" };
        var json = new Option<bool>("--json") { Description = "The findings and the figures as JSON" };
        seconds.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value is < 1 or > 600)
            {
                result.AddError($"--seconds: must be 1 to 600, got {value}");
            }
        });
        var command = new Command(
            "probe", "Looks at a live event stream for ten seconds, and says what to fix") { url, origin, headers, seconds, insecure, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new ProbeOptions(ReadUrl(parsed.GetValue(url)!))
            {
                Origin = parsed.GetValue(origin) is { } text ? ReadOrigin(text) : null,
                Headers = (parsed.GetValue(headers) ?? []).Select(ReadHeader).ToArray(),
                Window = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Insecure = parsed.GetValue(insecure),
            };
            return await RunAsync(options, parsed.GetValue(json), parsed.InvocationConfiguration, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(ProbeOptions options, bool json, InvocationConfiguration console, CancellationToken cancellation)
    {
        var result = await ProbeRun.RunAsync(options, cancellation);
        if (result.Main.End == VisitEnd.NotReachable)
        {
            console.Error.WriteLine($"sse-harness: {options.Url} cannot be reached: {result.Main.Problem}");
            return ExitCode.HarnessError;
        }

        var findings = ProbeFindings.Of(result);
        if (json)
        {
            ProbeReport.WriteJson(console.Output, result, findings);
        }
        else
        {
            ProbeReport.Write(console.Output, result, findings);
        }

        return findings.Any(finding => finding.Severity == Severity.Fail) ? ExitCode.Failures : ExitCode.Fine;
    }

    private static Uri ReadUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : throw new UsageException($"probe: '{text}' is no http or https URL");

    private static string ReadOrigin(string text) =>
        text == "null" || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.GetLeftPart(UriPartial.Authority) == text.TrimEnd('/'))
            ? text.TrimEnd('/')
            : throw new UsageException($"--origin: '{text}' is no origin; it has a scheme, a host and perhaps a port: https://app.example");

    private static KeyValuePair<string, string> ReadHeader(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && !text.Contains('\n', StringComparison.Ordinal) && !text.Contains('\r', StringComparison.Ordinal) && !text[..colon]
            .Any(char.IsWhiteSpace)
            ? new KeyValuePair<string, string>(text[..colon], text[(colon + 1)..].Trim())
            : throw new UsageException($"--header: '{text}' is no header; it has to be 'Name: value'");
    }
}
