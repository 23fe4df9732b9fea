namespace SseGateway.Streams.Endings;

/// <summary>How one stream ends for its client.</summary>
/// <param name="Kind">What the client sees.</param>
/// <param name="Retry">What it is told in a <c>retry</c> before a clean end; null for no <c>retry</c>.</param>
internal readonly record struct Ending(EndKind Kind, RetryWait? Retry = null)
{
    public static readonly Ending Gone = new(EndKind.Gone);
    public static readonly Ending Broken = new(EndKind.Broken);
    public static readonly Ending Cut = new(EndKind.Cut);
    public static readonly Ending Told = new(EndKind.Told);
    public static readonly Ending Clean = new(EndKind.Clean);
    public static readonly Ending AsItCame = new(EndKind.AsItCame);
    public static readonly Ending Soon = new(EndKind.Clean, RetryWait.Soon);
    public static readonly Ending AfterRestart = new(EndKind.Clean, RetryWait.AfterRestart);
    public static readonly Ending Later = new(EndKind.Clean, RetryWait.Later);
}
