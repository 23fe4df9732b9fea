using System.Text.RegularExpressions;

namespace SseGateway.Harness.Catalogue;

/// <summary>Where the specifications that a row's clause names can be read.</summary>
internal static partial class ClauseLinks
{
    private const string Html = "https://html.spec.whatwg.org/multipage/server-sent-events.html";

    // The standard's own anchors; its section numbers have no addresses.
    private static readonly Dictionary<string, string> Anchors = new()
    {
        ["9.2"] = "#server-sent-events",
        ["9.2.1"] = "#server-sent-events-intro",
        ["9.2.2"] = "#the-eventsource-interface",
        ["9.2.3"] = "#sse-processing-model",
        ["9.2.4"] = "#the-last-event-id-header",
        ["9.2.5"] = "#parsing-an-event-stream",
        ["9.2.6"] = "#event-stream-interpretation",
        ["9.2.7"] = "#authoring-notes",
    };

    /// <summary>Each place named in the text, once, in the text's order.</summary>
    /// <param name="clause">As in <see cref="CatalogueRow.Clause"/>: <c>§9.2.6</c> is the HTML Standard, an RFC has its number and may have sections.</param>
    public static IReadOnlyList<ClauseLink> In(string clause)
    {
        var links = new List<ClauseLink>();
        foreach (Match match in Places().Matches(clause))
        {
            if (match.Groups["html"] is { Success: true, Value: var section })
            {
                links.Add(new ClauseLink($"§{section}", Html + Anchors.GetValueOrDefault(section)));
            }
            else if (match.Groups["rfc"] is { Success: true, Value: var number })
            {
                var sections = match.Groups["section"].Captures.Select(capture => capture.Value).ToArray();
                links.AddRange(sections.Length == 0
                    ? [new ClauseLink($"RFC {number}", Rfc(number, null))]
                    : sections.Select(part => new ClauseLink($"RFC {number} {part}", Rfc(number, part))));
            }
            else if (match.Groups["issue"] is { Success: true, Value: var issue })
            {
                links.Add(new ClauseLink($"whatwg/html {issue}", $"https://github.com/whatwg/html/issues/{issue}"));
            }
            else
            {
                links.Add(new ClauseLink("Fetch", "https://fetch.spec.whatwg.org/"));
            }
        }

        return links.Distinct().ToArray();
    }

    private static string Rfc(string number, string? section) =>
        $"https://www.rfc-editor.org/rfc/rfc{number}" + (section is null ? "" : $"#section-{section}");

    [GeneratedRegex(
        @"§(?<html>9\.2(?:\.\d+)?)|RFC (?<rfc>\d{3,5})(?: (?<section>\d+(?:\.\d+)*)(?:, (?<section>\d+(?:\.\d+)+))*)?|whatwg/html (?<issue>\d+)|\bFetch\b",
        RegexOptions.CultureInvariant)]
    private static partial Regex Places();
}
