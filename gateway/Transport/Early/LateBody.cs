using System.Net;
using System.Net.Mime;
using System.Text;
using SseGateway.Streams.Dialects.Errors;
using SseGateway.Streams.Output;
using SseGateway.Transport.Upstream;

namespace SseGateway.Transport.Early;

/// <summary>The body of an answer that is still on its way: nothing until its head is there, and an error when it is none of a stream.</summary>
internal sealed class LateBody(Task<HttpResponseMessage> answer, CancellationTokenSource leaving, bool takesJson) : ReadOnlyStream
{
    // What a service says of its refusal goes to the client, as far as a sentence may be long.
    private const int LongestReason = 500;

    private Stream? _body;
    private bool _disposed;

    /// <exception cref="LateAnswerException">There is no answer, or one that is no stream.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_body is null)
        {
            _body = await OpenAsync(await AnswerAsync(cancellationToken), cancellationToken);
        }

        return await _body.ReadAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            leaving.Cancel();
            leaving.Dispose();
            _body?.Dispose();
            _ = DropAsync();
        }

        base.Dispose(disposing);
    }

    // Nobody is there for it any more, whatever has come or comes.
    private async Task DropAsync()
    {
        await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (answer.IsCompletedSuccessfully)
        {
            (await answer).Dispose();
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await answer.WaitAsync(cancellationToken);
        }
        catch (HeadTimeoutException late)
        {
            throw new LateAnswerException(new StreamError("gateway_upstream_timeout", "The service did not answer in time"), late);
        }
        catch (HttpRequestException failure)
        {
            throw new LateAnswerException(new StreamError("gateway_upstream", "The service could not be reached or gave no valid answer"), failure);
        }
    }

    private async Task<Stream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var encoded = response.Content.Headers.ContentEncoding.Any(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase));
        if (EventStreamContent.Is(response) && !encoded)
        {
            return await response.Content.ReadAsStreamAsync(cancellationToken);
        }

        if (takesJson && response.StatusCode == HttpStatusCode.Accepted)
        {
            return Null;
        }

        if (takesJson && !encoded && response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == MediaTypeNames.Application.Json)
        {
            return new JsonEvent(await response.Content.ReadAsStreamAsync(cancellationToken));
        }

        var status = (int)response.StatusCode;
        var reason = encoded ? "" : await ReasonAsync(response, cancellationToken);
        throw new LateAnswerException(
            response.IsSuccessStatusCode
                ? new StreamError("gateway_upstream_no_stream", $"The service answered {status} with what is no event stream")
                : new StreamError("gateway_upstream_refused", $"The service answered {status}{(reason.Length > 0 ? ": " : "")}{reason}"));
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return "";
        }

        var bytes = new byte[LongestReason];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(bytes, LongestReason, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, length).Trim();
    }
}
