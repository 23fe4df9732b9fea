using System.Globalization;
using System.Text;
using SseGateway.Configuration.Settings.Sharing;

namespace SseGateway.Sharing;

/// <summary>
/// What clients must have in common to share a stream: all that the upstream is told of them, and nothing that has no part in it.
/// </summary>
/// <param name="RouteId">The route.</param>
/// <param name="Settings">How it shares; after a reload that changes this, clients join a new stream.</param>
/// <param name="Text">Scheme, host, method, target and the values of <see cref="SharingSettings.ShareBy"/>, so that no two lists of them give the same.</param>
internal readonly record struct ShareKey(string RouteId, SharingSettings Settings, string Text)
{
    public static ShareKey Of(string routeId, SharingSettings settings, ShareRequest request) =>
        new(routeId, settings, TextOf(request, request.Host));

    /// <summary>
    /// The same for all gateways of a fleet: each may be asked at a port of its own, and serve what all have in common by settings of its own.
    /// </summary>
    public string OfFleet(ShareRequest request) => $"{RouteId}\n{TextOf(request, new HostString(request.Host).Host)}";

    private static string TextOf(ShareRequest request, string host)
    {
        var text = new StringBuilder();
        Append(text, request.Scheme);
        Append(text, host);
        Append(text, request.Method);
        Append(text, request.PathBase);
        Append(text, request.RawPath);
        Append(text, request.Query);
        foreach (var field in request.Fields)
        {
            Append(text, field.Name);
            text.Append(field.Parts.Count.ToString(CultureInfo.InvariantCulture)).Append('*');
            foreach (var part in field.Parts)
            {
                Append(text, part);
            }
        }

        return text.ToString();
    }

    // With its length before it, so that where one part ends is no matter of what is in it.
    private static void Append(StringBuilder text, string part) =>
        text.Append(part.Length.ToString(CultureInfo.InvariantCulture)).Append(':').Append(part);
}
