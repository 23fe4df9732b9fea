using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dialects.Tests.Service;

/// <summary>One request that the service has got, and its answer.</summary>
/// <param name="context">The request.</param>
/// <param name="rest">The path behind case and speaker.</param>
/// <param name="begun">Told that its stream begins.</param>
/// <param name="sent">Told of the bytes of its stream.</param>
/// <param name="half">What happens when half of the answer has been sent.</param>
internal sealed class Exchange(HttpContext context, string rest, Action begun, Action<long> sent, Func<HttpContext, Task> half)
{
    public HttpRequest Request => context.Request;

    public string Path => rest;

    public async Task<JsonNode> BodyAsync() => (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;

    /// <summary>Begins a stream.</summary>
    /// <param name="fields">Further fields of its head.</param>
    public async Task BeginAsync(params (string Name, string Value)[] fields)
    {
        begun();
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        foreach (var (name, value) in fields)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.StartAsync(context.RequestAborted);
    }

    /// <summary>Sends an event.</summary>
    /// <param name="data">In one line.</param>
    /// <param name="type">Null for none.</param>
    /// <param name="id">Null for none.</param>
    public async Task SendAsync(string data, string? type = null, string? id = null)
    {
        var frame = $"{(type is null ? "" : $"event: {type}\n")}data: {data}\n{(id is null ? "" : $"id: {id}\n")}\n";
        sent(Encoding.UTF8.GetByteCount(frame));
        await context.Response.WriteAsync(frame, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>Half of the answer has been sent. What follows is not sent if that is the end of it.</summary>
    public Task HalfAsync() => half(context);

    public Task JsonAsync(string json, params (string Name, string Value)[] fields)
    {
        foreach (var (name, value) in fields)
        {
            context.Response.Headers[name] = value;
        }

        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    public void Status(int status) => context.Response.StatusCode = status;
}
