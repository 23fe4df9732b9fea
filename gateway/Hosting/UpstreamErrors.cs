using Yarp.ReverseProxy.Forwarder;

namespace SseGateway.Hosting;

/// <summary>Turns YARP's bare error statuses into problem details (RFC 9457) that name no address and no exception.</summary>
internal sealed class UpstreamErrors(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Response.HasStarted || context.Features.Get<IForwarderErrorFeature>() is not { } error)
        {
            return;
        }

        var (status, title) = Describe(error);
        await Results.Problem(title: title, statusCode: status).ExecuteAsync(context);
    }

    private static (int Status, string Title) Describe(IForwarderErrorFeature error) => error.Error switch
    {
        ForwarderError.NoAvailableDestinations => (StatusCodes.Status503ServiceUnavailable, "No upstream is available"),

        // The handler reports a connect timeout as a cancelled request with a TimeoutException inside.
        ForwarderError.RequestTimedOut when error.Exception?.InnerException is TimeoutException =>
            (StatusCodes.Status502BadGateway, "The upstream could not be reached in time"),
        ForwarderError.RequestTimedOut => (StatusCodes.Status504GatewayTimeout, "The upstream did not answer in time"),
        _ => (StatusCodes.Status502BadGateway, "The upstream could not be reached or gave no valid answer"),
    };
}
