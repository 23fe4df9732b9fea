using SseGateway.Configuration;

namespace SseGateway.Streams;

/// <summary>
/// Request feature: whether this request holds a place among the live streams. Requests that announce a stream take it before they are
/// forwarded; those that turn out to be one by their answer take it then; those that turn out not to be one give it back.
/// </summary>
internal sealed class StreamAdmission(StreamLimiter limiter, StreamApplicant applicant, RefusalMode refusal) : IDisposable
{
    private StreamLease? _lease;
    private CancellationTokenRegistration _clientGone;

    /// <summary>How this route refuses.</summary>
    public RefusalMode Refusal { get; } = refusal;

    /// <summary>The least wait a refused client is told.</summary>
    public TimeSpan RetryAfter => applicant.Limits.RetryAfter;

    public bool Holds => _lease is { Released: false };

    /// <summary>
    /// Takes a place for this request unless it has one. A request without this feature (one that the gateway makes itself, on a detached
    /// context) is always admitted: whoever it is made for has been counted.
    /// </summary>
    public static bool TryAdmit(HttpContext context, out RefusalReason reason)
    {
        ArgumentNullException.ThrowIfNull(context);
        reason = RefusalReason.None;
        return context.Features.Get<StreamAdmission>() is not { } admission || admission.TryAcquire(context.RequestAborted, out reason);
    }

    /// <summary>Gives the place back before the request ends. Nothing happens when it has none.</summary>
    public static void Release(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Features.Get<StreamAdmission>()?.Dispose();
    }

    public void Dispose()
    {
        _clientGone.Unregister();
        _lease?.Dispose();
    }

    private bool TryAcquire(CancellationToken aborted, out RefusalReason reason)
    {
        reason = RefusalReason.None;
        if (Holds)
        {
            return true;
        }

        reason = limiter.TryAcquire(applicant, out _lease);
        if (_lease is null)
        {
            return false;
        }

        // The end of the request gives the place back too; this frees it at the moment the client is gone, also when something further
        // in is slow to notice, so that the same client's next connection is not refused because of its last one.
        _clientGone = aborted.UnsafeRegister(static lease => ((StreamLease)lease!).Dispose(), _lease);
        return true;
    }
}
