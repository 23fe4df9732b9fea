using System.Text.Json;
using SseGateway.Configuration.Syntax;
using SseGateway.Fleet.Revoking;
using SseGateway.Streams.Life;
using SseGateway.Streams.Revoking;

namespace SseGateway.Admin;

/// <summary><c>POST /revoke</c>: ends the streams of a subject or an API key at once, and refuses the credential from then on.</summary>
internal sealed partial class RevokeEndpoint(StreamRegistry registry, ILogger<RevokeEndpoint> logger, FleetRevocations? fleet = null)
{
    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/revoke", (Delegate)RevokeAsync);

    private async Task<IResult> RevokeAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            return Results.Problem(title: "The body must be JSON", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        RevokeRequest? request;
        try
        {
            request = await context.Request.ReadFromJsonAsync<RevokeRequest>(context.RequestAborted);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            // The latter for a charset that nobody knows.
            return Wrong("The body is not what is expected: {\"subject\": …} or {\"keyId\": …}");
        }
        catch (BadHttpRequestException wrong)
        {
            // Larger than any request may be, or cut off.
            return Results.Problem(title: "The body could not be read", statusCode: wrong.StatusCode);
        }

        return request switch
        {
            { Subject: { } subject, KeyId: null } when SubjectSyntax.IsValid(subject) =>
                await EndAsync(stream => stream.Subject == subject, registry.Revocations.TryAddSubject(subject), isKey: false, subject),
            { Subject: null, KeyId: { Length: 64 } key } when key.All(char.IsAsciiHexDigit) => await RevokeKeyAsync(key.ToLowerInvariant()),
            _ => Wrong($"One of subject and keyId is needed; a subject {SubjectSyntax.Rule}, and a keyId is 64 hexadecimal digits"),
        };
    }

    private Task<IResult> RevokeKeyAsync(string key) => EndAsync(stream => stream.KeyId == key, registry.Revocations.TryAddKey(key), isKey: true, key);

    // In this order: a stream that is being admitted looks at the revocations after it is listed.
    private async Task<IResult> EndAsync(Func<LiveStream, bool> which, bool remembered, bool isKey, string name)
    {
        var ended = registry.End(which, CloseReason.Revoked);
        LogRevoked(logger, ended);
        if (!remembered)
        {
            return Results.Problem(
                title: "The streams were ended, but the gateway remembers as many revocations as it can",
                statusCode: StatusCodes.Status507InsufficientStorage,
                extensions: new Dictionary<string, object?> { ["ended"] = ended });
        }

        return fleet is null
            ? Results.Ok(new { ended })
            : Results.Ok(new { ended, told = await fleet.TellAsync(new Revocation(isKey, name, registry.Revocations.Find(isKey, name)!.Value)) });
    }

    private static IResult Wrong(string title) => Results.Problem(title: title, statusCode: StatusCodes.Status400BadRequest);

    // Not whom: a subject is somebody's name, and the one who asked knows it.
    [LoggerMessage(EventId = 140, Level = LogLevel.Warning, Message = "A credential was revoked; {Ended} streams were ended")]
    private static partial void LogRevoked(ILogger logger, int ended);
}
