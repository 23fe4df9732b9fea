using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;
using SseGateway.Configuration.Settings;
using Yarp.ReverseProxy.Model;

namespace SseGateway.Keeping.Reading;

/// <summary>
/// <c>/_gateway/answers/ID</c>: leads a request for a kept answer to an endpoint of the route that the answer was asked for on, so that credentials, origins
/// and limits are that route's.
/// </summary>
/// <remarks>An id that nothing is kept by leads to the first route that keeps answers: without a credential, where one is needed, nobody learns which ids there
/// are. What other gateways have is looked for after that: the id itself says which route it may be of.</remarks>
internal sealed class AnswersPath(KeptAnswers answers, AnswerEndpoint serves, EndpointDataSource endpoints)
{
    public const string Prefix = "/_gateway/answers/";

    private static readonly RoutePattern Pattern = RoutePatternFactory.Parse(Prefix + "{id}");

    // Endpoints that a reload has replaced go with what was made of them.
    private readonly ConditionalWeakTable<Endpoint, Endpoint> _derived = [];

    /// <summary>Leads the request, if its path is one of those.</summary>
    /// <returns>False when it is not.</returns>
    public bool TryLead(HttpContext context) =>
        context.Request.Path.Value is { } path && path.StartsWith(Prefix, StringComparison.Ordinal) && TryLead(context, path[Prefix.Length..]);

    private bool TryLead(HttpContext context, string id)
    {
        var endpoint = answers.Find(id)?.Endpoint
            ?? endpoints.Endpoints.FirstOrDefault(one => Keeps(one) && RouteOf(one) is { } route && AnswerId.MayBeOf(id, route))
            ?? endpoints.Endpoints.FirstOrDefault(Keeps);
        if (endpoint is null)
        {
            return false;
        }

        Mask(context, id);
        context.Features.Set(new AnswerRequest(id));
        context.SetEndpoint(_derived.GetValue(endpoint, Derive));
        return true;
    }

    private static bool Keeps(Endpoint endpoint) => endpoint.Metadata.GetMetadata<RouteSettings>() is { Keep.Enabled: true };

    private static string? RouteOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<RouteModel>()?.Config.RouteId;

    // What is written down of a request is its path, and the id is the right to read.
    private static void Mask(HttpContext context, string id)
    {
        var masked = Prefix + AnswerId.Masked(id);
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        var question = request.RawTarget.IndexOf('?', StringComparison.Ordinal);
        request.RawTarget = question < 0 ? masked : string.Concat(masked, request.RawTarget.AsSpan(question));
        request.Path = masked;
    }

    // With the route's id and its settings, but for what is about asking its service.
    private Endpoint Derive(Endpoint route)
    {
        var settings = route.Metadata.GetMetadata<RouteSettings>()!;
        return new RouteEndpoint(serves.AnswerAsync, Pattern, order: 0, new EndpointMetadataCollection(
            route.Metadata.GetMetadata<RouteModel>()!,
            settings with
            {
                Cors = settings.Cors with
                {
                    Methods = ["GET", "DELETE"],
                    Headers = [.. settings.Cors.Headers.Union(["Authorization", "Last-Event-ID"], StringComparer.OrdinalIgnoreCase)],
                },
                Sharing = new(),
                Streams = StreamExpectation.Announced,
            }), "Kept answers");
    }
}
