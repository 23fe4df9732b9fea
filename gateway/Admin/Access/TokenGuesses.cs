using System.Net;
using SseGateway.Streams.Limits;
using SseGateway.Streams.Telemetry;

namespace SseGateway.Admin.Access;

/// <summary>
/// Slows who guesses the operator's token: after ten wrong ones an address may try one a second. Whether a token is right is not told to an address that is
/// slowed; all others are as they were. For any thread.
/// </summary>
internal sealed partial class TokenGuesses(TimeProvider time, ILogger<TokenGuesses> logger)
{
    // A scraper with an old token asks more rarely, and who mistypes is slower.
    private const int AtOnce = 10;

    // Who has more addresses than this has more tries than can be counted; the token is too long for all of them.
    private const int Most = 1024;

    private readonly Lock _lock = new();
    private readonly RareWarning _warning = new(time);

    // What a wrong token costs: a second.
    private readonly long _each = time.TimestampFrequency;

    // Guarded by _lock: when all that an address has tried is forgiven.
    private readonly Dictionary<AddressKey, long> _forgiven = [];

    /// <summary>An address has shown a token.</summary>
    /// <param name="address">Whose it is; null on a Unix socket.</param>
    /// <param name="right">Whether it is the right one.</param>
    /// <param name="wait">How long the address has to wait; null when it is told whether the token is right.</param>
    /// <returns>True when it is let in.</returns>
    public bool Take(IPAddress? address, bool right, out TimeSpan? wait)
    {
        var key = AddressKey.Of(address);
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var forgiven = _forgiven.TryGetValue(key, out var known) && known > now ? known : now;
            var over = forgiven + _each - now - (AtOnce * _each);
            wait = over > 0 ? TimeSpan.FromSeconds((double)over / _each) : null;
            if (wait is null && !right)
            {
                if (_forgiven.Count >= Most)
                {
                    _forgiven.Clear();
                }

                _forgiven[key] = forgiven + _each;
            }
        }

        if (wait is not null && _warning.IsDue())
        {
            LogSlowed(logger, address?.ToString() ?? "a Unix socket");
        }

        return right && wait is null;
    }

    [LoggerMessage(EventId = 143, Level = LogLevel.Warning,
        Message = "Wrong tokens for the admin listener come from {Address}: it may try one a second")]
    private static partial void LogSlowed(ILogger logger, string address);
}
