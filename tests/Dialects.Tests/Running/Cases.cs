namespace Dialects.Tests.Running;

/// <summary>What happens to an answer, half of which has been sent.</summary>
internal static class Cases
{
    /// <summary>Nothing.</summary>
    public const string Whole = "whole";

    /// <summary>The service's connection breaks.</summary>
    public const string Cut = "cut";

    /// <summary>The gateway goes down.</summary>
    public const string Drained = "drained";

    /// <summary>The credential ends.</summary>
    public const string Expired = "expired";

    /// <summary>The gateway puts in heartbeats, one after the other.</summary>
    public const string Beating = "beating";

    /// <summary>There is no half: a limit forbids it.</summary>
    public const string Limited = "limited";

    public static readonly string[] All = [Whole, Cut, Drained, Expired, Beating, Limited];
}
