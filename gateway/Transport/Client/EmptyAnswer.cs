using Yarp.ReverseProxy.Transforms;

namespace SseGateway.Transport.Client;

/// <summary>
/// Makes answers that must have no content ones without (RFC 9110 sections 8.6, 15.3.5 and 15.3.6): the server refuses to send a 204 or
/// 205 with a length or a body, and the client would get a bare 500 for what the upstream had done.
/// </summary>
internal static class EmptyAnswer
{
    public static void Enforce(ResponseTransformContext transform)
    {
        var response = transform.HttpContext.Response;
        switch (response.StatusCode)
        {
            case StatusCodes.Status204NoContent:
                response.ContentLength = null;
                break;
            case StatusCodes.Status205ResetContent:
                response.ContentLength = 0;
                response.Headers.Remove("Transfer-Encoding");
                transform.SuppressResponseBody = true;
                break;
            default:
                break;
        }
    }
}
