using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using SseGateway.Configuration.Settings;
using SseGateway.Configuration.Settings.Sharing;
using SseGateway.Sharing;

namespace Gateway.Tests.Sharing.Isolation;

/// <summary>A client's request as it comes to the sharing, after the edge.</summary>
internal sealed record RequestDraft
{
    public string Scheme { get; init; } = "http";

    public string Host { get; init; } = "a.example";

    public string Method { get; init; } = "GET";

    public string PathBase { get; init; } = "";

    /// <summary>As the client wrote it.</summary>
    public string Path { get; init; } = "/events";

    public string Query { get; init; } = "";

    /// <summary>Lines of header fields.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; init; } = [];

    public string? Subject { get; init; }

    public IReadOnlyList<(string Name, string Value)> Claims { get; init; } = [];

    public HttpContext CreateContext()
    {
        var context = new DefaultHttpContext();
        var request = context.Request;
        (request.Scheme, request.Host, request.Method, request.PathBase) = (Scheme, new HostString(Host), Method, new PathString(PathBase));
        request.Path = Path.StartsWith('/') ? new PathString(Uri.UnescapeDataString(Path)) : "/";
        request.QueryString = Query.Length == 0 ? QueryString.Empty : new QueryString(Query);
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = Path + Query;
        foreach (var (name, value) in Fields)
        {
            request.Headers[name] = StringValues.Concat(request.Headers[name], value);
        }

        if (Subject is not null)
        {
            request.Headers["Gateway-Subject"] = Subject;
        }

        context.User = new ClaimsPrincipal(new ClaimsIdentity(Claims.Select(claim => new Claim(claim.Name, claim.Value))));
        return context;
    }

    public ShareRequest Shared(SharingSettings settings) => new(CreateContext(), new RouteSettings { Sharing = settings });

    public ShareKey Key(SharingSettings settings) => ShareKey.Of("events", settings, Shared(settings));
}
