using SseGateway.Harness.Client;
using SseGateway.Harness.Reading;
using SseGateway.Harness.Wire;

namespace SseGateway.Harness.Checks.Pages;

/// <summary>
/// A browser's EventSource as far as a case needs one (HTML Standard, sections 9.2.2 and 9.2.3): it asks again when its stream has ended or was
/// not to be had, with its last id, and never again after a status other than 200.
/// </summary>
/// <param name="check">The case.</param>
/// <param name="path">What it opens.</param>
internal sealed class Page(CheckContext check, string path) : IDisposable
{
    // As long as a stream has said nothing, and at most: a case does not wait as long as a page would.
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    private ClientResponse? _response;
    private int _read;
    private string _lastId = "";

    /// <summary>
    /// The field lines that tell it from programs: Chromium, Firefox and WebKit send both with every EventSource, and <c>fetch</c> does not send
    /// the second.
    /// </summary>
    public static IReadOnlyList<string> Fields { get; } = ["Accept: text/event-stream", "Cache-Control: no-cache"];

    /// <summary>How often it has asked.</summary>
    public int Asked { get; private set; }

    /// <summary>The answer it reads; null while it has none.</summary>
    public ClientResponse? Response => _response;

    /// <summary>The next event that it was told to wait for; others, such as a target's notices, are passed over.</summary>
    /// <exception cref="NotSeenException">It did not come in time, or it never will: the target gave a status after which no EventSource asks
    /// again.</exception>
    public Task<SseEvent> NextAsync(Func<SseEvent, bool> wanted, string what, TimeSpan limit) =>
        Patience.ForAsync(
            async token =>
            {
                while (true)
                {
                    if (_response is { } response && Take(response, wanted) is { } found)
                    {
                        return found;
                    }

                    if (_response is null ? !await AskAsync(token) : !await _response.ReadAsync(token))
                    {
                        await LeaveAsync(token);
                    }
                }
            },
            what,
            limit,
            check.Cancellation);

    /// <summary>Asks, and waits for the head of the answer alone.</summary>
    /// <exception cref="NotSeenException">As of <see cref="NextAsync"/>.</exception>
    public Task OpenAsync(TimeSpan limit) =>
        Patience.ForAsync(
            async token =>
            {
                while (_response is null && !await AskAsync(token))
                {
                    await LeaveAsync(token);
                }
            },
            "the head of the answer",
            limit,
            check.Cancellation);

    /// <summary>Closes, as a page that is left.</summary>
    public void Dispose() => _response?.Dispose();

    private SseEvent? Take(ClientResponse response, Func<SseEvent, bool> wanted)
    {
        while (_read < response.Events.Count)
        {
            var next = response.Events[_read++];
            _lastId = next.Id;
            if (wanted(next))
            {
                return next;
            }
        }

        return null;
    }

    // Whether there is a stream to read.
    private async Task<bool> AskAsync(CancellationToken token)
    {
        Asked++;
        string[] cursor = _lastId.Length == 0 ? [] : [$"Last-Event-ID: {_lastId}"];
        ClientConnection connection;
        try
        {
            connection = await check.RequestAsync("GET", path, [.. Fields, .. cursor]);
        }
        catch (NotSeenException)
        {
            return false;
        }

        _response = new ClientResponse(connection, toHead: false, check.Tap, check.Cancellation);
        _read = 0;
        if (!await _response.ReadHeadAsync(token))
        {
            return false;
        }

        return _response.IsEventStream
            ? true
            : throw new NotSeenException(
                $"request {Asked} of the page was answered {_response.Status} {_response.Head.Combined("Content-Type")}: no EventSource asks again after that");
    }

    private async Task LeaveAsync(CancellationToken token)
    {
        var told = _response is { HasHead: true, Meaning.Retry: { } retry } ? TimeSpan.FromMilliseconds(retry) : Retry;
        _response?.Dispose();
        _response = null;
        await Task.Delay(told < Retry ? told : Retry, token);
    }
}
