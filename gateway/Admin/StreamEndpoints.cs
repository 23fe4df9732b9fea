using SseGateway.Streams.Life;

namespace SseGateway.Admin;

/// <summary><c>GET /streams</c>, one of them with its last writes, and <c>DELETE /streams/{id}</c>.</summary>
internal sealed class StreamEndpoints(StreamRegistry registry)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/streams", (HttpContext context) =>
        {
            var errors = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
            var query = StreamQuery.Parse(context.Request.Query, registry, errors);
            return errors.Count > 0 ? Results.ValidationProblem(errors) : Results.Ok(query.Page(registry));
        });
        endpoints.MapGet("/streams/{id}", (string id) => registry.Find(id) is { } stream ? Results.Ok(StreamView.Of(stream)) : NotLive());
        endpoints.MapGet("/streams/{id}/writes", (string id) => registry.Find(id) is { } stream
            ? Results.Ok(stream.Look().Select(passed => new { passed.At, passed.Frames, passed.Bytes }))
            : NotLive());
        endpoints.MapDelete("/streams/{id}", (string id) =>
        {
            if (registry.Find(id) is not { } stream)
            {
                return NotLive();
            }

            stream.End(CloseReason.Revoked);
            return Results.NoContent();
        });
    }

    private static IResult NotLive() => Results.Problem(title: "No stream of that id is live", statusCode: StatusCodes.Status404NotFound);
}
