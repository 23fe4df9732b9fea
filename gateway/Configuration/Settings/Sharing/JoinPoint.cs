using System.Globalization;

namespace SseGateway.Configuration.Settings.Sharing;

/// <summary>Where a client without a cursor begins: <c>live</c>, <c>last:N</c> or <c>all</c>.</summary>
/// <param name="Events">How many of the retained events it gets first.</param>
internal readonly record struct JoinPoint(int Events)
{
    public static readonly JoinPoint Live = new(0);

    public static readonly JoinPoint All = new(int.MaxValue);

    public static bool TryParse(string text, out JoinPoint join)
    {
        join = Live;
        if (text.Equals("live", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (text.Equals("all", StringComparison.OrdinalIgnoreCase))
        {
            join = All;
            return true;
        }

        if (text.StartsWith("last:", StringComparison.OrdinalIgnoreCase)
            && int.TryParse(text.AsSpan("last:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var events) && events > 0)
        {
            join = new JoinPoint(events);
            return true;
        }

        return false;
    }

    public override string ToString() => this == Live ? "live" : this == All ? "all" : string.Create(CultureInfo.InvariantCulture, $"last:{Events}");
}
