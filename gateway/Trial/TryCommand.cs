using System.Collections.Frozen;
using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using SseGateway.Configuration.Flags;
using SseGateway.Configuration.Syntax;
using SseGateway.Transport.Http;

namespace SseGateway.Trial;

/// <summary><c>try URL</c>: a stream as it comes, in the terminal.</summary>
internal static class TryCommand
{
    public const string Name = "try";

    private static readonly FrozenSet<string> Framing = new[] { "Content-Length", "Transfer-Encoding" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly Argument<string> Url = new("URL") { Description = "Of the stream" };

    private static readonly Option<string?> LastEventId = new("--last-event-id") { HelpName = "ID", Description = "Where to begin: sent as Last-Event-ID" };

    private static readonly Option<string[]> Headers = new("--header", "-H") { HelpName = "'NAME: VALUE'", Description = "Goes with the request; repeatable" };

    private static readonly Option<string?> Post = new("--post")
    {
        HelpName = "FILE",
        Description = "POST it, as application/json unless a header says else; - is the standard input",
    };

    private static readonly Option<int> Events = new("--events") { HelpName = "N", Description = "Leave after so many events" };

    private static readonly Option<string?> Time = new("--time") { HelpName = "TIME", Description = "Leave after this long, such as 10s" };

    /// <param name="args">What follows the word.</param>
    /// <param name="output">For what comes.</param>
    /// <param name="errors">For one line that says what is wrong.</param>
    /// <param name="cancellation">Leaves, as Ctrl+C does.</param>
    public static async Task<TryExit> RunAsync(string[] args, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var command = new Command(
            Name,
            """
            Shows an event stream as it comes: names, ids, comments, gaps, and the time of each.

            Exit code 0: it came to its end, or was left as asked. 1: no stream, or a refusal. 2: this command line is wrong.
            """ + " 3: not reached. 4: cut off. 5: fewer events than --events.") { Url, LastEventId, Headers, Post, Events, Time };
        var root = new Command(CommandLine.Name) { command, new HelpOption { Recursive = true } };
        var parsed = root.Parse([Name, .. args], new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors is [] && parsed.Action is not null)
        {
            return (TryExit)await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }, cancellation);
        }

        var wrong = parsed.Errors.Select(error => error.Message.ReplaceLineEndings(" ")).ToList();
        var options = wrong.Count == 0 ? Read(parsed, wrong) : null;
        if (options is null || wrong.Count > 0)
        {
            wrong.ForEach(line => errors.WriteLine($"sse-gateway {Name}: {line}"));
            return TryExit.Usage;
        }

        return await new StreamTrial(options, new TryReport(output, errors), TimeProvider.System).RunAsync(cancellation);
    }

    private static TryOptions? Read(ParseResult parsed, List<string> wrong)
    {
        var text = parsed.GetRequiredValue(Url);
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var url)
            || url is not { Scheme: "http" or "https" })
        {
            wrong.Add($"\"{text}\" is no http or https URL");
            return null;
        }

        if (url.UserInfo.Length > 0)
        {
            // It would go nowhere, and be shown where the URL is.
            wrong.Add("the URL must have no user and password; --header 'Authorization: ...' sends them");
            return null;
        }

        var time = TimeSpan.Zero;
        if (parsed.GetValue(Time) is { } given && (!DurationSyntax.TryParse(given, out time) || time <= TimeSpan.Zero || time > DurationSyntax.Max))
        {
            wrong.Add($"--time: must be a time such as 10s, and no longer than 24d, got \"{given}\"");
        }

        if (parsed.GetValue(LastEventId)?.AsSpan().ContainsAny('\r', '\n', '\0') == true)
        {
            wrong.Add("--last-event-id: must be one line");
        }

        if (parsed.GetValue(Events) is < 0 and var events)
        {
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"--events: must be 0 or more, got {events}"));
        }

        return new TryOptions(url)
        {
            Headers = (parsed.GetValue(Headers) ?? []).Select(header => ReadHeader(header, wrong)).ToArray(),
            LastEventId = parsed.GetValue(LastEventId),
            Body = parsed.GetValue(Post) is { } file ? ReadBody(file, wrong) : null,
            Events = parsed.GetValue(Events),
            Time = time,
        };
    }

    private static KeyValuePair<string, string> ReadHeader(string text, List<string> wrong)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !HttpSyntax.IsToken(text[..colon]) || text.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            wrong.Add("--header: must be 'NAME: VALUE'");
            return default;
        }

        if (text[..colon] is var name && Framing.Contains(name))
        {
            wrong.Add($"--header: {name} is what the body makes it");
        }

        return KeyValuePair.Create(text[..colon], text[(colon + 1)..].Trim());
    }

    private static byte[]? ReadBody(string file, List<string> wrong)
    {
        try
        {
            if (file != "-")
            {
                return File.ReadAllBytes(file);
            }

            using var body = new MemoryStream();
            using var input = Console.OpenStandardInput();
            input.CopyTo(body);
            return body.ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            wrong.Add($"--post: {(file.Length == 0 ? "must name a file" : error.Message)}");
            return null;
        }
    }
}
