namespace SseGateway.Sharing.Unshared;

/// <summary>The upstream's stream turned out to be one that clients cannot have in common.</summary>
/// <param name="sign">What showed it, in the words of the log.</param>
internal sealed class UnshareableException(string sign) : Exception($"The stream cannot be shared: {sign}")
{
    public string Sign => sign;
}
